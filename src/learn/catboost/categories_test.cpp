// Categories as CatBoost tells them apart, their statistics worked out by hand, and models of them
// that its package wrote (tests/golden/catboost).
#include "learn/catboost/categories.hpp"

#include "learn/catboost/model.hpp"
#include "learn/catboost/statistics.hpp"
#include "table/csv.hpp"
#include "table/text_fields.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace millrace::learn::catboost {
namespace {

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// Texts of every length that is hashed in its own way; the hashes are the package's.
TEST(CatboostCategories, AreHashedAsThePackageDoes) {
  std::set<std::int32_t> found;
  for (const std::string& text : {std::string("b"), std::string("abc"), std::string("four"),
                                  std::string("nine99999"), std::string("seventeen-letters"),
                                  repeated("x", 33), repeated("y", 65), repeated("0123456789", 20)})
    found.insert(static_cast<std::int32_t>(category_hash(text)));
  EXPECT_EQ(found, (std::set<std::int32_t>{-1939144310, -1180463569, -374759884, 147607983,
                                           526146423, 978243121, 1424607287, 1982436109}));
}

TEST(CatboostCategories, AreTextsAndWholeNumbers) {
  EXPECT_EQ(category_text(" red "), "red");
  EXPECT_EQ(category_text("+007"), "7");
  EXPECT_EQ(category_text("-12"), "-12");
  EXPECT_EQ(category_text("-000"), "0");
  EXPECT_EQ(category_text("12345678901234567890123"), "12345678901234567890123");
  EXPECT_EQ(category_text("NA"), "NA");
  for (const char* const none : {"", "  ", "1.5", "2.0", "1e5", "nan", "-inf", "\xff"})
    EXPECT_FALSE(category_text(none)) << none;
}

TEST(CatboostCategories, KeepTheirTexts) {
  CategoryTexts texts;
  EXPECT_EQ(std::bit_cast<std::uint32_t>(texts.take("07").value()), category_hash("7"));
  EXPECT_FALSE(texts.take(""));
  EXPECT_EQ(texts.all(), (CategoryTexts::Map{{category_hash("7"), "7"}}));
}

// The statistic's number for a row of one category, of which counts are known, and for another.
struct Values {
  float seen;
  float unseen;
};

Values values_of(StatisticKind kind, std::vector<std::uint32_t> counts, Statistic asked,
                 std::size_t stride) {
  constexpr std::uint64_t factor = 0x4906ba494954cb65;
  constexpr std::uint32_t category = 7;
  StatisticTable table{.kind = kind, .of = {.columns = {0}, .numbers = {}, .values = {}}};
  table.buckets.assign(2, {.hash = StatisticTable::no_hash});
  table.buckets[1] = {.hash = factor * factor * category, .place = 0};
  table.counts = std::move(counts);
  table.stride = stride;
  table.total = 8;
  StoredModel model{.columns = 1};
  model.tables.push_back(table);
  model.statistics.push_back(std::move(asked));
  const std::array block{std::bit_cast<float>(category), std::bit_cast<float>(category + 1)};
  std::array<float, 2> out{};
  Statistics(model).fill(block.data(), 2, 2, out.data());
  return {out[0], out[1]};
}

TEST(CatboostStatistics, OfTwoClassesAreTheSecondOnesPart) {
  const Values found =
      values_of(StatisticKind::borders, {3, 1}, {.prior = 0.5F, .shift = 1, .scale = 10}, 2);
  EXPECT_FLOAT_EQ(found.seen, ((1 + 0.5F) / (4 + 1) + 1) * 10);
  EXPECT_FLOAT_EQ(found.unseen, (0.5F + 1) * 10);
}

TEST(CatboostStatistics, OfClassesAreThePartBehindABorder) {
  const Statistic asked{.target = 1, .prior = 1, .prior_weight = 2};
  EXPECT_FLOAT_EQ(values_of(StatisticKind::borders, {1, 2, 3, 4}, asked, 4).seen, 8.0F / 12);
  EXPECT_FLOAT_EQ(values_of(StatisticKind::buckets, {1, 2, 3, 4}, asked, 4).seen, 3.0F / 12);
}

TEST(CatboostStatistics, OfNumbersAreTheirMean) {
  const std::vector<std::uint32_t> counts{std::bit_cast<std::uint32_t>(2.5F), 4};
  for (const StatisticKind kind : {StatisticKind::binarized_mean, StatisticKind::mean}) {
    const Values found = values_of(kind, counts, {}, 2);
    EXPECT_FLOAT_EQ(found.seen, 0.5F);
    EXPECT_FLOAT_EQ(found.unseen, 0);
  }
}

TEST(CatboostStatistics, CountRows) {
  for (const StatisticKind kind : {StatisticKind::counter, StatisticKind::frequency}) {
    const Values found = values_of(kind, {3}, {.prior = 1}, 1);
    EXPECT_FLOAT_EQ(found.seen, 4.0F / 9);
    EXPECT_FLOAT_EQ(found.unseen, 1.0F / 9);
  }
}

const std::filesystem::path golden =
    std::filesystem::path(MILLRACE_SOURCE_DIR) / "tests/golden/catboost";

std::string read(const std::string& file) {
  std::ifstream stream(golden / file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

table::Matrix rows_for(const Model& model) {
  table::Matrix rows;
  std::ifstream lines(golden / "categories.rows.csv");
  for (std::string line; std::getline(lines, line);)
    model.field_reader()->append(table::parse_fields(line).value(), rows);
  return rows;
}

class OfCategories : public testing::TestWithParam<const char*> {};

TEST_P(OfCategories, PredictWhatThePackagePredicts) {
  const std::string name = GetParam();
  const auto model = parse_model(read(name + ".cbm"));
  const table::Matrix rows = rows_for(*model);
  std::vector<double> ours(rows.rows * model->width());
  model->tabular()->predict(rows, ours);
  std::ifstream lines(golden / (name + ".predictions.csv"));
  std::size_t at = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> fields = table::parse_fields(line).value();
    for (const std::string& theirs : fields) EXPECT_NEAR(ours.at(at++), std::stod(theirs), 1e-12);
  }
  EXPECT_EQ(at, ours.size());
}

TEST_P(OfCategories, AreRefusedWhereverTheyAreCut) {
  const std::string bytes = read(std::string(GetParam()) + ".cbm");
  ASSERT_GT(bytes.size(), 100U);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THROW(static_cast<void>(parse_model(bytes.substr(0, size))), ModelError) << size;
}

TEST_P(OfCategories, RefuseWhatIsNoCategory) {
  const auto model = parse_model(read(std::string(GetParam()) + ".cbm"));
  table::Matrix rows;
  const auto append = [&](const std::vector<std::string>& fields) {
    model->field_reader()->append(fields, rows);
  };
  EXPECT_NO_THROW(append({"", "red", "-3", "never seen"}));
  EXPECT_THROW(append({"1", "red", "", "a"}), PredictionError);
  EXPECT_THROW(append({"1", "red", "2.5", "a"}), PredictionError);
  EXPECT_THROW(append({"x", "red", "2", "a"}), PredictionError);
  EXPECT_THROW(append({"1", "red", "2"}), PredictionError);
}

INSTANTIATE_TEST_SUITE_P(Catboost, OfCategories, testing::Values("categories", "category_kinds"));

}  // namespace
}  // namespace millrace::learn::catboost
