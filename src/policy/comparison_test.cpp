// Typed values of conditions: what is of its type and how it compares.
#include "policy/comparison.hpp"

#include <gtest/gtest.h>

namespace millrace::policy {
namespace {

struct Case {
  const char* given;
  const char* wanted;
  bool holds;
};

void expect(Comparison comparison, std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    EXPECT_EQ(compare(comparison, one.given, one.wanted), one.holds)
        << one.given << " " << one.wanted;
  }
}

TEST(Comparison, AddressesAreComparedAsFarAsThePrefixSays) {
  expect(Comparison::ip_address, {{"10.0.0.1", "10.0.0.1", true},
                                  {"10.0.0.1", "10.0.0.0", false},
                                  {"10.0.0.1", "10.0.0.0/31", true},
                                  {"10.0.0.1", "10.0.0.0/32", false},
                                  {"10.0.0.1", "10.0.0.1/32", true},
                                  {"10.0.0.1", "138.0.0.1/8", false},
                                  {"10.0.0.1", "0.0.0.0/0", true},
                                  {"2001:db8::1", "2001:db8::1/128", true},
                                  {"2001:db8::1", "2001:db8::2/128", false},
                                  {"2001:db8::1", "2001:db8::/64", true}});
}

TEST(Comparison, WhatIsNoAddressOrNoPrefixIsInNoNetwork) {
  expect(Comparison::ip_address, {{"10.0.0.1", "10.0.0.1/33", false},
                                  {"10.0.0.1", "10.0.0.1/-1", false},
                                  {"10.0.0.1", "10.0.0.1/x", false},
                                  {"10.0.0.1", "10.0.0.1/", false},
                                  {"10.0.0.1", "::/0", false},
                                  {"::1", "0.0.0.0/0", false},
                                  {"::1", "::1/129", false},
                                  {"here", "here", false},
                                  {"here", "10.0.0.1", false},
                                  {"10.0.0.1", "here", false}});
}

TEST(Comparison, KnowsWhatIsARangeOfAddresses) {
  for (const char* range : {"10.0.0.1", "10.0.0.0/8", "::/0"}) EXPECT_TRUE(is_address_range(range));
  for (const char* other : {"", "10.0.0", "10.0.0.0/33"}) EXPECT_FALSE(is_address_range(other));
}

TEST(Comparison, BothMustBeOfTheType) {
  expect(Comparison::numeric_equals,
         {{"1", "1.0", true}, {"1", "one", false}, {"one", "1", false}});
  expect(Comparison::date_equals,
         {{"2026-11-21", "2026-11-21T00:00Z", true}, {"now", "2026-11-21", false}});
  expect(Comparison::binary_equals,
         {{"YQ==", "YQ==", true}, {"!", "YQ==", false}, {"YQ==", "!", false}, {"!", "!", false}});
  expect(Comparison::boolean,
         {{"FALSE", "false", true}, {"false", "true", false}, {"1", "1", false}});
}

TEST(Comparison, TextsAndArnsAreNotOfThese) {
  expect(Comparison::string_equals, {{"a", "a", false}});
}

}  // namespace
}  // namespace millrace::policy
