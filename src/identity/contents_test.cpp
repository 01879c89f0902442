// The indexes over an account's entities say what the entities say, whatever came and went.
#include "identity/contents.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

const std::string policy = "arn:aws:iam::aws:policy/P";
const std::string other = "arn:aws:iam::aws:policy/Q";

User user(const std::string& name, std::vector<std::string> attached = {},
          std::vector<std::string> groups = {}) {
  User made{.entity = {.name = name}, .grants = {}, .groups = std::move(groups)};
  made.grants.attached = std::move(attached);
  return made;
}

TEST(Contents, FindsByExactNameAndHoldsNamesTakenWithoutCase) {
  Contents contents;
  contents.put(user("Ann"));
  EXPECT_TRUE(contents.find<User>("Ann"));
  EXPECT_FALSE(contents.find<User>("ann"));
  EXPECT_TRUE(contents.is_taken<User>("aNN"));
  EXPECT_FALSE(contents.is_taken<Role>("Ann"));
  contents.erase<User>("Ann");
  EXPECT_FALSE(contents.is_taken<User>("Ann"));
}

TEST(Contents, ListsByNameWithoutCase) {
  Contents contents;
  for (const char* name : {"b", "A", "c", "B2"}) contents.put(user(name));
  std::vector<std::string> names;
  for (const auto& [name, one] : contents.all<User>()) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"A", "b", "B2", "c"}));
}

TEST(Contents, KnowsWhoHoldsAPolicy) {
  Contents contents;
  contents.put(user("ann", {policy, other}));
  Group group{.entity = {.name = "g", .id = "AGPA1"}, .grants = {}};
  group.grants.attached = {policy};
  contents.put(group);
  Role role{.entity = {.name = "r"}, .grants = {}, .trust = {}, .description = {}};
  role.grants.boundary = policy;
  contents.put(role);
  EXPECT_EQ(contents.use_of(policy).attached,
            (std::set<HolderRef>{{Holder::user, "ann"}, {Holder::group, "g"}}));
  EXPECT_EQ(contents.use_of(policy).bounded, (std::set<HolderRef>{{Holder::role, "r"}}));
  EXPECT_EQ(contents.aws_policies_in_use(), 2U);
  contents.put(user("ann", {policy}));
  EXPECT_TRUE(contents.use_of(other).empty());
  contents.erase<User>("ann");
  contents.erase<Group>("g");
  EXPECT_FALSE(contents.use_of(policy).empty());
  role.grants.boundary.reset();
  contents.put(role);
  EXPECT_TRUE(contents.policy_uses().empty());
}

TEST(Contents, KnowsAGroupByItsIdAndItsMembers) {
  Contents contents;
  contents.put(Group{.entity = {.name = "g", .id = "AGPA1"}, .grants = {}});
  contents.put(user("eve", {}, {"AGPA1"}));
  contents.put(user("ann", {}, {"AGPA1"}));
  EXPECT_EQ(contents.members("AGPA1"), (Names{"ann", "eve"}));
  EXPECT_EQ(contents.find_id<Group>("AGPA1")->entity.name, "g");
  contents.erase<Group>("g");
  contents.put(Group{.entity = {.name = "renamed", .id = "AGPA1"}, .grants = {}});
  EXPECT_EQ(contents.find_id<Group>("AGPA1")->entity.name, "renamed");
  contents.put(user("eve"));
  EXPECT_EQ(contents.members("AGPA1"), (Names{"ann"}));
  EXPECT_TRUE(contents.members("AGPA2").empty());
}

TEST(Contents, KnowsTheInstanceProfilesOfARole) {
  Contents contents;
  contents.put(InstanceProfile{.entity = {.name = "p"}, .role = "r"});
  contents.put(InstanceProfile{.entity = {.name = "q"}, .role = std::nullopt});
  EXPECT_EQ(contents.instance_profiles("r"), (Names{"p"}));
  contents.erase<InstanceProfile>("p");
  EXPECT_TRUE(contents.instance_profiles("r").empty());
}

}  // namespace
}  // namespace millrace::identity
