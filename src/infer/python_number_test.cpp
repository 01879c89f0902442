#include "infer/python_number.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace millrace::infer {
namespace {

std::string text(double number) {
  std::string out;
  add_python_number(out, number);
  return out;
}

// The expected texts are what Python 3.11 prints.
TEST(PythonNumber, IsTheShortestText) {
  EXPECT_EQ(text(0), "0.0");
  EXPECT_EQ(text(-0.0), "-0.0");
  EXPECT_EQ(text(3), "3.0");
  EXPECT_EQ(text(0.1), "0.1");
  EXPECT_EQ(text(static_cast<double>(0.1F)), "0.10000000149011612");
  EXPECT_EQ(text(123456789012345.0), "123456789012345.0");
}

TEST(PythonNumber, HasAnExponentWherePythonHas) {
  EXPECT_EQ(text(0.0001), "0.0001");
  EXPECT_EQ(text(0.00001), "1e-05");
  EXPECT_EQ(text(1.5e-7), "1.5e-07");
  EXPECT_EQ(text(1e15), "1000000000000000.0");
  EXPECT_EQ(text(1e16), "1e+16");
  EXPECT_EQ(text(1e300), "1e+300");
  EXPECT_EQ(text(std::numeric_limits<double>::infinity()), "inf");
}

}  // namespace
}  // namespace millrace::infer
