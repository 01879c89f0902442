// The examples of RFC 8949 (appendix A), and what a hostile item must not do.
#include "base/cbor.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace millrace::base {
namespace {

Value parsed(std::string_view digits) { return parse_cbor(*from_hex(digits)); }

std::string refusal(const std::string& bytes) {
  try {
    (void)parse_cbor(bytes);
  } catch (const CborError& error) {
    return error.what();
  }
  return "taken";
}

std::string refusal_of(std::string_view digits) { return refusal(*from_hex(digits)); }

TEST(Cbor, ReadsTheExamplesOfTheStandard) {
  EXPECT_EQ(parsed("00"), Value(0));
  EXPECT_EQ(parsed("1818"), Value(24));
  EXPECT_EQ(parsed("1b000000e8d4a51000"), Value(std::int64_t{1'000'000'000'000}));
  EXPECT_EQ(parsed("3903e7"), Value(-1000));
  EXPECT_EQ(parsed("1bffffffffffffffff"), Value(18446744073709551615.0));
  EXPECT_EQ(parsed("3bffffffffffffffff"), Value(-18446744073709551616.0));
  EXPECT_EQ(parsed("3b7fffffffffffffff"), Value(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(parsed("f4"), Value(false));
  EXPECT_EQ(parsed("f5"), Value(true));
  EXPECT_TRUE(parsed("f6").is_null());
  EXPECT_TRUE(parsed("f7").is_null());
  EXPECT_EQ(parsed("4401020304"), Value(Blob{"\x01\x02\x03\x04"}));
  EXPECT_EQ(parsed("62c3bc"), Value("\u00fc"));
  EXPECT_EQ(parsed("83010203"), Value(List{1, 2, 3}));
  EXPECT_EQ(parsed("a26161016162820203"), Value(Map{{"a", 1}, {"b", List{2, 3}}}));
}

TEST(Cbor, ReadsNumbersOfAllWidths) {
  EXPECT_EQ(parsed("f90000"), Value(0.0));
  EXPECT_EQ(parsed("f93c00"), Value(1.0));
  EXPECT_EQ(parsed("f93e00"), Value(1.5));
  EXPECT_EQ(parsed("f97bff"), Value(65504.0));
  EXPECT_EQ(parsed("f90001"), Value(5.960464477539063e-8));
  EXPECT_EQ(parsed("f9c400"), Value(-4.0));
  EXPECT_EQ(parsed("f97c00"), Value(std::numeric_limits<double>::infinity()));
  EXPECT_TRUE(std::isnan(parsed("f97e00").number()));
  EXPECT_EQ(parsed("fa47c35000"), Value(100000.0));
  EXPECT_EQ(parsed("fb3ff199999999999a"), Value(1.1));
}

TEST(Cbor, ReadsTimes) {
  EXPECT_EQ(parsed("c11a514b67b0"), Value(from_epoch_seconds(1363896240)));
  EXPECT_EQ(parsed("c1fb41d452d9ec200000"), Value(from_epoch_seconds(1363896240.5)));
  EXPECT_EQ(refusal_of("c16161"), "a time is not a number");
  EXPECT_EQ(refusal_of("c1fb7e37e43c8800759c"), "a time is out of range");
  EXPECT_EQ(refusal_of("c1f97e00"), "a time is out of range");
}

TEST(Cbor, ReadsIndefiniteLengths) {
  EXPECT_EQ(parsed("5f42010243030405ff"), Value(Blob{"\x01\x02\x03\x04\x05"}));
  EXPECT_EQ(parsed("7f657374726561646d696e67ff"), Value("streaming"));
  EXPECT_EQ(parsed("9fff"), Value(List{}));
  EXPECT_EQ(parsed("9f018202039f0405ffff"), Value(List{1, List{2, 3}, List{4, 5}}));
  EXPECT_EQ(parsed("bf61610161629f0203ffff"), Value(Map{{"a", 1}, {"b", List{2, 3}}}));
  EXPECT_EQ(refusal_of("5f6161ff"), "a piece is of another kind");
  EXPECT_EQ(refusal_of("5f5fffff"), "a piece is of another kind");
  EXPECT_EQ(refusal_of("bf6161ff"), "a simple value is not known");
}

TEST(Cbor, RefusesWhatIsNoItem) {
  EXPECT_EQ(refusal(""), "the item ends too early");
  EXPECT_EQ(refusal_of("0000"), "bytes follow the end of the item");
  for (const char* digits : {"18", "1901", "61", "8201", "9f01", "a16161", "bf6161", "7f6161"}) {
    EXPECT_NE(refusal_of(digits), "taken") << digits;
  }
  for (const char* digits : {"1c", "1f", "3f", "df", "fc", "f0", "f8ff", "ff", "81ff"}) {
    EXPECT_NE(refusal_of(digits), "taken") << digits;
  }
  EXPECT_EQ(refusal_of("61ff"), "a text is not UTF-8");
  EXPECT_EQ(refusal_of("a10102"), "a map's key is not a text");
  EXPECT_EQ(refusal_of("a2616101616102"), "a map has a key twice");
  EXPECT_EQ(refusal_of("bf616101616102ff"), "a map has a key twice");
  EXPECT_EQ(refusal_of("c24101"), "the tag 2 is not known");
}

TEST(Cbor, BelievesNoLengthBeforeItsBytes) {
  for (const char* digits : {"5bffffffffffffffff", "7bffffffffffffffff", "9bffffffffffffffff",
                             "bbffffffffffffffff", "9a7fffffff00", "5a00ffffff00"}) {
    EXPECT_EQ(refusal_of(digits), "a length is larger than what is left") << digits;
  }
}

TEST(Cbor, BoundsDepthAndNumberOfItems) {
  EXPECT_EQ(refusal(std::string(cbor_depth_limit, '\x81') + '\x80'), "taken");
  EXPECT_EQ(refusal(std::string(cbor_depth_limit + 1, '\x81') + '\x80'),
            "the item is nested too deeply");
  EXPECT_EQ(refusal(std::string(100'000, '\xc1')), "the item is nested too deeply");
  EXPECT_EQ(refusal('\x9f' + std::string(cbor_item_limit - 1, '\x01') + '\xff'), "taken");
  EXPECT_EQ(refusal('\x9f' + std::string(cbor_item_limit, '\x01') + '\xff'),
            "there are too many items");
}

TEST(Cbor, WritesWhatItReads) {
  const Value value = Map{{"text", "\u00fc"},
                          {"bytes", Blob{std::string(300, '\x80')}},
                          {"numbers", List{0, 23, 24, -1, -25, 70'000, 1.5, std::int64_t{1} << 40}},
                          {"flags", List{true, false, Value()}},
                          {"times", List{from_epoch_seconds(1), from_epoch_seconds(1.25)}},
                          {"empty", Map{}}};
  EXPECT_EQ(parse_cbor(write_cbor(value)), value);
  EXPECT_EQ(hex(write_cbor(List{std::numeric_limits<std::int64_t>::min(), 255, 65'536})),
            "833b7fffffffffffffff18ff1a00010000");
}

}  // namespace
}  // namespace millrace::base
