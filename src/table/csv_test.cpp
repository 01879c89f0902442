#include "table/csv.hpp"

#include "table/lines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace millrace::table {
namespace {

Dataset read(std::string text, CsvOptions options = {}) {
  const base::MemorySource source(std::move(text));
  const Input input{"train/data.csv", &source};
  return read_csv({&input, 1}, options);
}

std::string complaint(const std::string& text, const CsvOptions& options = {}) {
  try {
    (void)read(text, options);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(Csv, TakesTheLabelFromTheFirstColumn) {
  const Dataset data = read("1,0.5,-2\n0,1e3,4.25\r\n\n");
  EXPECT_EQ(data.features.rows, 2U);
  EXPECT_EQ(data.features.columns, 2U);
  EXPECT_EQ(data.labels, (std::vector<float>{1, 0}));
  EXPECT_EQ(data.features.values, (std::vector<float>{0.5F, -2, 1000, 4.25F}));
  EXPECT_TRUE(data.weights.empty());
}

TEST(Csv, TakesColumnsAsTextsWhenAsked) {
  const TextColumns lengths{.columns = {1, 3},
                            .number = [](std::string_view field) -> std::optional<float> {
                              if (field.empty()) return std::nullopt;
                              return static_cast<float>(field.size());
                            },
                            .why = "is no text"};
  const Dataset data = read("1,red,0.5,\"a, b\"\n\n0, 12 ,,x\r\n", {.texts = &lengths});
  EXPECT_EQ(data.labels, (std::vector<float>{1, 0}));
  ASSERT_EQ(data.features.values.size(), 6U);
  EXPECT_EQ(data.features.values[0], 3);
  EXPECT_EQ(data.features.values[1], 0.5F);
  EXPECT_EQ(data.features.values[2], 4);
  EXPECT_EQ(data.features.values[3], 2);
  EXPECT_TRUE(std::isnan(data.features.values[4]));
  EXPECT_EQ(complaint("1,a,2,b\n1,,2,b\n", {.texts = &lengths}),
            "train/data.csv, line 2: column 2: '' is no text");
  EXPECT_EQ(complaint("1,a,x,b\n", {.texts = &lengths}),
            "train/data.csv, line 1: column 3: 'x' is not a number");
  EXPECT_EQ(complaint("1,a,2,b\n1,a,2\n", {.texts = &lengths}),
            "train/data.csv, line 2: expected 4 columns, found 3");
  EXPECT_EQ(complaint("1,a,2,\"b\n", {.texts = &lengths}),
            "train/data.csv, line 1: a double quote is not closed");
}

TEST(Csv, TakesWeightsFromTheSecondColumnWhenAsked) {
  const Dataset data = read("1,0.25,7\n0,2,8\n", {.weight = true});
  EXPECT_EQ(data.weights, (std::vector<float>{0.25F, 2}));
  EXPECT_EQ(data.features.values, (std::vector<float>{7, 8}));
}

TEST(Csv, TreatsAnEmptyFieldAsMissing) {
  const Dataset data = read("1,,3\n0,nan,\n");
  EXPECT_TRUE(std::isnan(data.features.values[0]));
  EXPECT_EQ(data.features.values[1], 3);
  EXPECT_TRUE(std::isnan(data.features.values[2]));
  EXPECT_TRUE(std::isnan(data.features.values[3]));
}

TEST(Csv, TakesLinesOfAnyKind) {
  const std::string text = "1, 2 ,3\r\n\n  \n0,+4,-5e-1\n1,,\n0,0.12345678901234567,inf\r\n1,7,8";
  const Dataset data = read(text);
  EXPECT_EQ(data.labels, (std::vector<float>{1, 0, 1, 0, 1}));
  ASSERT_EQ(data.features.values.size(), 10U);
  EXPECT_EQ(std::vector<float>(data.features.values.begin(), data.features.values.begin() + 4),
            (std::vector<float>{2, 3, 4, -0.5F}));
  EXPECT_TRUE(std::isnan(data.features.values[5]));
  EXPECT_EQ(data.features.values[6], 0.12345678901234567F);
  EXPECT_EQ(data.features.values[7], std::numeric_limits<float>::infinity());
  EXPECT_EQ(data.features.values[9], 8);
}

TEST(Csv, FindsTheDelimiterOnTheFirstLine) {
  EXPECT_EQ(read("1;2;3\n").features.values, (std::vector<float>{2, 3}));
  EXPECT_EQ(read("1\t2\t3\n").features.values, (std::vector<float>{2, 3}));
}

TEST(Csv, NamesFileAndLineOfWhatIsWrong) {
  EXPECT_EQ(complaint("1,2\n1,two\n"), "train/data.csv, line 2: column 2: 'two' is not a number");
  EXPECT_EQ(complaint("1,2,3\n1,2\n"), "train/data.csv, line 2: expected 3 columns, found 2");
  EXPECT_EQ(complaint("1,2,3\n1,2,3,4\n"), "train/data.csv, line 2: expected 3 columns, found 4");
  EXPECT_EQ(complaint("1,2\n1,2 3\n"), "train/data.csv, line 2: column 2: '2 3' is not a number");
  EXPECT_EQ(complaint(std::string("1,2\n1,\0\xff\n", 9)),
            "train/data.csv, line 2: column 2: '?"
            "?' is not a number");
  EXPECT_EQ(complaint("label,x\n1,2\n"),
            "train/data.csv, line 1: column 1: 'label' is not a number");
  EXPECT_EQ(complaint("1,2\n,3\n"),
            "Label contains NaN: the first column must hold a number on every line");
}

TEST(Csv, ParsesARequestWithoutLabels) {
  const Matrix rows = parse_csv("1,2\n3,4");
  EXPECT_EQ(rows.rows, 2U);
  EXPECT_EQ(rows.values, (std::vector<float>{1, 2, 3, 4}));
}

// Whatever the pieces, the rows are those of the whole, and a wrong line has its own number.
TEST(Lines, AreTheSameForEverySizeOfPiece) {
  const std::string text = "12\n3\n\n456\n78";
  const base::MemorySource source(text);
  const Input input{"f", &source};
  const auto parse = [](std::string_view piece, Dataset& rows) {
    rows.features.columns = 1;
    for (std::size_t number = 0; !piece.empty(); ++number) {
      const std::string line(next_line(piece));
      if (line == "456") throw LineError{number, "no"};
      if (line.empty()) continue;
      rows.features.values.push_back(std::stof(line));
      ++rows.features.rows;
    }
  };
  for (std::uint64_t bytes = 1; bytes <= text.size(); ++bytes) {
    try {
      (void)parse_lines({&input, 1}, 2, parse, bytes);
      FAIL();
    } catch (const DataError& error) {
      EXPECT_STREQ(error.what(), "f, line 4: no") << bytes;
    }
  }
}

TEST(Lines, OfSeveralFilesAreJoinedInOrder) {
  const base::MemorySource a("1,1\n1,2\n");
  const base::MemorySource b("1,3");
  const std::vector<Input> inputs = {{"a", &a}, {"b", &b}};
  EXPECT_EQ(read_csv(inputs, {}).features.values, (std::vector<float>{1, 2, 3}));
}

}  // namespace
}  // namespace millrace::table
