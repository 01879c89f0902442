// What whoever signed an upload form allows it to carry: the policy in the form, and whether the
// form's fields hold to it.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::s3 {

// By name in lower case.
using FormFields = std::map<std::string, std::string, std::less<>>;

struct FormCondition {
  bool is_prefix = false;  // else equal
  std::string field;       // lower case, without `$`
  std::string value;
  std::string words;  // as S3 says it in a refusal
};
struct LengthRange {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};
struct FormPolicy {
  base::Timestamp expires;
  std::vector<FormCondition> conditions;
  std::optional<LengthRange> length;
};

// Throws aws::Error (InvalidPolicyDocument).
[[nodiscard]] FormPolicy parse_form_policy(std::string_view in_base64);
// Throws aws::Error (AccessDenied) where the policy has expired, a condition does not hold or a
// field has none.
void check_form(const FormPolicy& policy, const FormFields& fields, std::string_view bucket,
                base::Timestamp now);

}  // namespace millrace::service::s3
