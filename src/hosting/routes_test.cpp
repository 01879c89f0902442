// Weights are kept exactly, replicas take turns, and what is not there is told apart.
#include "hosting/routes.hpp"

#include <gtest/gtest.h>

namespace millrace::hosting {
namespace {

std::map<std::string, int> counts(Routes& routes, int rounds) {
  std::map<std::string, int> counts;
  NoRoute why{};
  for (int i = 0; i < rounds; ++i) ++counts[routes.choose("e", "", why)->variant];
  return counts;
}

TEST(Routes, variants_get_the_shares_of_their_weights) {
  Routes routes;
  routes.set("e", {{.name = "a", .weight = 3, .sockets = {"1"}},
                   {.name = "b", .weight = 1, .sockets = {"2"}}});
  EXPECT_EQ(counts(routes, 400), (std::map<std::string, int>{{"a", 300}, {"b", 100}}));
}

TEST(Routes, a_variant_without_weight_or_ready_replica_gets_nothing_unasked) {
  Routes routes;
  routes.set("e", {{.name = "a", .weight = 0, .sockets = {"1"}},
                   {.name = "b", .weight = 1, .sockets = {"2"}},
                   {.name = "c", .weight = 9}});
  EXPECT_EQ(counts(routes, 10), (std::map<std::string, int>{{"b", 10}}));
  NoRoute why{};
  EXPECT_EQ(routes.choose("e", "a", why)->socket, "1");
}

TEST(Routes, replicas_take_turns) {
  Routes routes;
  routes.set("e", {{.name = "a", .weight = 1, .sockets = {"1", "2"}}});
  NoRoute why{};
  EXPECT_EQ(routes.choose("e", "", why)->socket, "1");
  EXPECT_EQ(routes.choose("e", "", why)->socket, "2");
  routes.remove_socket("e", "2");
  EXPECT_EQ(routes.choose("e", "", why)->socket, "1");
  routes.add_socket("e", "a", "3");
  EXPECT_EQ(routes.choose("e", "", why)->socket, "3");
}

TEST(Routes, what_is_missing_is_told_apart) {
  Routes routes;
  NoRoute why{};
  EXPECT_FALSE(routes.choose("e", "", why));
  EXPECT_EQ(why, NoRoute::unknown_endpoint);
  routes.set("e", {{.name = "a", .weight = 1}});
  EXPECT_FALSE(routes.choose("e", "b", why));
  EXPECT_EQ(why, NoRoute::unknown_variant);
  EXPECT_FALSE(routes.choose("e", "", why));
  EXPECT_EQ(why, NoRoute::nothing_ready);
  routes.erase("e");
  EXPECT_FALSE(routes.choose("e", "", why));
  EXPECT_EQ(why, NoRoute::unknown_endpoint);
}

}  // namespace
}  // namespace millrace::hosting
