// AWS Organizations: what its operations stand on, who may call them, how errors become AWS's.
#pragma once

#include "aws/translated.hpp"
#include "identity/principal_binding.hpp"
#include "organizations/arns.hpp"
#include "organizations/organizations.hpp"
#include "organizations/refused.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::organizations {

// The engine, whose namespace has this one's last name.
namespace engine = millrace::organizations;

struct Service {
  engine::Organizations& organizations;
  base::Clock& clock;
  base::Random& random;
  identity::PrincipalBinding principals = {};
};

[[nodiscard]] aws::ServiceEntry entry(Service& service);

// What may be asked depends on the organisation of the caller: `Asker` asks in `act`.
[[nodiscard]] std::vector<aws::Need> asked_in_act(const aws::Call& call, const aws::Value& input);

// The caller and its organisation.
class Asker {
 public:
  Asker(Service& service, const aws::Call& call);

  // Of the caller's organisation, or as they would be if its account had one.
  [[nodiscard]] const engine::Arns& arns() const { return arns_; }
  [[nodiscard]] std::string policy_arn(std::string_view id) const;
  [[nodiscard]] std::string resource_policy_arn() const;
  // organizations:PolicyType of a policy that is there.
  [[nodiscard]] policy::Conditions policy_conditions(std::string_view id) const;

  // Leave for the call's own operation on each of the resources, and after that an organisation; it
  // stays as it was while the call goes on.
  const engine::Organization& require(const std::vector<std::string>& resources = {"*"},
                                      const policy::Conditions& further = {}) const;
  // The same without the organisation.
  void require_leave(const std::vector<std::string>& resources = {"*"},
                     const policy::Conditions& further = {}) const;
  // Throws where the caller's account is in none.
  [[nodiscard]] const engine::Organization& organization() const;
  // Whether the caller's account is in it.
  [[nodiscard]] bool is_in(const engine::Organization& organization) const;
  // For tags that are given to what is made.
  void require_tagging(const std::string& resource, const store::Tags& tags) const;

 private:
  void require_one(const std::string& action, const std::string& resource,
                   const policy::Conditions& further) const;

  const aws::Call& call_;
  engine::Organizations::Shared organization_;  // shared: it may change meanwhile
  engine::Arns arns_;
};

// The engine's error in flight as AWS's.
[[noreturn]] void rethrow_translated();

template <auto Read, auto Act>
[[nodiscard]] constexpr aws::Operation operation(std::string_view name) {
  return aws::translated_operation<Read, Act, &rethrow_translated>(name, {.access = asked_in_act});
}

extern const std::span<const aws::Operation> account_operations;
extern const std::span<const aws::Operation> attachment_operations;
extern const std::span<const aws::Operation> creation_operations;
extern const std::span<const aws::Operation> delegation_operations;
extern const std::span<const aws::Operation> effective_policy_operations;
extern const std::span<const aws::Operation> handshake_operations;
extern const std::span<const aws::Operation> organization_operations;
extern const std::span<const aws::Operation> policy_operations;
extern const std::span<const aws::Operation> policy_type_operations;
extern const std::span<const aws::Operation> resource_policy_operations;
extern const std::span<const aws::Operation> tag_operations;
extern const std::span<const aws::Operation> unit_operations;

}  // namespace millrace::service::organizations
