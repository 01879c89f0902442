// Maps keep their order and hold a name once.
#include "base/value.hpp"

#include <gtest/gtest.h>

namespace millrace::base {
namespace {

TEST(Map, ReplacesInPlaceAndErases) {
  Map map{{"a", 1}, {"b", "two"}};
  map.set("a", 3.5);
  map.set_if("c", std::optional<std::int64_t>());
  map.set_if("d", std::optional<std::int64_t>(4));
  EXPECT_EQ(map, (Map{{"a", 3.5}, {"b", "two"}, {"d", 4}}));
  map.erase("b");
  EXPECT_EQ(map.find("b"), nullptr);
  EXPECT_EQ(map.size(), 2U);
}

TEST(Value, FindsMembersOfMapsOnly) {
  const Value value(Map{{"a", List{1, "x"}}});
  EXPECT_EQ(value.find("a")->list()[1].text(), "x");
  EXPECT_EQ(value.find("b"), nullptr);
  EXPECT_EQ(Value(1).find("a"), nullptr);
  EXPECT_THROW(static_cast<void>(Value(1).text()), std::bad_variant_access);
}

}  // namespace
}  // namespace millrace::base
