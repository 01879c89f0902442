// The decision: may this principal do this action on this resource, and why. Nothing else yields a
// permit.
#pragma once

#include "identity/credential.hpp"
#include "policy/explanation.hpp"
#include "policy/question.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

// What was asked is not allowed; the message is AWS's.
struct Denied : std::runtime_error {
  Denied(const policy::Question& question, const policy::Decision& decision);
  bool is_foreign;
};

// A role cannot be taken on: it does not exist, or its trust policy does not name the caller.
struct CannotAssume : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Proof that a decision allowed something; engines ask for one before they touch data.
class Permit {
 public:
  [[nodiscard]] const policy::Principal& principal() const { return principal_; }
  [[nodiscard]] const std::string& account() const { return principal_.account; }
  // Another account's resource, if its side of this permit was decided.
  [[nodiscard]] const std::optional<policy::Opened>& opened() const { return opened_; }

 private:
  friend class Authority;
  explicit Permit(policy::Principal principal, std::optional<policy::Opened> opened = std::nullopt)
      : principal_(std::move(principal)), opened_(std::move(opened)) {}
  policy::Principal principal_;
  std::optional<policy::Opened> opened_;
};

struct AssumeRequest {
  std::string role_arn;
  policy::Principal caller;  // Kind::service for SageMaker taking on a job's role
  std::string session_name;
  std::optional<std::string> external_id;
  std::optional<std::string> session_policy;
  std::vector<std::pair<std::string, std::string>> session_tags;
  std::optional<std::string> source_identity;
  policy::Conditions conditions;
};

class Authority {
 public:
  virtual ~Authority() = default;
  [[nodiscard]] virtual policy::Decision decide(const policy::Question& question) = 0;
  // The same decision with all that led to it. Slower by far: for people, not for requests.
  [[nodiscard]] virtual policy::Explanation explain(const policy::Question& question);
  [[nodiscard]] Permit permit(const policy::Question& question);  // throws Denied
  // With `--auth off` and for accounts' own housekeeping: a permit without a question; the reason
  // goes to the log.
  [[nodiscard]] Permit permit_unchecked(const policy::Principal& principal);

  // The credential of an access key, permanent or temporary; nothing when there is none. Cached;
  // safe on a loop.
  [[nodiscard]] virtual std::optional<Credential> credential(std::string_view access_key_id) = 0;
  // The role's session after its trust policy allowed the caller; throws CannotAssume.
  [[nodiscard]] virtual policy::Principal assume(const AssumeRequest& request) = 0;
  // Temporary credentials for a session, kept until they expire.
  [[nodiscard]] virtual Credential issue(const policy::Principal& session,
                                         base::Timestamp expires) = 0;
  // A role's session without asking its trust policy: for a running job whose role was checked at
  // creation.
  [[nodiscard]] virtual std::optional<policy::Principal> session_of(
      std::string_view role_arn, std::string_view session_name) = 0;
};

}  // namespace millrace::identity
