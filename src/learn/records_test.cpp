#include "learn/records.hpp"

#include <gtest/gtest.h>

#include <string>

namespace millrace::learn {
namespace {

// One row without a label: feature 2 of 5 is 1. Made with AWS's schema by protobuf's own library.
const std::string sparse_record =
    std::string("\x0a\x23\xd7\xce\x1a\0\0\0", 8) +
    std::string(
        "\x0a\x18\x0a\x06values\x12\x0e\x12\x0c\x0a\x04\x00\x00\x80\x3f\x12\x01\x02\x1a\x01\x05",
        26) +
    std::string(2, '\0');

table::Dataset read(const std::string& content_type, const std::string& text,
                    const RecordOptions& options) {
  const base::MemorySource source(text);
  return read_records(
      {.name = "train", .content_type = content_type, .inputs = {{"train/a", &source}}}, options);
}

bool is_refused(const std::string& content_type, const std::string& text,
                const RecordOptions& options, std::string_view words) {
  try {
    static_cast<void>(read(content_type, text, options));
  } catch (const ClientError& error) {
    return std::string_view(error.what()).find(words) != std::string_view::npos;
  }
  return false;
}

TEST(Records, KeepSparseRowsAsWideAsTheFeatures) {
  const RecordOptions options{.feature_dim = 7, .keep_sparse = true};
  const table::Matrix rows = read("", sparse_record, options).features;
  EXPECT_TRUE(rows.sparse);
  EXPECT_EQ(rows.columns, 7U);
  EXPECT_EQ(rows.indices, (std::vector<std::uint32_t>{2}));
}

TEST(Records, MakeSparseRowsDense) {
  const table::Matrix rows = read("", sparse_record, {.feature_dim = 5}).features;
  EXPECT_FALSE(rows.sparse);
  EXPECT_EQ(rows.values, (std::vector<float>{0, 0, 1, 0, 0}));
}

TEST(Records, TakeTheFirstColumnAsTheLabel) {
  const RecordOptions options{.feature_dim = 2, .labels = Labels::required};
  EXPECT_EQ(read("text/csv", "1,2,3\n0,4,5\n", options).labels, (std::vector<float>{1, 0}));
}

TEST(Records, NeedTheirLabels) {
  const RecordOptions options{.feature_dim = 2, .labels = Labels::required};
  EXPECT_TRUE(is_refused("text/csv;label_size=0", "2,3\n", options, "have no labels"));
  EXPECT_TRUE(is_refused("text/csv", "1,2,3\ninf,4,5\n", options,
                         "the label of row 2 is missing or no finite number"));
}

TEST(Records, SayWhichEntryIsWrong) {
  const RecordOptions narrow{.feature_dim = 4, .keep_sparse = true};
  EXPECT_TRUE(is_refused("", sparse_record, narrow, "feature_dim is 4"));
  std::string infinite = sparse_record;
  infinite.replace(infinite.find("\x80\x3f"), 2, "\x80\x7f");
  const RecordOptions wide{.feature_dim = 5, .keep_sparse = true};
  EXPECT_TRUE(is_refused("", infinite, wide, "row 1, feature 3 is infinite"));
}

}  // namespace
}  // namespace millrace::learn
