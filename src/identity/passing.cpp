// The one condition key that passing a role adds.
#include "identity/passing.hpp"

namespace millrace::identity {

policy::Question passing_question(const policy::Principal& caller, std::string_view role_arn,
                                  std::string_view service, const policy::Conditions& conditions) {
  policy::Question question{.principal = caller,
                            .action = "iam:PassRole",
                            .resource = std::string(role_arn),
                            .conditions = conditions};
  question.conditions["iam:PassedToService"] = {std::string(service)};
  return question;
}

bool may_pass(Authority& authority, const policy::Principal& caller, std::string_view role_arn,
              std::string_view service, const policy::Conditions& conditions) {
  return authority.decide(passing_question(caller, role_arn, service, conditions)).allowed();
}

}  // namespace millrace::identity
