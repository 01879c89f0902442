// What management policies come to for an account.
#include "organizations/management_policies.hpp"
#include "organizations/members.hpp"
#include "service/organizations/answers.hpp"
#include "service/organizations/service.hpp"

namespace millrace::service::organizations {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

struct DescribeEffective {
  std::string type;
  std::optional<std::string> target;
};

DescribeEffective read_describe(const View& in) {
  return {.type = in.take("PolicyType").text(), .target = in.take("TargetId").optional_text()};
}

// A member sees what is laid over itself.
void check_target(const aws::Call& call, const engine::Organization& organization,
                  const std::string& target) {
  if (call.account != organization.management && target != call.account)
    throw aws::Error("AccessDeniedException",
                     "You don't have permissions to access this resource.");
  if (engine::find_member(organization, target, call.now) == nullptr)
    throw engine::Refused(engine::Why::target_not_found,
                          "You specified a target that doesn't exist.");
}

Value describe(Service& service, const aws::Call& call, const DescribeEffective& ask) {
  const Asker asker(service, call);
  const std::string target = ask.target.value_or(call.account);
  const engine::Organization& organization =
      asker.require({asker.arns().account(target)}, type_condition(ask.type));
  const engine::PolicyType type = built_policy_type(call.operation, ask.type);
  check_target(call, organization, target);
  const auto policy = engine::effective_policy(organization, target, type);
  if (!policy)
    throw engine::Refused(engine::Why::effective_policy_not_found,
                          "The account doesn't have an effective policy of this type.");
  return Map{{"EffectivePolicy",
              Map{{"PolicyContent", *policy}, {"TargetId", target}, {"PolicyType", ask.type}}}};
}

constexpr aws::Operation table[] = {
    operation<read_describe, describe>("DescribeEffectivePolicy"),
};

}  // namespace

const std::span<const aws::Operation> effective_policy_operations = table;

}  // namespace millrace::service::organizations
