#include "organizations/control_policies.hpp"

#include "organizations/ceilings.hpp"
#include "organizations/limits.hpp"
#include "organizations/testing/tree.hpp"
#include "policy/resource_controls.hpp"

namespace millrace::organizations {
namespace {

class ControlPolicies : public testing::Tree {
 protected:
  std::string policy(const std::string& name, std::string_view content = testing::deny_s3,
                     PolicyType type = PolicyType::service_control) {
    const NewPolicy asked{.type = type, .name = name, .content = std::string(content)};
    return create_policy(organization, asked, random).id;
  }
  void refused_as_malformed(std::string_view content, PolicyType type) {
    testing::expect_refused(Why::malformed_policy, "", [&] { policy("bad", content, type); });
  }
};

TEST_F(ControlPolicies, HaveNamesOfTheirOwnWithinAType) {
  policy("one");
  testing::expect_refused(Why::duplicate_policy, "", [&] { policy("one"); });
  policy("one", testing::deny_s3_resources, PolicyType::resource_control);
}

TEST_F(ControlPolicies, AreMeasuredInCharacters) {
  std::string content(testing::deny_s3);
  content.append(longest_service_control - content.size(), ' ');
  policy("just", content);
  testing::expect_refused(Why::constraint, "POLICY_CONTENT_LIMIT_EXCEEDED",
                          [&] { policy("more", content + " "); });
  std::string guarding(testing::deny_s3_resources);
  guarding.append(longest_resource_control + 1 - guarding.size(), ' ');
  testing::expect_refused(Why::constraint, "POLICY_CONTENT_LIMIT_EXCEEDED",
                          [&] { policy("more", guarding, PolicyType::resource_control); });
}

TEST_F(ControlPolicies, AreSoManyOfATypeAtMost) {
  for (std::size_t number = 0; number < max_policies_of_a_type; ++number) {
    const std::string id = "p-" + std::to_string(number);
    organization.policies[id] = ControlPolicy{.id = id, .name = id};
  }
  testing::expect_refused(Why::constraint, "POLICY_NUMBER_LIMIT_EXCEEDED",
                          [&] { policy("one more"); });
}

TEST_F(ControlPolicies, KeepToTheirGrammar) {
  const auto service = PolicyType::service_control;
  const auto resource = PolicyType::resource_control;
  refused_as_malformed("{", service);
  refused_as_malformed(testing::deny_s3_resources, service);  // names a principal
  refused_as_malformed(testing::deny_s3, resource);           // names none
  for (
      const std::string_view statement : {
          R"("Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*")",
          R"("Effect":"Deny","Principal":{"AWS":"111111111111"},"Action":"s3:*","Resource":"*")",
          R"("Effect":"Deny","Principal":"*","Action":"*","Resource":"*")",
          R"("Effect":"Deny","Principal":"*","Action":"iam:*","Resource":"*")",
          R"("Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*")",
          R"("Effect":"Deny","NotPrincipal":{"AWS":"111111111111"},"Action":"s3:*","Resource":"*")",
      }) {
    refused_as_malformed(
        R"({"Version":"2012-10-17","Statement":[{)" + std::string(statement) + "}]}", resource);
  }
}

// What may be put is what is applied.
TEST_F(ControlPolicies, GuardTheServicesThatDecisionsKnow) {
  for (const std::string_view service : policy::resource_controlled_services) {
    const std::string content =
        R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Resource":"*","Action":")" +
        std::string(service) + R"(:*"}})";
    EXPECT_NO_THROW((void)put_control(content, PolicyType::resource_control)) << service;
  }
}

TEST_F(ControlPolicies, AreAttachedOnceAndSoManyAtMost) {
  const std::string& root = organization.root;
  const std::string first = policy("0");
  attach_policy(organization, first, root, now);
  testing::expect_refused(Why::duplicate_policy_attachment, "",
                          [&] { attach_policy(organization, first, root, now); });
  // AWS's own counts too.
  for (std::size_t number = 2; number < max_service_controls_attached; ++number)
    attach_policy(organization, policy(std::to_string(number)), root, now);
  const std::string last = policy("last");
  testing::expect_refused(Why::constraint, "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                          [&] { attach_policy(organization, last, root, now); });
  testing::expect_refused(Why::target_not_found, "",
                          [&] { attach_policy(organization, last, testing::other, now); });
}

TEST_F(ControlPolicies, FiveGuardResources) {
  const std::string& root = organization.root;
  const auto type = PolicyType::resource_control;
  enable_type(organization, root, type);
  const auto guarding = [&](const std::string& name) {
    return policy(name, testing::deny_s3_resources, type);
  };
  for (std::size_t number = 1; number < max_resource_controls_attached; ++number)
    attach_policy(organization, guarding(std::to_string(number)), root, now);
  const std::string last = guarding("last");
  testing::expect_refused(Why::constraint, "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                          [&] { attach_policy(organization, last, root, now); });
}

TEST_F(ControlPolicies, OneOfThemStaysAttached) {
  const std::string& root = organization.root;
  testing::expect_refused(Why::constraint, "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                          [&] { detach_policy(organization, full_access, root, now); });
  const std::string own = policy("own");
  testing::expect_refused(Why::policy_not_attached, "",
                          [&] { detach_policy(organization, own, root, now); });
  attach_policy(organization, own, root, now);
  detach_policy(organization, full_access, root, now);
  testing::expect_refused(Why::policy_in_use, "", [&] { erase_policy(organization, own); });
}

TEST_F(ControlPolicies, AWSsOwnIsNotToBeChanged) {
  testing::expect_refused(Why::invalid_input, "IMMUTABLE_POLICY",
                          [&] { erase_policy(organization, full_access); });
  testing::expect_refused(Why::invalid_input, "IMMUTABLE_POLICY", [&] {
    update_policy(organization, full_access, {.name = "x", .description = {}, .content = {}});
  });
}

TEST_F(ControlPolicies, OfATypeAreOnEverythingOrOnNothing) {
  add(testing::member);
  const auto type = PolicyType::resource_control;
  const std::string guarding = policy("guarding", testing::deny_s3_resources, type);
  testing::expect_refused(Why::policy_type_not_enabled, "",
                          [&] { attach_policy(organization, guarding, organization.root, now); });
  enable_type(organization, organization.root, type);
  testing::expect_refused(Why::policy_type_already_enabled, "",
                          [&] { enable_type(organization, organization.root, type); });
  attach_policy(organization, guarding, testing::member, now);
  testing::expect_refused(Why::invalid_input, "NON_DETACHABLE_POLICY", [&] {
    detach_policy(organization, full_resource_access, testing::member, now);
  });
  detach_policy(organization, guarding, testing::member, now);
  disable_type(organization, organization.root, type);
  EXPECT_EQ(organization.members.at(testing::member).attached,
            std::vector<std::string>{std::string(full_access)});
  testing::expect_refused(Why::policy_type_not_enabled, "",
                          [&] { disable_type(organization, organization.root, type); });
}

TEST_F(ControlPolicies, AreLaidOverAccountsLevelByLevel) {
  add(testing::member);
  const std::string dev = unit(organization.root, "dev");
  move_account(organization, {.account = testing::member, .from = organization.root, .to = dev},
               now);
  const std::string own = policy("own");
  attach_policy(organization, own, dev, now);
  const auto ceiling = ceiling_of(organization, testing::member);
  EXPECT_EQ(ceiling->path, (std::vector{organization.id, organization.root, dev}));
  ASSERT_EQ(ceiling->service_controls.size(), 3U);
  EXPECT_EQ(ceiling->service_controls[0].size(), 1U);
  ASSERT_EQ(ceiling->service_controls[1].size(), 2U);
  EXPECT_EQ(ceiling->service_controls[1][1].name, "own");
  EXPECT_TRUE(ceiling->resource_controls.empty());
  EXPECT_FALSE(ceiling->is_management);
}

TEST_F(ControlPolicies, BindNotTheManagementAccount) {
  const auto ceiling = ceiling_of(organization, testing::management);
  EXPECT_TRUE(ceiling->is_management);
  EXPECT_TRUE(ceiling->service_controls.empty());
}

TEST_F(ControlPolicies, ALevelOfAClosedAccountAllowsNothing) {
  add(testing::member);
  close(organization, testing::member, now);
  EXPECT_TRUE(ceiling_of(organization, testing::member)->service_controls.back().empty());
}

}  // namespace
}  // namespace millrace::organizations
