#include "table/recordio.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace millrace::table {
namespace {

// Made with AWS's schema (aialgs.data.Record) by protobuf's own library.
std::string frame(std::string record) {
  std::string out("\x0a\x23\xd7\xce", 4);
  const auto length = static_cast<char>(record.size());
  out += std::string({length, 0, 0, 0}) + record;
  out.append((4 - record.size() % 4) % 4, '\0');
  return out;
}

const std::string dense = frame(
    std::string("\x0a\x16\x0a\x06values\x12\x0c\x12\x0a\x0a\x08\x00\x00\x80\x3f\x00\x00\x00\x40",
                24) +
    std::string("\x12\x12\x0a\x06values\x12\x08\x12\x06\x0a\x04\x00\x00\x40\x40", 20));
const std::string sparse = frame(std::string(
    "\x0a\x18\x0a\x06values\x12\x0e\x12\x0c\x0a\x04\x00\x00\x80\x3f\x12\x01\x02\x1a\x01\x05", 26));

const std::string unlabelled = frame(std::string(
    "\x0a\x16\x0a\x06values\x12\x0c\x12\x0a\x0a\x08\x00\x00\x80\x3f\x00\x00\x00\x40", 24));
const std::string two_labels = frame(
    std::string("\x0a\x16\x0a\x06values\x12\x0c\x12\x0a\x0a\x08\x00\x00\x80\x3f\x00\x00\x00\x40",
                24) +
    std::string("\x12\x16\x0a\x06values\x12\x0c\x12\x0a\x0a\x08\x00\x00\x80\x3f\x00\x00\x00\x40",
                24));

TEST(Recordio, ReadsDenseTensorsAndLabels) {
  const Dataset data = parse_recordio(dense + dense);
  EXPECT_EQ(data.features.rows, 2U);
  EXPECT_FALSE(data.features.sparse);
  EXPECT_EQ(data.features.values, (std::vector<float>{1, 2, 1, 2}));
  EXPECT_EQ(data.labels, (std::vector<float>{3, 3}));
}

TEST(Recordio, ReadsSparseTensorsWithTheirShape) {
  const Dataset data = parse_recordio(sparse);
  EXPECT_TRUE(data.features.sparse);
  EXPECT_EQ(data.features.columns, 5U);
  EXPECT_EQ(data.features.indices, (std::vector<std::uint32_t>{2}));
  EXPECT_EQ(data.features.values, (std::vector<float>{1}));
}

TEST(Recordio, SaysWhichRecordIsWrong) {
  const auto complaint = [](const std::string& bytes) {
    try {
      (void)parse_recordio(bytes);
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(complaint(dense + "nonsense"),
            "record 2: a frame does not begin with the magic number of RecordIO");
  EXPECT_EQ(complaint(dense + dense.substr(0, 20)), "record 2: a frame is cut off");
  EXPECT_EQ(complaint(dense + sparse), "record 2: dense and sparse records are mixed");
  EXPECT_EQ(complaint(dense + unlabelled), "record 2: records with and without a label are mixed");
  EXPECT_EQ(complaint(two_labels), "record 1: a label holds 2 numbers instead of one");
}

struct Files {
  explicit Files(const std::vector<std::string>& contents) {
    for (const std::string& bytes : contents)
      sources.push_back(std::make_unique<base::MemorySource>(bytes));
    for (std::size_t i = 0; i < sources.size(); ++i)
      inputs.push_back({"f" + std::to_string(i + 1), sources[i].get()});
  }
  std::vector<std::unique_ptr<base::MemorySource>> sources;
  std::vector<Input> inputs;
};

// Blocks may end anywhere, and hold less than one frame.
TEST(Recordio, IsTheSameForEverySizeOfBlock) {
  const Files files({dense + dense + dense, "", dense});
  for (std::size_t bytes = 1; bytes < 4 * dense.size(); ++bytes) {
    const Dataset data = read_recordio(files.inputs, 2, bytes);
    EXPECT_EQ(data.features.values, (std::vector<float>{1, 2, 1, 2, 1, 2, 1, 2})) << bytes;
    EXPECT_EQ(data.labels, (std::vector<float>{3, 3, 3, 3}));
  }
}

TEST(Recordio, NamesFileAndRecordForEverySizeOfBlock) {
  const std::string other_shape =
      "f2, its rows are not of the same shape as those of the files before it";
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{dense, dense + dense + "nonsense"},
       "f2, record 3: a frame does not begin with the magic number of RecordIO"},
      {{dense + dense + dense.substr(0, 20)}, "f1, record 3: a frame is cut off"},
      {{dense + dense + dense.substr(0, 5)}, "f1, record 3: a frame is cut off"},
      {{dense + dense + sparse}, "f1, record 3: dense and sparse records are mixed"},
      {{dense + unlabelled}, "f1, record 2: records with and without a label are mixed"},
      {{dense, sparse + "nonsense"}, other_shape},
      {{dense, unlabelled}, "f2, files with and without labels are mixed"},
      {{dense + two_labels + "nonsense"}, "f1, record 2: a label holds 2 numbers instead of one"}};
  for (const auto& [contents, complaint] : cases) {
    const Files files(contents);
    for (std::size_t bytes = 1; bytes < 4 * dense.size(); ++bytes) {
      try {
        (void)read_recordio(files.inputs, 2, bytes);
        FAIL();
      } catch (const DataError& error) {
        EXPECT_EQ(error.what(), complaint) << bytes;
      }
    }
  }
}

// Records like the one before are not taken apart again: numbers, and nothing else, may differ.
TEST(Recordio, ReadsRecordsThatDifferInTheirNumbers) {
  std::string other = dense;
  other.replace(8 + 16, 4, std::string("\x00\x00\xa0\x40", 4));  // 5, the first feature
  other.replace(8 + 40, 4, std::string("\x00\x00\xc0\x40", 4));  // 6, the label
  const Dataset data = parse_recordio(dense + other + dense);
  EXPECT_EQ(data.features.values, (std::vector<float>{1, 2, 5, 2, 1, 2}));
  EXPECT_EQ(data.labels, (std::vector<float>{3, 6, 3}));
  EXPECT_EQ(parse_recordio(unlabelled + unlabelled).features.values,
            (std::vector<float>{1, 2, 1, 2}));
  std::string renamed = dense;
  renamed[8 + 4] = 'w';  // "walues", which is no feature
  EXPECT_THROW((void)parse_recordio(dense + dense + renamed), DataError);
}

TEST(Recordio, MayBeOneRecordAFile) {
  const auto record = [](const std::string& framed) { return framed.substr(8, 44); };
  const Files files({record(dense), record(dense)});
  const Dataset data = read_unframed_records(files.inputs);
  EXPECT_EQ(data.features.values, (std::vector<float>{1, 2, 1, 2}));
  EXPECT_EQ(data.labels, (std::vector<float>{3, 3}));
  const Files wrong({record(dense), unlabelled.substr(8, 24)});
  try {
    (void)read_unframed_records(wrong.inputs);
    FAIL();
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(), "f2: records with and without a label are mixed");
  }
}

TEST(Recordio, OfAnyBytesIsReadOrRefused) {
  for (std::size_t at = 8; at < dense.size(); ++at) {
    for (const char byte : {'\x00', '\x7f', '\xff'}) {
      std::string bytes = dense;
      bytes[at] = byte;
      try {
        (void)parse_recordio(bytes);
      } catch (const DataError&) {
      }
    }
  }
}

TEST(Recordio, WritesWhatItReads) {
  const std::vector<float> numbers = {0.25F, 0.75F, 1, 0};
  const Dataset data = [&] {
    std::string written = write_recordio(numbers, std::array{LabelColumn{"values", 2}});
    // The answer's tensors are labels; as features they would stand in field 1.
    written[8] = '\x0a';
    written[written.size() / 2 + 8] = '\x0a';
    return parse_recordio(written);
  }();
  EXPECT_EQ(data.features.values, numbers);
  EXPECT_EQ(data.features.rows, 2U);
}

}  // namespace
}  // namespace millrace::table
