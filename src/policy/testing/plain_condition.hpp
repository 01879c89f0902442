// The Condition block of the plain specification.
#pragma once

#include "policy/testing/plain_case.hpp"
#include "policy/testing/plain_text.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::policy::testing {

// The texts of a member that is one value or a list of them; numbers and flags need no quotation
// marks ("Grammar of the IAM JSON policy language").
[[nodiscard]] Texts texts_of(const base::Value& member);

// The values of a key, whose name compares without case; null when the request has no such key.
[[nodiscard]] const Texts* find_key(const Keys& context, std::string_view key);

// For variables: a key has a value for one when it has a single one.
[[nodiscard]] ValueOf values_in(const Keys& context);

// Every line of the block. `variables` is null for policies of the older version.
[[nodiscard]] bool conditions_hold(const base::Value& block, const Keys& context,
                                   const ValueOf* variables);

}  // namespace millrace::policy::testing
