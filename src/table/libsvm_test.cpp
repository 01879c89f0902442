#include "table/libsvm.hpp"

#include "table/lines.hpp"

#include <gtest/gtest.h>

namespace millrace::table {
namespace {

Dataset read(std::string text) {
  const base::MemorySource source(std::move(text));
  const Input input{"train.svm", &source};
  return read_libsvm({&input, 1}, 1);
}

TEST(Libsvm, KeepsIndicesAsTheyAre) {
  const Dataset data = read("1 0:0.5 3:2\n0  # nothing but a label\n1\t2:7\n");
  EXPECT_EQ(data.features.rows, 3U);
  EXPECT_EQ(data.features.columns, 4U);
  EXPECT_EQ(data.labels, (std::vector<float>{1, 0, 1}));
  EXPECT_EQ(data.features.offsets, (std::vector<std::uint64_t>{0, 2, 2, 3}));
  EXPECT_EQ(data.features.indices, (std::vector<std::uint32_t>{0, 3, 2}));
}

TEST(Libsvm, ReadsWeightsAndGroups) {
  const Dataset data = read("1 qid:3 0:1\n0:0.5 qid:4 0:2\n");
  EXPECT_EQ(data.weights, (std::vector<float>{1, 0.5F}));
  EXPECT_EQ(data.queries, (std::vector<std::uint64_t>{3, 4}));
}

TEST(Libsvm, NamesFileAndLineOfWhatIsWrong) {
  const auto complaint = [](const std::string& text) {
    try {
      (void)read(text);
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(complaint("1 0:1\n1 0=1\n"), "train.svm, line 2: '0=1' is not of the form index:value");
  EXPECT_EQ(complaint("yes 0:1\n"), "train.svm, line 1: 'yes' is not of the form label[:weight]");
  EXPECT_EQ(complaint("1 0:1\n1 qid:2 0:1\n"),
            "train.svm, line 2: only some of the lines have a qid");
  EXPECT_EQ(complaint("1 4294967295:1\n"), "train.svm, line 1: the index 4294967295 is too large");
}

TEST(Libsvm, OfARequestNeedsNoLabel) {
  const Matrix rows = parse_libsvm("0:1 2:3\n1 1:5");
  EXPECT_EQ(rows.rows, 2U);
  EXPECT_EQ(rows.indices, (std::vector<std::uint32_t>{0, 2, 1}));
}

TEST(Libsvm, TakesIndicesOf24Bits) {
  const Dataset widest = read("1 " + std::to_string(column_limit - 1) + ":1\n");
  EXPECT_EQ(widest.features.columns, column_limit);
  EXPECT_THROW((void)read("1 " + std::to_string(column_limit) + ":1\n"), DataError);
}

// A comment may be as long as a line. A line is looked at in pieces, of which the last may be over.
TEST(Libsvm, TakesALineUpToItsBound) {
  const std::string start = "1 0:1 #";
  const Dataset data = read(start + std::string(line_limit - start.size() - 1, 'c') + "\n1 0:2\n");
  EXPECT_EQ(data.features.rows, 2U);
  EXPECT_THROW((void)read(start + std::string(line_limit + (8 << 20), 'c') + "\n"), DataError);
}

}  // namespace
}  // namespace millrace::table
