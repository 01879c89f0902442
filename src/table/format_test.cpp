#include "table/format.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace millrace::table {
namespace {

TEST(ContentType, NamesAFormat) {
  EXPECT_EQ(parse_content_type(""), Format::libsvm);
  EXPECT_EQ(parse_content_type("text/csv"), Format::csv);
  EXPECT_EQ(parse_content_type("Text/CSV; label_size=1; charset=utf8"), Format::csv);
  EXPECT_EQ(parse_content_type("text/x-libsvm"), Format::libsvm);
  EXPECT_EQ(parse_content_type("application/x-parquet"), Format::parquet);
  EXPECT_EQ(parse_content_type("application/x-recordio-protobuf"), Format::recordio);
}

TEST(ContentType, IsRefusedInAwsWords) {
  const auto complaint = [](std::string_view type) {
    try {
      (void)parse_content_type(type);
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(complaint("image/png"),
            "image/png is not an accepted ContentType: csv, libsvm, parquet, recordio-protobuf, "
            "text/csv, text/libsvm, "
            "text/x-libsvm, application/x-parquet, application/x-recordio-protobuf.");
  EXPECT_EQ(complaint("text/csv;label_size=0"),
            "text/csv;label_size=0 is not an accepted csv ContentType. Optional parameter "
            "label_size must be equal to 1");
}

TEST(Dataset, SaysWhichFormatFailed) {
  const base::MemorySource source("1,a\n");
  const Input input{"x.csv", &source};
  try {
    (void)read_dataset({&input, 1}, {.format = Format::csv});
    FAIL();
  } catch (const DataError& error) {
    EXPECT_STREQ(
        error.what(),
        "Failed to load csv data with exception:\nx.csv, line 1: column 2: 'a' is not a number");
  }
}

// What pyarrow writes for a table of two columns and no rows.
TEST(Dataset, MayBeEmptyParquet) {
  const base::MemorySource source(*base::from_base64(
      "UEFSMRUEGTw1ABgGc2NoZW1hFQQAFQolAhgBeQAVCiUCGAF4ABYAGRwZLCYAHBUKGRUGGRgBeRUAFgAWABYAJgBJDAAA"
      "JgAcFQoZFQYZGAF4FQAWABYAFgAmAEkMAAAWABYAJgAWAAAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4x"
      "GSwcAAAcAAAAjwAAAFBBUjE="));
  const Input input{"x.parquet", &source};
  EXPECT_EQ(read_dataset({&input, 1}, {.format = Format::parquet}).features.rows, 0U);
}

// Found by fuzzing: some hundred bytes that say that they hold more rows than there is memory.
TEST(Dataset, BelievesNoLengthOfParquet) {
  const base::MemorySource source(*base::from_base64(
      "UEFSMRUAFSwVLCwVBhUAFQYVBhwAAAACAAAAAwMBAAAAAJW0AuvVfwAAAAAAAAAAAAAAAAAVABU8FTwsFQYVABUGFQYc"
      "AAAA"
      "AgAAAAYBAAAAAAAA4D+"
      "CAAAAAAD4PwAAAAAAAARAFQAVDhUOLBUGFQAVBhUGHAAAAAIAAAADAwEVBBlMNQAYBnNjaGVtYRUG"
      "ABUEJQIYAXkAFQolAhgBeAAVACUCGAFiABYGGRwZPCYAHBUEGSUGABkYAXkVABYGFlIWUiYISRwVABUAFQIAPCkGGSYC"
      "BAAA"
      "ACYAHBUKGSUGABkYAXgVABYGFmIWYiZaSRwVABUAFQIAPCkGGSYABgAAACYAHBUAGSUGABkYAWIVABYGFjQWNCa8AUkc"
      "FQAV"
      "ABUCADwpBhkmAgQAAAAW6AEW8tn36egBACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4wLjEZPBwAABwAABwA"
      "AADn"
      "AAAAUEFSMQ=="));
  const Input input{"x.parquet", &source};
  EXPECT_THROW((void)read_dataset({&input, 1}, {.format = Format::parquet}), DataError);
}

TEST(Dataset, IsRefusedWhenParquetIsNone) {
  const base::MemorySource source("no parquet at all");
  const Input input{"x.parquet", &source};
  EXPECT_THROW((void)read_dataset({&input, 1}, {.format = Format::parquet}), DataError);
}

}  // namespace
}  // namespace millrace::table
