// The names of access points, and what they bring to decisions on the way to their buckets.
#include "objects/points.hpp"

#include "objects/guards.hpp"

#include <gtest/gtest.h>

namespace millrace::objects {
namespace {

using policy::Principal;
using policy::Question;

constexpr const char* owner = "111111111111";
constexpr const char* other = "222222222222";
constexpr const char* point_arn = "arn:aws:s3:us-east-1:222222222222:accesspoint/p";

std::string allow_all(const std::string& principal) {
  return R"({"Statement":[{"Effect":"Allow","Principal":)" + principal +
         R"(,"Action":"s3:*","Resource":"*"}]})";
}

struct World {
  Settings settings;
  AccessPoint point{.name = {.account = other, .region = "us-east-1", .name = "p"},
                    .bucket = "b",
                    .bucket_account = owner};
  BucketGuards guards{{.bucket = [this](std::string_view name) { return bucket(name); },
                       .object = [](const ObjectName&) { return std::nullopt; },
                       .point = [this](const PointName& name) { return found(name); }}};

  [[nodiscard]] std::shared_ptr<const Bucket> bucket(std::string_view name) const {
    Bucket made;
    made.name = std::string(name);
    made.account = owner;
    made.settings = std::make_shared<const Settings>(settings);
    return std::make_shared<const Bucket>(std::move(made));
  }
  [[nodiscard]] std::shared_ptr<const AccessPoint> found(const PointName& name) const {
    return name == point.name ? std::make_shared<const AccessPoint>(point) : nullptr;
  }
  [[nodiscard]] static Question question(const std::string& account, const std::string& resource) {
    Question asked;
    asked.principal.kind = Principal::Kind::root;
    asked.principal.account = account;
    asked.action = "s3:GetObject";
    asked.resource = resource;
    return asked;
  }
  // By the point.
  [[nodiscard]] Question question() const {
    Question asked = question(owner, "arn:aws:s3:::b/k/l");
    asked.conditions = point.conditions();
    return asked;
  }
};

TEST(PointNames, AreReadFromArns) {
  const auto path = parse_point_arn(std::string(point_arn) + "/object/a/b");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->point.arn(), point_arn);
  EXPECT_EQ(path->key, "a/b");
  EXPECT_EQ(parse_point_arn(point_arn)->key, std::nullopt);
  for (const char* arn :
       {"arn:aws:s3:::b/k", "arn:aws:s3:us-east-1:222222222222:job/p", "bucket", "",
        "arn:aws:s3:us-east-1:2222:accesspoint/p", "arn:aws:s3::222222222222:accesspoint/p.mrap",
        "arn:aws:s3:us-east-1:222222222222:accesspoint/",
        "arn:aws:s3:us-east-1:222222222222:accesspoint/p/other/k",
        "arn:aws:s3-outposts:us-east-1:222222222222:accesspoint/p"}) {
    EXPECT_FALSE(parse_point_arn(arn)) << arn;
  }
}

TEST(PointNames, AreReadFromHosts) {
  const auto name = parse_point_host("my-point-222222222222");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->name, "my-point");
  EXPECT_EQ(name->host(), "my-point-222222222222");
  for (const char* label :
       {"bucket", "222222222222", "-222222222222", "p-22222222222", "p222222222222"}) {
    EXPECT_FALSE(parse_point_host(label)) << label;
  }
}

TEST(PointGuards, StandOnTheWayToTheBucket) {
  World world;
  EXPECT_FALSE(world.guards.way(World::question(owner, "arn:aws:s3:::b/k/l")));
  const auto way = world.guards.way(world.question());
  ASSERT_TRUE(way);
  EXPECT_EQ(way->resource, std::string(point_arn) + "/object/k/l");
  EXPECT_EQ(way->guard.owner, other);
  EXPECT_EQ(way->guard.policy, nullptr);
}

TEST(PointGuards, RestrictPublicPoliciesByTheStrictestBlock) {
  World world;
  world.settings[std::string(public_access_setting)] = no_block;
  world.point.block = to_public_block("");
  world.point.policy = allow_all(R"("*")");
  EXPECT_FALSE(world.guards.way(world.question())->guard.is_restricted);
  world.point.account_block.restricts_policies = true;
  EXPECT_TRUE(world.guards.way(world.question())->guard.is_restricted);
  world.point.account_block = to_public_block("");
  world.settings[std::string(account_public_access_setting)] =
      to_text(PublicBlock{.restricts_policies = true});
  EXPECT_TRUE(world.guards.way(world.question())->guard.is_restricted);
  world.point.policy = allow_all(R"({"AWS":"111111111111"})");
  EXPECT_FALSE(world.guards.way(world.question())->guard.is_restricted);
}

TEST(PointGuards, OfADeletedPointLetNobodyThrough) {
  World world;
  const Question asked = world.question();
  world.point.name.name = "another";
  const auto way = world.guards.way(asked);
  ASSERT_TRUE(way);
  EXPECT_EQ(way->guard.owner, "");
  EXPECT_EQ(way->guard.policy, nullptr);
}

TEST(PointGuards, KnowTheTagsOfBoth) {
  World world;
  world.point.tags = {{"color", "red"}};
  world.settings[std::string(tags_setting)] = to_text(Attributes{{"color", "blue"}});
  const Question on_bucket = world.question();
  Question on_point = world.question();
  on_point.resource = point_arn;
  const auto values = [&](const Question& asked, const char* key) {
    const auto found = world.guards.values(asked, key);
    return found ? found->front() : std::string("none");
  };
  EXPECT_EQ(values(on_point, "aws:ResourceTag/color"), "red");
  EXPECT_EQ(values(on_bucket, "aws:ResourceTag/color"), "none");
  EXPECT_EQ(values(on_bucket, "s3:AccessPointTag/color"), "red");
  EXPECT_EQ(values(on_point, "s3:BucketTag/color"), "none");
  world.settings[std::string(abac_setting)] = "{}";
  EXPECT_EQ(values(on_bucket, "aws:ResourceTag/COLOR"), "blue");
  EXPECT_EQ(values(on_point, "s3:BucketTag/color"), "blue");
  EXPECT_EQ(values(on_point, "aws:ResourceTag/color"), "red");
  EXPECT_EQ(values(on_point, "aws:ResourceAccount"), other);
  EXPECT_EQ(values(on_bucket, "aws:ResourceAccount"), owner);
  EXPECT_EQ(values(on_point, "s3:DataAccessPointArn"), point_arn);
}

TEST(Openness, AnAccountsPointsAreSomebody) {
  const auto is_open = [](const std::string& arn) {
    return is_public(policy::parse_policy(
        R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*",)"
        R"("Condition":{"StringLike":{"s3:DataAccessPointArn":")" +
            arn + R"("}}}]})",
        policy::PolicyKind::resource));
  };
  EXPECT_FALSE(is_open("arn:aws:s3:us-east-1:222222222222:accesspoint/*"));
  EXPECT_TRUE(is_open("arn:aws:s3:us-east-1:*:accesspoint/p"));
  EXPECT_TRUE(is_open("*"));
}

}  // namespace
}  // namespace millrace::objects
