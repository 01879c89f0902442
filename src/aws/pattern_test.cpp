// Patterns in Java's dialect, and that those of the built services can all be used.
#include "aws/pattern.hpp"

#include "aws/model.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

bool matches(const char* pattern, std::string_view text) { return Pattern(pattern).matches(text); }

TEST(Pattern, MatchesTheWholeText) {
  EXPECT_TRUE(matches("a+", "aaa"));
  EXPECT_FALSE(matches("a+", "aab"));
  EXPECT_FALSE(matches("a|b", "ab"));
}

TEST(Pattern, ReadsJavasDialect) {
  EXPECT_TRUE(matches("\\p{ASCII}*", "text/csv"));
  EXPECT_FALSE(matches("\\p{ASCII}*", "\xC3\xBC"));
  EXPECT_TRUE(matches("[\\p{Alnum}-]*", "a-1"));
  EXPECT_TRUE(matches("[\\w-_]*", "a-_1"));
  EXPECT_TRUE(matches("[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*",
                      "\xF0\x9F\x98\xB9 a"));
  EXPECT_FALSE(matches("[\\u0020-\\uD7FF]*", "\n"));
  EXPECT_TRUE(matches("(a*)${1,128}", "aa"));
  EXPECT_TRUE(matches("^(?!-)[a-z-]+$", "a-b"));
  EXPECT_FALSE(matches("^(?!-)[a-z-]+$", "-b"));
}

TEST(Models, EveryPatternOfTheBuiltServicesCanBeUsed) {
  Models models(MILLRACE_MODELS);
  for (const char* name :
       {"cloudwatch", "iam", "logs", "s3", "sagemaker", "sagemaker-runtime", "sts"}) {
    for (const Shape& shape : models.model(name).shapes) {
      if (!shape.pattern) continue;
      EXPECT_TRUE(shape.pattern->usable())
          << name << " " << shape.name << " " << shape.pattern->source();
    }
  }
}

}  // namespace
}  // namespace millrace::aws
