// Types of policies, turned on and off in the root.
#include "organizations/control_policies.hpp"
#include "service/organizations/answers.hpp"
#include "service/organizations/service.hpp"

namespace millrace::service::organizations {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

struct TypeInRoot {
  std::string root;
  std::string type;
};

TypeInRoot read_type(const View& in) {
  return {.root = in.take("RootId").text(), .type = in.take("PolicyType").text()};
}

Value enable(Service& service, const aws::Call& call, const TypeInRoot& ask) {
  const Asker asker(service, call);
  asker.require_leave({asker.arns().unit(ask.root)}, type_condition(ask.type));
  const engine::PolicyType type = built_policy_type(call.operation, ask.type);
  const auto after = service.organizations.change(
      asker.organization().management,
      [&](engine::Organization& changed) { engine::enable_type(changed, ask.root, type); });
  return Map{{"Root", root_answer(*after)}};
}

// A type that is not built is not enabled.
Value disable(Service& service, const aws::Call& call, const TypeInRoot& ask) {
  const Asker asker(service, call);
  const std::string management =
      asker.require({asker.arns().unit(ask.root)}, type_condition(ask.type)).management;
  const auto type = policy_type(ask.type);
  if (!type)
    throw engine::Refused(engine::Why::policy_type_not_enabled,
                          "This operation can be performed only for enabled policy types.");
  const auto after = service.organizations.change(management, [&](engine::Organization& changed) {
    engine::disable_type(changed, ask.root, *type);
  });
  return Map{{"Root", root_answer(*after)}};
}

constexpr aws::Operation table[] = {
    operation<read_type, disable>("DisablePolicyType"),
    operation<read_type, enable>("EnablePolicyType"),
};

}  // namespace

const std::span<const aws::Operation> policy_type_operations = table;

}  // namespace millrace::service::organizations
