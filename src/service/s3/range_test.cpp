// Ranges as RFC 9110 writes them and S3 takes them.
#include "service/s3/range.hpp"

#include <gtest/gtest.h>

namespace millrace::service::s3 {
namespace {

void expect_part(std::string_view header, std::uint64_t size, std::uint64_t offset,
                 std::uint64_t length) {
  const RangeAnswer answer = parse_range(header, size);
  EXPECT_EQ(answer.kind, RangeKind::part) << header;
  EXPECT_EQ(answer.range.offset, offset) << header;
  EXPECT_EQ(answer.range.length, length) << header;
}

TEST(Range, TakesBothEndsOneEndOrASuffix) {
  expect_part("bytes=0-0", 10, 0, 1);
  expect_part("bytes=2-5", 10, 2, 4);
  expect_part("bytes=2-500", 10, 2, 8);
  expect_part("bytes=9-", 10, 9, 1);
  expect_part("bytes=-3", 10, 7, 3);
  expect_part("bytes=-30", 10, 0, 10);
}

TEST(Range, CannotBeSatisfiedBeyondTheEnd) {
  for (const char* header : {"bytes=10-", "bytes=10-12", "bytes=-0"}) {
    EXPECT_EQ(parse_range(header, 10).kind, RangeKind::unsatisfiable) << header;
  }
  EXPECT_EQ(parse_range("bytes=0-", 0).kind, RangeKind::unsatisfiable);
  EXPECT_EQ(parse_range("bytes=-1", 0).kind, RangeKind::unsatisfiable);
}

TEST(Range, IsIgnoredWhenMalformedOrSeveral) {
  for (const char* header : {"", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,3-4", "items=0-1",
                             "bytes=a-b", "bytes=1", "bytes=--1"}) {
    EXPECT_EQ(parse_range(header, 10).kind, RangeKind::none) << header;
  }
}

TEST(Range, OfACopyHasBothEnds) {
  EXPECT_EQ(parse_copy_range("bytes=1-3")->length, 3U);
  EXPECT_FALSE(parse_copy_range("bytes=1-"));
  EXPECT_FALSE(parse_copy_range("bytes=-1"));
  EXPECT_FALSE(parse_copy_range("1-3"));
}

TEST(Range, IsWrittenWithTheWholeSize) {
  EXPECT_EQ(content_range({.offset = 2, .length = 3}, 10), "bytes 2-4/10");
}

}  // namespace
}  // namespace millrace::service::s3
