// Encodings: there, back, and what is malformed.
#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace millrace::base {
namespace {

TEST(Encoding, HexGoesThereAndBack) {
  EXPECT_EQ(hex(std::string_view("\x00\xff\x1a", 3)), "00ff1a");
  EXPECT_EQ(from_hex("00fF1A"), std::string("\x00\xff\x1a", 3));
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(Encoding, Base64GoesThereAndBack) {
  const std::pair<const char*, const char*> known[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : known) {
    EXPECT_EQ(base64(plain), encoded);
    EXPECT_EQ(from_base64(encoded), plain);
  }
  for (const char* broken : {"Z", "Zg", "Zg=", "====", "Z===", "Zm9v!A==", "Zg==Zg=="}) {
    EXPECT_FALSE(from_base64(broken)) << broken;
  }
}

TEST(Encoding, PercentFollowsSigV4) {
  EXPECT_EQ(percent_encode("a b/\xc3\xa9~*"), "a%20b%2F%C3%A9~%2A");
  EXPECT_EQ(percent_encode("a/b", true), "a/b");
  EXPECT_EQ(percent_decode("a%20b+c"), "a b+c");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_FALSE(percent_decode("%2"));
  EXPECT_FALSE(percent_decode("%zz"));
}

TEST(Encoding, QueriesKeepTheirOrder) {
  const Pairs expected = {{"list-type", "2"}, {"acl", ""}, {"a", "x=y"}, {"a", "+"}};
  EXPECT_EQ(parse_query("list-type=2&acl&a=x=y&&a=%2B", false), expected);
  EXPECT_EQ(parse_query("a=b+c", true), (Pairs{{"a", "b c"}}));
  EXPECT_FALSE(parse_query("a=%", false));
}

TEST(Query, LimitsPairs) {
  std::string query;
  for (std::size_t i = 0; i < pairs_limit; ++i) query += "a&";
  EXPECT_EQ(parse_query(query, true)->size(), pairs_limit);
  EXPECT_FALSE(parse_query(query + "a", true));
}

}  // namespace
}  // namespace millrace::base
