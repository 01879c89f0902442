// Numbers by hand: integers stay integers, decimals keep their digits, floats are floats.
#include "sql/select/number.hpp"

#include "sql/select/error.hpp"
#include "sql/select/functions.hpp"
#include "sql/select/value.hpp"

#include <gtest/gtest.h>

#include <string>

namespace millrace::sql::select {
namespace {

std::string computed(const char* a, const char* operation, const char* b) {
  return compute(operation, std::string_view(a), std::string_view(b)).value_or("MISSING");
}

std::string code_of(const char* a, const char* operation, const char* b) {
  try {
    return computed(a, operation, b);
  } catch (const SelectError& error) {
    return error.code();
  }
}

TEST(Number, ComputesByKind) {
  EXPECT_EQ(computed("i7", "+", "i5"), "i12");
  EXPECT_EQ(computed("i7", "/", "i2"), "i3");
  EXPECT_EQ(computed("i-7", "%", "i4"), "i-3");
  EXPECT_EQ(computed("d0.1", "+", "d0.2"), "d0.3");
  EXPECT_EQ(computed("d19.99", "*", "i3"), "d59.97");
  EXPECT_EQ(computed("i1", "-", "d0.10"), "d0.90");
  EXPECT_EQ(computed("d1", "/", "d4"), "d0.25");
  EXPECT_EQ(computed("d1", "/", "i3"), "d0.3333333333333333333333333333333333333");
  EXPECT_EQ(computed("d5.5", "%", "i2"), "d1.5");
  EXPECT_EQ(computed("r0.5", "+", "i1"), "r1.5");
  EXPECT_EQ(computed("r0.5", "+", "d0.5"), "r1.0");
}

TEST(Number, TellsNullFromMissing) {
  EXPECT_EQ(computed("n", "+", "i5"), "n");
  EXPECT_EQ(compute("+", std::nullopt, std::string_view("n")), std::nullopt);
}

TEST(Number, RefusesWhatDoesNotFit) {
  EXPECT_EQ(code_of("i9223372036854775807", "+", "i1"), "IntegerOverflow");
  EXPECT_EQ(code_of("i-9223372036854775808", "*", "i-1"), "IntegerOverflow");
  EXPECT_EQ(code_of("i1", "/", "i0"), "ExternalEvalException");
  EXPECT_EQ(code_of("d1", "%", "d0.0"), "ExternalEvalException");
  EXPECT_EQ(code_of("d99999999999999999999999999999999999999", "*", "d10"), "NumberFormatError");
  EXPECT_EQ(code_of("s1", "+", "i1"), "InvalidDataType");
  EXPECT_EQ(computed("i-9223372036854775808", "+", "i0"), "i-9223372036854775808");
}

TEST(Number, ReadsAndWritesDecimals) {
  for (const char* text :
       {"0", "-0.50", "123.4560", "1E+50", "1E-60", "-12345678901234567890123456789012345678"})
    EXPECT_EQ(to_value(parse_decimal(text).value()), std::string("d") + text);
  EXPECT_EQ(to_value(parse_decimal("1.5e3").value()), "d1500");
  EXPECT_EQ(to_value(parse_decimal("-.5").value()), "d-0.5");
  for (const char* text : {"", ".", "1.2.3", "1e", "e5", "1x", "--1", "1e99999",
                           "123456789012345678901234567890123456789"})
    EXPECT_FALSE(parse_decimal(text)) << text;
}

std::optional<int> order(const char* a, const char* b) { return compare(Text(a), Text(b)); }

TEST(Number, ComparesAcrossKinds) {
  EXPECT_EQ(order("i9007199254740993", "i9007199254740992"), 1);
  EXPECT_EQ(order("i1", "d1.00"), 0);
  EXPECT_EQ(order("r0.5", "d0.5"), 0);
  EXPECT_EQ(order("d1E+50", "i3"), 1);
  EXPECT_EQ(order("i1", "s1"), unlike);
  EXPECT_EQ(order("sa", "sb"), -1);
  EXPECT_EQ(order("t", "f"), 1);
  EXPECT_EQ(order("w2010-01-01T00:00Z", "w2010T"), 0);
  EXPECT_EQ(order("w2010-01-01T01:00+02:00", "w2010T"), -1);
  EXPECT_EQ(order("n", "i1"), std::nullopt);
}

std::string casted(const char* value, const char* type) {
  try {
    return cast(std::string_view(value), type).value_or("MISSING");
  } catch (const SelectError& error) {
    return error.code();
  }
}

TEST(Cast, GoesBetweenTypes) {
  EXPECT_EQ(casted("s 42 ", "INT"), "i42");
  EXPECT_EQ(casted("d-1.9", "INT"), "i-1");
  EXPECT_EQ(casted("t", "INT"), "i1");
  EXPECT_EQ(casted("s1.50", "DECIMAL"), "d1.50");
  EXPECT_EQ(casted("d0.456", "FLOAT"), "r0.456");
  EXPECT_EQ(casted("s30", "FLOAT"), "r30.0");
  EXPECT_EQ(casted("sTRUE", "BOOL"), "t");
  EXPECT_EQ(casted("i0", "BOOL"), "f");
  EXPECT_EQ(casted("i5", "STRING"), "s5");
  EXPECT_EQ(casted("f", "STRING"), "sfalse");
  EXPECT_EQ(casted("s2007-04-05T14:30Z", "TIMESTAMP"), "w2007-04-05T14:30Z");
  EXPECT_EQ(casted("n", "INT"), "n");
}

TEST(Cast, RefusesWhatIsNoSuchValue) {
  for (const char* value : {"sx", "s", "s1.5", "s9223372036854775808", "w2010T", "l[1]"})
    EXPECT_EQ(casted(value, "INT"), "CastFailed") << value;
  EXPECT_EQ(casted("snan", "FLOAT"), "CastFailed");
  EXPECT_EQ(casted("syes", "BOOL"), "CastFailed");
  EXPECT_EQ(casted("s2007-13T", "TIMESTAMP"), "CastFailed");
}

TEST(TextFunctions, FollowTheDocumentation) {
  EXPECT_EQ(substring("123456789", 0, {}), "123456789");
  EXPECT_EQ(substring("123456789", 2, {}), "23456789");
  EXPECT_EQ(substring("123456789", -4, {}), "123456789");
  EXPECT_EQ(substring("123456789", 0, 999), "123456789");
  EXPECT_EQ(substring("123456789", 1, 5), "12345");
  EXPECT_EQ(substring("123456789", -1, 4), "12");
  EXPECT_EQ(substring("123456789", -5, 2), "");
  EXPECT_EQ(substring("äöü", 2, 1), "ö");
  EXPECT_EQ(trim("       foobar         ", "BOTH", " "), "foobar");
  EXPECT_EQ(trim("       foobar   ", "LEADING", " "), "foobar   ");
  EXPECT_EQ(trim("  foobar   ", "TRAILING", " "), "  foobar");
  EXPECT_EQ(trim("1112211foobar22211122", "BOTH", "12"), "foobar");
  EXPECT_EQ(trim("äxä", "BOTH", "ä"), "x");
}

TEST(TextFunctions, MatchPatterns) {
  EXPECT_TRUE(like("example-folder/a", "example-folder/%", ""));
  EXPECT_TRUE(like("abcabd", "%ab_", ""));
  EXPECT_FALSE(like("abc", "ab", ""));
  EXPECT_TRUE(like("", "%%", ""));
  EXPECT_TRUE(like("ö", "_", ""));
  EXPECT_TRUE(like("10%", "10\\%", "\\"));
  EXPECT_FALSE(like("10x", "10\\%", "\\"));
  EXPECT_TRUE(like("a\\b", "a\\\\b", "\\"));
  EXPECT_THROW(static_cast<void>(like("a", "a\\", "\\")), SelectError);
  EXPECT_THROW(static_cast<void>(like("a", "\\a", "\\")), SelectError);
  EXPECT_THROW(static_cast<void>(like("a", "a", "ab")), SelectError);
}

}  // namespace
}  // namespace millrace::sql::select
