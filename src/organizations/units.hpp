// AWS's rules for organisational units. All throw Refused.
#pragma once

#include "organizations/organization.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::organizations {

struct NewUnit {
  std::string parent;
  std::string name;
  store::Tags tags;
};
const Unit& create_unit(Organization& organization, const NewUnit& asked, base::Random& random);
void rename_unit(Organization& organization, std::string_view id,
                 const std::optional<std::string>& name);
void erase_unit(Organization& organization, std::string_view id);

// An organisational unit, which the root is not.
[[nodiscard]] const Unit& unit_of(const Organization& organization, std::string_view id);

}  // namespace millrace::organizations
