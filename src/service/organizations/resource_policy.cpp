// The organisation's own policy, which delegates to members.
#include "organizations/delegation.hpp"
#include "service/organizations/answers.hpp"
#include "service/organizations/service.hpp"

namespace millrace::service::organizations {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

Map answer(Service& service, const engine::Organization& organization) {
  const engine::ResourcePolicy& policy = *organization.resource_policy;
  return Map{
      {"ResourcePolicy",
       Map{{"ResourcePolicySummary",
            Map{{"Id", policy.id}, {"Arn", engine::Arns(organization).resource_policy(policy.id)}}},
           {"Content", service.principals.show(policy.content)}}}};
}

struct PutResourcePolicy {
  std::string content;
  store::Tags tags;
};

PutResourcePolicy read_put(const View& in) {
  return {.content = in.take("Content").text(), .tags = read_tags(in)};
}

// With ids in the place of users' and roles' names.
std::string kept_content(Service& service, const std::string& management,
                         const std::string& content) {
  (void)engine::parse_resource_policy(content);
  try {
    return service.principals.bind(management, content);
  } catch (const policy::MalformedPolicy&) {
    throw engine::Refused(engine::Why::invalid_input,
                          "You specified an invalid principal element in the policy.",
                          "INVALID_PRINCIPAL");
  }
}

Value put(Service& service, const aws::Call& call, const PutResourcePolicy& ask) {
  const Asker asker(service, call);
  asker.require_leave({asker.resource_policy_arn()}, tag_conditions(ask.tags));
  asker.require_tagging(asker.resource_policy_arn(), ask.tags);
  const std::string management = asker.organization().management;
  const std::string kept = kept_content(service, management, ask.content);
  const auto after = service.organizations.change(management, [&](engine::Organization& changed) {
    engine::put_resource_policy(changed, kept, ask.tags, service.random);
  });
  return answer(service, *after);
}

Value describe(Service& service, const aws::Call& call, const aws::Nothing&) {
  const Asker asker(service, call);
  const engine::Organization& organization = asker.require();
  if (!organization.resource_policy) engine::no_resource_policy();
  return answer(service, organization);
}

Value erase(Service& service, const aws::Call& call, const aws::Nothing&) {
  const Asker asker(service, call);
  const std::string management = asker.require().management;
  service.organizations.change(management, engine::erase_resource_policy);
  return Map{};
}

constexpr aws::Operation table[] = {
    operation<aws::read_nothing, erase>("DeleteResourcePolicy"),
    operation<aws::read_nothing, describe>("DescribeResourcePolicy"),
    operation<read_put, put>("PutResourcePolicy"),
};

}  // namespace

const std::span<const aws::Operation> resource_policy_operations = table;

}  // namespace millrace::service::organizations
