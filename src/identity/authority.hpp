// The decision: may this principal do this action on this resource, and why. Nothing else yields a
// permit.
#pragma once

#include "base/time.hpp"
#include "identity/principal.hpp"

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

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

struct Denied : std::runtime_error {
  Denied(const Question& question, const Decision& decision);
  bool is_foreign;
};

// A role cannot be taken on: it does not exist, or its trust policy does not name the caller.
struct CannotAssume : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Proof that a decision allowed something; engines ask for one before they touch data.
class Permit {
 public:
  [[nodiscard]] const Principal& principal() const { return principal_; }
  [[nodiscard]] const std::string& account() const { return principal_.account; }
  // Another account's resource, if its side of this permit was decided.
  [[nodiscard]] const std::optional<Opened>& opened() const { return opened_; }

 private:
  friend class Authority;
  explicit Permit(Principal principal, std::optional<Opened> opened = std::nullopt)
      : principal_(std::move(principal)), opened_(std::move(opened)) {}
  Principal principal_;
  std::optional<Opened> opened_;
};

struct AssumeRequest {
  std::string role_arn;
  Principal caller;  // Kind::service for SageMaker taking on a job's role
  std::string session_name;
  std::optional<std::string> external_id;
  std::optional<std::string> session_policy;
  std::vector<std::pair<std::string, std::string>> session_tags;
  std::optional<std::string> source_identity;
  Conditions conditions;
};

struct Explanation;  // explanation.hpp

class Authority {
 public:
  virtual ~Authority() = default;
  [[nodiscard]] virtual Decision decide(const Question& question) = 0;
  // The same decision with all that led to it. Slower by far: for people, not for requests.
  [[nodiscard]] virtual Explanation explain(const Question& question);
  [[nodiscard]] Permit permit(const Question& question);  // throws Denied
  // With `--auth off` and for accounts' own housekeeping: a permit without a question; the reason
  // goes to the log.
  [[nodiscard]] Permit permit_unchecked(const Principal& principal);

  // The credential of an access key, permanent or temporary; nothing when there is none. Cached;
  // safe on a loop.
  [[nodiscard]] virtual std::optional<Credential> credential(std::string_view access_key_id) = 0;
  // The role's session after its trust policy allowed the caller; throws CannotAssume.
  [[nodiscard]] virtual Principal assume(const AssumeRequest& request) = 0;
  // Temporary credentials for a session, kept until they expire.
  [[nodiscard]] virtual Credential issue(const Principal& session, base::Timestamp expires) = 0;
  // A role's session without asking its trust policy: for a running job whose role was checked at
  // creation.
  [[nodiscard]] virtual std::optional<Principal> session_of(std::string_view role_arn,
                                                            std::string_view session_name) = 0;
};

}  // namespace millrace::identity
