// What a bucket brings to decisions about it and its objects.
#include "objects/guards.hpp"

#include "objects/openness.hpp"
#include "policy/principal_ids.hpp"

#include <gtest/gtest.h>

namespace millrace::objects {
namespace {

using policy::Guard;
using policy::Principal;
using policy::Question;

constexpr const char* owner = "111111111111";
constexpr const char* other = "222222222222";

struct World {
  Settings settings;
  std::optional<ObjectInfo> object;
  BucketGuards guards{{.bucket = [this](std::string_view name) { return bucket(name); },
                       .object = [this](const ObjectName&) { return object; }}};

  [[nodiscard]] std::shared_ptr<const Bucket> bucket(std::string_view name) const {
    if (name == "none") return nullptr;
    Bucket made;
    made.name = std::string(name);
    made.account = owner;
    made.region = "eu-west-1";
    made.settings = std::make_shared<const Settings>(settings);
    return std::make_shared<const Bucket>(std::move(made));
  }
  [[nodiscard]] std::shared_ptr<const Guard> guard(const std::string& account,
                                                   const std::string& action,
                                                   const std::string& path = "b/k") {
    return guards.guard(question(account, action, path));
  }
  [[nodiscard]] static Question question(const std::string& account, const std::string& action,
                                         const std::string& path) {
    Question asked;
    asked.principal.kind = account.empty() ? Principal::Kind::anonymous : Principal::Kind::root;
    asked.principal.account = account;
    asked.action = action;
    asked.resource = "arn:aws:s3:::" + path;
    return asked;
  }
};

std::string policy(const std::string& principal, const std::string& more = "") {
  return R"({"Statement":[{"Effect":"Allow","Principal":)" + principal +
         R"(,"Action":"s3:*","Resource":"*")" + more + "}]}";
}

TEST(BucketGuards, ABucketAsItIsMadeHasNoneForItsAccount) {
  World world;
  EXPECT_EQ(world.guard(owner, "s3:GetObject"), nullptr);
  const auto guard = world.guard(other, "s3:GetObject");
  ASSERT_NE(guard, nullptr);
  EXPECT_EQ(guard->arn, "arn:aws:s3:::b");
  EXPECT_EQ(guard->account, owner);
  EXPECT_EQ(guard->policy, nullptr);
  EXPECT_EQ(guard->acl, nullptr);
}

TEST(BucketGuards, AnAbsentBucketIsToldToTheAnonymous) {
  World world;
  EXPECT_EQ(world.guard(owner, "s3:GetObject", "none/k"), nullptr);
  EXPECT_TRUE(world.guard("", "s3:GetObject", "none/k")->is_absent);
  EXPECT_EQ(world.guard("", "s3:CreateBucket", "none"), nullptr);
}

TEST(BucketGuards, TheOwnersRootIsNeverLockedOut) {
  World world;
  world.settings["policy"] = policy(R"("*")");
  EXPECT_NE(world.guard(owner, "s3:GetObject")->policy, nullptr);
  EXPECT_EQ(world.guard(owner, "s3:PutBucketPolicy", "b")->policy, nullptr);
  EXPECT_NE(world.guard(other, "s3:PutBucketPolicy", "b")->policy, nullptr);
}

TEST(BucketGuards, APublicPolicyIsRestrictedUnlessToldOtherwise) {
  World world;
  world.settings["policy"] = policy(R"("*")");
  EXPECT_TRUE(world.guard(other, "s3:GetObject")->is_restricted);
  world.settings["public_access"] = no_block;
  EXPECT_FALSE(world.guard(other, "s3:GetObject")->is_restricted);
}

TEST(BucketGuards, ListsCountWhereOwnershipIsNotEnforced) {
  World world;
  ObjectInfo object;
  object.traits.owner = other;
  object.traits.acl =
      to_text({{.user = policy::canonical_user(owner), .group = {}, .permission = "READ"}});
  world.object = object;
  EXPECT_EQ(world.guard(other, "s3:GetObject")->owner, owner);
  world.settings["ownership"] = ownership_text("ObjectWriter");
  const auto guard = world.guard(owner, "s3:GetObject");
  EXPECT_EQ(guard->owner, other);
  EXPECT_FALSE(guard->policy_allows);
  ASSERT_EQ(guard->acl->statements.size(), 1U);
  // Deleting is the bucket owner's to decide, whoever owns the object.
  EXPECT_EQ(world.guard(owner, "s3:DeleteObject")->owner, owner);
}

TEST(BucketGuards, TagsOfTheObjectAreConditionKeys) {
  World world;
  ObjectInfo object;
  object.tags = {{"team", "blue"}};
  world.object = object;
  const Question question = World::question(owner, "s3:GetObject", "b/k");
  EXPECT_EQ(world.guards.values(question, "s3:ExistingObjectTag/team"), policy::KeyValues{"blue"});
  EXPECT_FALSE(world.guards.values(question, "s3:ExistingObjectTag/colour"));
  EXPECT_EQ(world.guards.values(question, "aws:ResourceAccount"), policy::KeyValues{owner});
}

TEST(BucketGuards, TheRegionIsTheBuckets) {
  World world;
  EXPECT_EQ(world.guards.values(World::question("", "s3:GetObject", "b/k"), "aws:RequestedRegion"),
            policy::KeyValues{"eu-west-1"});
  EXPECT_FALSE(
      world.guards.values(World::question("", "s3:GetObject", "none/k"), "aws:RequestedRegion"));
}

bool is_public_policy(const std::string& principal, const std::string& condition = "") {
  const std::string more = condition.empty() ? "" : R"(,"Condition":)" + condition;
  return is_public(policy::parse_policy(policy(principal, more), policy::PolicyKind::resource));
}

TEST(Openness, FixedPrincipalsAreNotThePublic) {
  EXPECT_TRUE(is_public_policy(R"("*")"));
  EXPECT_TRUE(is_public_policy(R"({"AWS":"*"})"));
  EXPECT_FALSE(is_public_policy(R"({"AWS":"222222222222"})"));
  EXPECT_FALSE(is_public_policy(R"({"Service":"logging.s3.amazonaws.com"})"));
}

TEST(Openness, ConditionsOnFixedValuesNarrowThePublic) {
  const auto narrowed = [](const std::string& condition) {
    return !is_public_policy(R"("*")", condition);
  };
  EXPECT_TRUE(narrowed(R"({"StringEquals":{"aws:SourceAccount":"222222222222"}})"));
  EXPECT_TRUE(narrowed(R"({"IpAddress":{"aws:SourceIp":["10.0.0.0/8","1.2.3.4"]}})"));
  EXPECT_TRUE(narrowed(R"({"StringLike":{"aws:userid":"AIDAEXAMPLE"}})"));
  EXPECT_FALSE(narrowed(R"({"IpAddress":{"aws:SourceIp":["10.0.0.0/8","0.0.0.0/1"]}})"));
  EXPECT_FALSE(narrowed(R"({"IpAddress":{"aws:SourceIp":"2001::/16"}})"));
  EXPECT_FALSE(narrowed(R"({"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}})"));
  EXPECT_FALSE(narrowed(R"({"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*"}})"));
  EXPECT_FALSE(narrowed(R"({"StringEqualsIfExists":{"aws:SourceAccount":"222222222222"}})"));
  EXPECT_FALSE(narrowed(R"({"StringEquals":{"s3:prefix":"a"}})"));
}

TEST(Lists, ComeBackAsTheyWere) {
  const Acl acl = {{.user = "id", .group = {}, .permission = "READ"},
                   {.user = {}, .group = std::string(all_users), .permission = "WRITE"}};
  EXPECT_EQ(to_acl(to_text(acl), "owner"), acl);
  EXPECT_EQ(to_acl("", "owner"),
            (Acl{{.user = "owner", .group = {}, .permission = "FULL_CONTROL"}}));
  EXPECT_TRUE(is_public(acl));
  EXPECT_FALSE(is_public(without_public(acl)));
}

}  // namespace
}  // namespace millrace::objects
