// The condition keys that follow from the organisations of caller, resource and source.
#pragma once

#include "policy/ceilings.hpp"
#include "policy/context.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::policy {

[[nodiscard]] bool is_organization_key(std::string_view key);
// `owner` is the resource's account, where its ARN does not tell; may be empty. Nothing where the
// account in question is in no organisation.
[[nodiscard]] std::optional<KeyValues> organization_key(Ceilings& ceilings,
                                                        const Question& question,
                                                        std::string_view owner,
                                                        std::string_view key);

// The account that the resource's ARN names, else the caller's.
[[nodiscard]] std::string owner_of(const Question& question);

}  // namespace millrace::policy
