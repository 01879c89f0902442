// What users, groups and roles hold: inline policies, attachments, permissions boundaries (groups
// have none) - the same rules for all.
#pragma once

#include "identity/roster.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::identity {

struct HolderName {
  Holder holder = Holder::user;
  std::string account;
  std::string name;
};

[[nodiscard]] Grants grants_of(Roster& roster, const HolderName& who);
[[nodiscard]] Entity entity_of(Roster& roster, const HolderName& who);
void change_grants(Roster& roster, const HolderName& who,
                   const std::function<void(Grants&)>& change);

// Throws MalformedPolicy, UnsupportedPolicy or LimitExceeded.
void put_inline(Roster& roster, const HolderName& who, const std::string& policy,
                const std::string& document);
[[nodiscard]] std::string inline_document(Roster& roster, const HolderName& who,
                                          std::string_view policy);
void erase_inline(Roster& roster, const HolderName& who, std::string_view policy);

void attach(Roster& roster, const HolderName& who, const std::string& arn);
void detach(Roster& roster, const HolderName& who, const std::string& arn);
// Throws NoSuchEntity for a policy that is not there.
void check_boundary(Roster& roster, const std::string& account, const std::string& arn);
void set_boundary(Roster& roster, const HolderName& who, const std::optional<std::string>& arn);

}  // namespace millrace::identity
