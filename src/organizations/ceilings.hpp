// What an organisation lays over each of its accounts, ready for decisions.
#pragma once

#include "organizations/organization.hpp"
#include "policy/ceilings.hpp"

#include <memory>
#include <string_view>

namespace millrace::organizations {

// Of a member.
[[nodiscard]] std::shared_ptr<const policy::Ceiling> ceiling_of(const Organization& organization,
                                                                std::string_view account);
// Of a closed account that is in no organisation any more: nobody of it may do anything.
[[nodiscard]] std::shared_ptr<const policy::Ceiling> closed_ceiling();

}  // namespace millrace::organizations
