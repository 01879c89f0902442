// For tests: an organisation as plain data, and what a refusal says.
#pragma once

#include "organizations/control_policies.hpp"
#include "organizations/members.hpp"
#include "organizations/organization.hpp"
#include "organizations/refused.hpp"
#include "organizations/units.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace millrace::organizations::testing {

inline const std::string management = "111111111111";
inline const std::string member = "222222222222";
inline const std::string other = "333333333333";
inline constexpr base::Timestamp start{std::chrono::hours(500'000)};

inline constexpr std::string_view deny_s3 =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]})";
inline constexpr std::string_view deny_s3_resources =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]})";

class Tree : public ::testing::Test {
 protected:
  Tree() { enable_type(organization, organization.root, PolicyType::service_control); }

  base::SeededRandom random{7};
  base::Timestamp now = start;
  Organization organization =
      found({.management = management, .name = "top", .email = "top@example.com"}, start, random);

  void add(const std::string& account, bool was_invited = true) {
    join(organization,
         Member{.account = account,
                .name = "one",
                .email = account + "@example.com",
                .was_invited = was_invited,
                .joined = now},
         {});
  }
  std::string unit(const std::string& parent, const std::string& name) {
    return create_unit(organization, {.parent = parent, .name = name, .tags = {}}, random).id;
  }
};

// "WHY reason" of what `change` is refused for; empty when it is not.
inline std::optional<Refused> refusal_of(const std::function<void()>& change) {
  try {
    change();
  } catch (const Refused& refused) {
    return refused;
  }
  return std::nullopt;
}

inline void expect_refused(Why why, const std::string& reason,
                           const std::function<void()>& change) {
  const auto refused = refusal_of(change);
  ASSERT_TRUE(refused);
  EXPECT_EQ(static_cast<int>(refused->why), static_cast<int>(why)) << refused->what();
  EXPECT_EQ(refused->reason, reason);
}

}  // namespace millrace::organizations::testing
