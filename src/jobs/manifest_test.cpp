#include "jobs/manifest.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace millrace::jobs {
namespace {

using Texts = std::vector<std::string>;

TEST(Manifest, NamesAPrefixAndWhatFollows) {
  const Manifest manifest = parse_manifest(R"([{"prefix": "s3://b/p/"}, "a", "c/d"])");
  EXPECT_EQ(manifest.prefix, "s3://b/p/");
  EXPECT_EQ(manifest.names, (Texts{"a", "c/d"}));
  for (const char* text :
       {"", "{}", "[]", R"(["a"])", R"([{"prefix": 1}])", R"([{"prefix": ""}, 1])"})
    EXPECT_THROW((void)parse_manifest(text), BadManifest) << text;
}

std::string complaint(std::string_view lines) {
  try {
    (void)parse_references(lines, Texts{"a-ref"});
  } catch (const BadManifest& error) {
    return error.what();
  }
  return "";
}

TEST(AugmentedManifest, RefersToObjectsInTheOrderOfAttributes) {
  const std::string lines =
      "{\"b-ref\": \"s3://x/2\", \"a-ref\": \"s3://x/1\", \"c\": 1}\r\n\n{\"a-ref\": \"s3://x/3\", "
      "\"b-ref\": \"s3://x/4\"}";
  EXPECT_EQ(parse_references(lines, Texts{"a-ref", "b-ref"}),
            (Texts{"s3://x/1", "s3://x/2", "s3://x/3", "s3://x/4"}));
}

TEST(AugmentedManifest, NamesTheWrongLine) {
  EXPECT_EQ(complaint("{\"a-ref\": \"s3://x/1\"}\n\n{\"a\": 1}"),
            "line 3: it has no attribute a-ref");
  EXPECT_EQ(complaint("[1]"), "line 1: it is no JSON object");
  EXPECT_EQ(complaint("{\"a-ref\": 1}"), "line 1: the attribute a-ref is no S3 URI");
  EXPECT_TRUE(complaint("{\"a-ref\": ").starts_with("line 1: "));
}

TEST(Shuffle, DependsOnTheSeedAlone) {
  std::vector<std::size_t> order = shuffled_order(100, 7);
  EXPECT_EQ(order, shuffled_order(100, 7));
  EXPECT_NE(order, shuffled_order(100, -7));
  EXPECT_FALSE(std::ranges::is_sorted(order));
  std::ranges::sort(order);
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
}

}  // namespace
}  // namespace millrace::jobs
