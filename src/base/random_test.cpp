// Identifiers have their form, and a seed gives the same ones again.
#include "base/random.hpp"

#include <gtest/gtest.h>

namespace millrace::base {
namespace {

TEST(Random, SeedReplays) {
  SeededRandom a(7);
  SeededRandom b(7);
  SeededRandom c(8);
  const std::string first = random_bytes(a, 100);
  EXPECT_EQ(first, random_bytes(b, 100));
  EXPECT_NE(first, random_bytes(c, 100));
}

TEST(Random, IdentifiersHaveTheirForm) {
  SystemRandom random;
  const std::string id = uuid4(random);
  EXPECT_EQ(id.size(), 36U);
  EXPECT_EQ(id[14], '4');
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
  EXPECT_NE(id, uuid4(random));
  EXPECT_EQ(random_hex(random, 7).size(), 7U);
  const std::string text = random_text(random, 1000, "xyz");
  EXPECT_EQ(text.size(), 1000U);
  EXPECT_EQ(text.find_first_not_of("xyz"), std::string::npos);
}

}  // namespace
}  // namespace millrace::base
