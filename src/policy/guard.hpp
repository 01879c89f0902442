// What a resource brings to the decision about itself: its owner, its policy, its access control
// list. The decision asks for it by the question and knows no service.
#pragma once

#include "policy/policy.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::policy {

struct Guard {
  std::string arn;      // of what a permit opens: a bucket's, for the objects in it too
  std::string account;  // whose that is
  // Whose side is decided: the account's, but of an object that another one owns that one's.
  std::string owner;
  std::shared_ptr<const Policy> policy;  // null: none
  std::shared_ptr<const Policy> acl;     // its grants, as statements that allow; null: none
  // Of an object that is not the bucket's owner's, the bucket's policy may deny and not allow.
  bool policy_allows = true;
  // Allows of the policy count for the owner's account and for services alone.
  bool is_restricted = false;
  // A role's trust policy, about taking on the role: it must allow too, whatever the caller holds.
  bool is_trust = false;
  // There is no such resource: nobody can do it harm, and everybody may hear that it is not there.
  bool is_absent = false;
};

class Guards {
 public:
  virtual ~Guards() = default;
  // Null: the resource has none, and belongs to the account that its ARN names, if any.
  [[nodiscard]] virtual std::shared_ptr<const Guard> guard(const Question& question) = 0;
  // The values of a condition key that the resource itself has.
  [[nodiscard]] virtual std::optional<KeyValues> values(const Question& question,
                                                        std::string_view key) = 0;
};

}  // namespace millrace::policy
