#include "objects/parsed_setting.hpp"

#include <gtest/gtest.h>

namespace millrace::objects {
namespace {

Bucket bucket_with(const std::string& document) {
  Bucket bucket;
  bucket.settings = std::make_shared<const Settings>(Settings{{"kind", document}});
  return bucket;
}

TEST(ParsedSetting, IsReadOnceForAsLongAsTheBucketKeepsIt) {
  ParsedSetting<std::string> parsed;
  int times = 0;
  const auto parse = [&](std::string_view document) {
    ++times;
    return "parsed " + std::string(document);
  };
  const Bucket bucket = bucket_with("one");
  EXPECT_EQ(*parsed.of(bucket, "kind", parse), "parsed one");
  Bucket copy = bucket;
  copy.region = "another";
  EXPECT_EQ(*parsed.of(copy, "kind", parse), "parsed one");
  EXPECT_EQ(times, 1);
  EXPECT_EQ(*parsed.of(bucket_with("two"), "kind", parse), "parsed two");
  EXPECT_EQ(*parsed.of(bucket, "kind", parse), "parsed one");
  EXPECT_EQ(times, 2);
  EXPECT_EQ(parsed.of(bucket_with(""), "kind", parse), nullptr);
  EXPECT_EQ(parsed.of(Bucket(), "kind", parse), nullptr);
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(*parsed.of(bucket_with("many"), "kind", parse), "parsed many");
}

}  // namespace
}  // namespace millrace::objects
