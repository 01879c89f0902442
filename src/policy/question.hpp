// What is asked of policies, and what they decide.
#pragma once

#include "policy/principal.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::policy {

// Condition keys ("aws:SourceIp", "iam:PassedToService") with their values; names compare without
// case.
using Conditions = std::map<std::string, std::vector<std::string>>;

// Condition keys that are worked out only where a policy asks for them.
class KeySource {
 public:
  virtual ~KeySource() = default;
  // Nothing when it has no such key; names compare without case.
  [[nodiscard]] virtual std::optional<std::vector<std::string>> key_values(
      std::string_view key) const = 0;
};

struct Question {
  Principal principal;
  std::string action;    // "s3:GetObject"
  std::string resource;  // an ARN or "*"
  Conditions conditions;
  const KeySource* further = nullptr;  // outlives the question
};

// What a permit opens beyond the principal's own account: a resource of another one.
struct Opened {
  std::string arn;
  std::string account;
};

struct Decision {
  enum class Effect { allowed, implicit_deny, explicit_deny };
  Effect effect = Effect::implicit_deny;
  // The kind of policy that decided or failed to allow, in AWS's words: "identity-based policy",
  // "session policy".
  std::string policy_kind;
  std::string policy_name;      // that held the deciding statement, if any
  std::string policy_arn = {};  // the same, where it has one
  std::string statement_id;
  // Set where the resource is another account's and its side was decided too.
  std::optional<Opened> opened = std::nullopt;
  // The resource is another account's, whose reasons are no business of the principal's.
  bool is_foreign = false;
  [[nodiscard]] bool allowed() const { return effect == Effect::allowed; }
};

// AWS's sentence for a refusal: "User: ARN is not authorized to perform: ACTION on resource: ARN
// because ...".
[[nodiscard]] std::string refusal(const Question& question, const Decision& decision);

}  // namespace millrace::policy
