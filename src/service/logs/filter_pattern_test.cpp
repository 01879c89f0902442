// What FilterLogEvents' patterns of terms match.
#include "service/logs/filter_pattern.hpp"

#include "aws/error.hpp"

#include <gtest/gtest.h>

namespace millrace::service::logs {
namespace {

bool matches(std::string_view pattern, std::string_view message) {
  return parse_filter_pattern(pattern).matches(message);
}

TEST(FilterPattern, an_empty_pattern_matches_everything) {
  EXPECT_TRUE(matches("", "anything"));
  EXPECT_TRUE(matches("  ", ""));
}

TEST(FilterPattern, all_plain_terms_must_occur_with_case) {
  EXPECT_TRUE(matches("ERROR disk", "disk full ERROR"));
  EXPECT_FALSE(matches("ERROR disk", "ERROR only"));
  EXPECT_FALSE(matches("error", "ERROR"));
}

TEST(FilterPattern, a_phrase_an_exclusion_and_alternatives) {
  EXPECT_TRUE(matches("\"disk full\"", "the disk full again"));
  EXPECT_FALSE(matches("\"disk full\"", "full disk"));
  EXPECT_FALSE(matches("ERROR -Exiting", "ERROR Exiting"));
  EXPECT_TRUE(matches("?ERROR ?WARN", "WARN"));
  EXPECT_FALSE(matches("?ERROR ?WARN", "INFO"));
}

TEST(FilterPattern, other_kinds_are_refused_by_name) {
  EXPECT_THROW(static_cast<void>(parse_filter_pattern("{ $.a = 1 }")), aws::Error);
  EXPECT_THROW(static_cast<void>(parse_filter_pattern("[a, b]")), aws::Error);
  EXPECT_THROW(static_cast<void>(parse_filter_pattern("\"open")), aws::Error);
}

}  // namespace
}  // namespace millrace::service::logs
