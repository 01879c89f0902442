// What temporary credentials cannot be used for at all, whatever policies say.
#pragma once

#include "policy/principal.hpp"

#include <string_view>

namespace millrace::aws {

// Throws where the caller's session is of a kind that may not call the operation: SignatureError,
// as if the token were none, or AccessDenied.
void check_session_limits(const policy::Principal& caller, std::string_view service,
                          std::string_view operation);

}  // namespace millrace::aws
