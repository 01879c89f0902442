// What counts as absent: false, emptiness, and the documented default.
#include "aws/defaults.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

using base::List;
using base::Map;

constexpr DocumentedDefault documented[] = {
    {"fromHead", true},
    {"Config.Seconds", std::int64_t{60}},
    {"Containers[].Mode", std::string_view("Enabled")},
};

bool asks(const base::Value& value, std::string_view path = {}) {
  return asks_for_something(value, path, documented);
}

TEST(Defaults, FalseAndEmptinessAskForNothing) {
  EXPECT_FALSE(asks(false, "other"));
  EXPECT_FALSE(asks(List{}));
  EXPECT_FALSE(asks(Map{{"a", false}, {"b", Map{{"c", List{}}}}}));
  EXPECT_TRUE(asks(true, "other"));
  EXPECT_TRUE(asks(std::int64_t{0}, "other"));
  EXPECT_TRUE(asks("", "other"));
}

TEST(Defaults, FalseAsksWhereTrueIsTheDefault) {
  EXPECT_FALSE(asks(true, "fromHead"));
  EXPECT_TRUE(asks(false, "fromHead"));
}

TEST(Defaults, AreFoundInsideStructuresAndElements) {
  EXPECT_FALSE(asks(Map{{"Seconds", std::int64_t{60}}, {"Enabled", false}}, "Config"));
  EXPECT_TRUE(asks(Map{{"Seconds", std::int64_t{61}}}, "Config"));
  EXPECT_FALSE(asks("Enabled", "Containers[12].Mode"));
  EXPECT_TRUE(asks("Disabled", "Containers[12].Mode"));
  EXPECT_TRUE(asks("Enabled", "Containers.Mode"));
}

TEST(Defaults, AreShownForTheCoveragePage) {
  EXPECT_EQ(shown(documented[0]), "fromHead = true");
  EXPECT_EQ(shown(documented[1]), "Config.Seconds = 60");
  EXPECT_EQ(shown(documented[2]), "Containers[].Mode = Enabled");
}

}  // namespace
}  // namespace millrace::aws
