// What an organisation lays over each of its accounts, ready for decisions.
#pragma once

#include "identity/ceilings.hpp"
#include "organizations/organization.hpp"

#include <memory>
#include <string_view>

namespace millrace::organizations {

// Of a member.
[[nodiscard]] std::shared_ptr<const identity::Ceiling> ceiling_of(const Organization& organization,
                                                                  std::string_view account);
// Of a closed account that is in no organisation any more: nobody of it may do anything.
[[nodiscard]] std::shared_ptr<const identity::Ceiling> closed_ceiling();

}  // namespace millrace::organizations
