#include "table/recordio.hpp"

#include <gtest/gtest.h>

#include <array>

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
