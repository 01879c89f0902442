// AWS's rules for the accounts of an organisation. All throw Refused.
#pragma once

#include "organizations/organization.hpp"
#include "organizations/refused.hpp"

#include <string>
#include <string_view>

namespace millrace::organizations {

[[nodiscard]] const Member& member_of(const Organization& organization, std::string_view account,
                                      base::Timestamp now);

struct Move {
  std::string account;
  std::string from;
  std::string to;
};
void move_account(Organization& organization, const Move& asked, base::Timestamp now);

// For one account more, invitations that are under way counted.
void check_room_for_account(const Organization& organization, base::Timestamp now, Why why);
// Into the root, under the policies that everything there has from the start.
void join(Organization& organization, Member member, const store::Tags& tags);
void leave(Organization& organization, std::string_view account, base::Timestamp now);
// Accounts that are gone stand in no unit's way.
void let_go(Organization& organization, base::Timestamp now);
void close(Organization& organization, std::string_view account, base::Timestamp now);

}  // namespace millrace::organizations
