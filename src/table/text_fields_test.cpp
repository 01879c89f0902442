#include "table/text_fields.hpp"

#include <gtest/gtest.h>

namespace millrace::table {
namespace {

using Fields = std::vector<std::string>;

TEST(TextFields, StandBetweenCommas) {
  EXPECT_EQ(parse_fields("user 1, 10.0.0.1"), (Fields{"user 1", "10.0.0.1"}));
  EXPECT_EQ(parse_fields("a,,b,"), (Fields{"a", "", "b", ""}));
  EXPECT_EQ(parse_fields(""), Fields{""});
}

TEST(TextFields, MayHoldCommasAndQuotesInQuotes) {
  EXPECT_EQ(parse_fields(R"( "a, ""b""" ,c)"), (Fields{R"(a, "b")", "c"}));
  EXPECT_EQ(parse_fields(R"("","")"), (Fields{"", ""}));
  EXPECT_EQ(parse_fields(R"(a "b",c)"), (Fields{R"(a "b")", "c"}));
}

TEST(TextFields, AreNoneWhereAQuoteIsNotClosed) {
  EXPECT_FALSE(parse_fields(R"("a,b)"));
  EXPECT_FALSE(parse_fields(R"("a"b,c)"));
  EXPECT_FALSE(parse_fields(R"(")"));
}

}  // namespace
}  // namespace millrace::table
