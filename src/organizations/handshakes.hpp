// Invitations, and the agreement to turn all features on. All throw Refused.
#pragma once

#include "organizations/organization.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::organizations {

// What is open expires with time.
[[nodiscard]] HandshakeState state_at(const Handshake& handshake, base::Timestamp now);
// Ended ones are shown for a while.
[[nodiscard]] bool is_shown(const Handshake& handshake, base::Timestamp now);

struct Invitation {
  std::string account;  // empty: nobody here has the address yet
  std::optional<std::string> email;
  std::optional<std::string> notes;
  store::Tags tags;
};
const Handshake& invite(Organization& organization, const Invitation& asked, base::Timestamp now,
                        base::Random& random);

const Handshake& ask_for_all_features(Organization& organization, base::Timestamp now,
                                      base::Random& random);

enum class Ending { accept, decline, cancel };
// The state is set; of an approval or of the request for all features what follows is done too. Who
// joins by an invitation is the caller's to see to.
const Handshake& end_handshake(Organization& organization, std::string_view id, Ending ending,
                               base::Timestamp now);

// The approvals that were asked of an account which leaves.
void cancel_approvals(Organization& organization, std::string_view account, base::Timestamp now);

// Those that are shown no more.
void forget_old_handshakes(Organization& organization, base::Timestamp now);

}  // namespace millrace::organizations
