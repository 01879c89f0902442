// What the operations on managed policies and on their versions share.
#pragma once

#include "base/value.hpp"
#include "identity/entities.hpp"
#include "identity/roster.hpp"
#include "service/iam/answers.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::service::iam {

struct PolicyUsage {
  std::int64_t attachments = 0;
  std::int64_t boundaries = 0;
};
[[nodiscard]] PolicyUsage usage_of(const identity::Contents& contents, std::string_view arn);
[[nodiscard]] base::Map policy_answer(const identity::ManagedPolicy& policy,
                                      const PolicyUsage& usage, Detail detail);

// A managed policy's document, read and measured.
[[nodiscard]] identity::PolicyText managed_text(const std::string& document);
[[nodiscard]] std::string version_id(std::int64_t number);  // "v3"
// Throws NoSuchEntity.
[[nodiscard]] const identity::PolicyVersion& version_of(const identity::ManagedPolicy& policy,
                                                        std::string_view id);
[[nodiscard]] base::Map version_answer(const identity::ManagedPolicy& policy,
                                       const identity::PolicyVersion& version);

// Throws AccessDenied in these words for a policy of AWS's or of another account.
void check_own_policy(const aws::Call& call, const std::string& arn, const char* words);

}  // namespace millrace::service::iam
