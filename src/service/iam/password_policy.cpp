// What an account asks of its users' passwords.
#include "identity/errors.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::PasswordPolicy;

Map policy_answer(const PasswordPolicy& policy) {
  Map answer{{"MinimumPasswordLength", policy.minimum_length},
             {"RequireSymbols", policy.require_symbols},
             {"RequireNumbers", policy.require_numbers},
             {"RequireUppercaseCharacters", policy.require_uppercase},
             {"RequireLowercaseCharacters", policy.require_lowercase},
             {"AllowUsersToChangePassword", policy.users_may_change},
             {"ExpirePasswords", policy.max_age_days.has_value()}};
  answer.set_if("MaxPasswordAge", policy.max_age_days);
  answer.set_if("PasswordReusePrevention", policy.reuse_prevention);
  answer.set_if("HardExpiry", policy.hard_expiry);
  return answer;
}

Value get_policy(Service& service, const aws::Call& call, const aws::Nothing&) {
  const auto policy = service.directory.settings.password_policy(call.account);
  if (!policy) {
    throw identity::NoSuchEntity("The Password Policy with domain name " + call.account +
                                 " cannot be found.");
  }
  return Map{{"PasswordPolicy", policy_answer(*policy)}};
}

// What is not given goes back to what it is by itself.
PasswordPolicy read_policy(const View& in) {
  PasswordPolicy policy{.minimum_length = in.take("MinimumPasswordLength").integer_or(6),
                        .require_symbols = in.take("RequireSymbols").flag_or(false),
                        .require_numbers = in.take("RequireNumbers").flag_or(false),
                        .require_uppercase = in.take("RequireUppercaseCharacters").flag_or(false),
                        .require_lowercase = in.take("RequireLowercaseCharacters").flag_or(false),
                        .users_may_change = in.take("AllowUsersToChangePassword").flag_or(false),
                        .max_age_days = in.take("MaxPasswordAge").optional_integer(),
                        .reuse_prevention = in.take("PasswordReusePrevention").optional_integer()};
  // AWS too lets it bear upon the console alone.
  const auto hard_expiry = in.keep("HardExpiry");
  if (hard_expiry.present()) policy.hard_expiry = hard_expiry.flag_or(false);
  return policy;
}

Value update_policy(Service& service, const aws::Call& call, const PasswordPolicy& ask) {
  service.directory.settings.set_password_policy(call.account, ask);
  return Map{};
}

Value delete_policy(Service& service, const aws::Call& call, const aws::Nothing&) {
  service.directory.settings.remove_password_policy(call.account);
  return Map{};
}

constexpr aws::Operation table[] = {
    operation<aws::read_nothing, delete_policy>("DeleteAccountPasswordPolicy"),
    operation<aws::read_nothing, get_policy>("GetAccountPasswordPolicy"),
    operation<read_policy, update_policy>("UpdateAccountPasswordPolicy"),
};

}  // namespace

const std::span<const aws::Operation> password_policy_operations = table;

}  // namespace millrace::service::iam
