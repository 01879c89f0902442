#include "table/number.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

namespace millrace::table {
namespace {

float read(std::string_view text) {
  float number = -99;
  EXPECT_TRUE(read_field(text, number)) << text;
  return number;
}

TEST(Number, IsReadAsTheStandardLibraryReadsIt) {
  for (const char* text : {"0", "-0", "1", "+1.5", ".5", "5.", "1e10", "1E-10",
                           "123456789012345678", "0.1", "3.4028235e38", "1e-45",
                           "0.30000000000000004", "17.99", "1001", "0.1184", "1e400", "1e-400"}) {
    EXPECT_EQ(read(text), static_cast<float>(std::strtod(text, nullptr))) << text;
  }
}

TEST(Number, OfRandomDigitsIsExact) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const int digits = 1 + static_cast<int>(random() % 18);
    std::string text;
    for (int d = 0; d < digits; ++d) text += static_cast<char>('0' + random() % 10);
    text.insert(random() % (text.size() + 1), ".");
    if (random() % 4 == 0) text += "e" + std::to_string(static_cast<int>(random() % 40) - 20);
    if (text == ".") continue;
    EXPECT_EQ(read(text), static_cast<float>(std::strtod(text.c_str(), nullptr))) << text;
  }
}

// With text behind the number, as in a file, more of it is looked at at once.
TEST(Number, InsideOfATextIsExact) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 50000; ++i) {
    std::string text = std::to_string(random() % (i % 3 == 0 ? 1 : 20'000'000)) + ".";
    const int places = static_cast<int>(random() % 24);
    for (int d = 0; d < places; ++d) text += static_cast<char>('0' + random() % 10);
    const std::string whole = text + ",1234567890.12345678901234567890,1234567890";
    const char* at = whole.data();
    float number = 0;
    ASSERT_TRUE(read_number(at, whole.data() + whole.size(), number)) << text;
    EXPECT_EQ(number, static_cast<float>(std::strtod(text.c_str(), nullptr))) << text;
    EXPECT_EQ(*at, ',') << text;
  }
}

// Next to the middle between two floats the last digit decides.
TEST(Number, NextToTheMiddleOfTwoFloatsIsExact) {
  std::mt19937_64 random(13);
  for (int i = 0; i < 20000; ++i) {
    const float below = static_cast<float>(random() % 1'000'000) / 65536.0F;
    const double middle =
        (static_cast<double>(below) +
         static_cast<double>(std::nextafter(below, std::numeric_limits<float>::infinity()))) /
        2;
    std::array<char, 64> digits{};
    std::snprintf(digits.data(), digits.size(), "%.17f", middle);
    std::string text = digits.data();
    text.back() = static_cast<char>('0' + random() % 10);
    const std::string whole = text + ",1234567890.12345678901234567890,1234567890";
    const char* at = whole.data();
    float number = 0;
    ASSERT_TRUE(read_number(at, whole.data() + whole.size(), number)) << text;
    EXPECT_EQ(number, static_cast<float>(std::strtod(text.c_str(), nullptr))) << text;
  }
}

TEST(Number, MayBeMissingOrInfinite) {
  EXPECT_TRUE(std::isnan(read("")));
  EXPECT_TRUE(std::isnan(read(" NaN ")));
  EXPECT_EQ(read("-inf"), -INFINITY);
  EXPECT_EQ(read("\t7 "), 7);
}

TEST(Number, IsRefusedWhenItIsNone) {
  float number = 0;
  for (const char* text : {"abc", "1x", "--1", "+-1", "1 2", "-", "e5", ".", "0x10"}) {
    EXPECT_FALSE(read_field(text, number)) << text;
  }
}

}  // namespace
}  // namespace millrace::table
