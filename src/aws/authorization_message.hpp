// The encoded message of a refusal, as EC2 gives it: what was asked and decided, sealed, so that
// only who may call sts:DecodeAuthorizationMessage reads it.
#pragma once

#include "identity/authority.hpp"
#include "identity/vault.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::aws {

// Letters, digits, '-' and '_'; for the account of who asked.
[[nodiscard]] std::string encoded_message(const identity::Vault& vault,
                                          const policy::Question& question,
                                          const policy::Decision& decision);
// The JSON text in AWS's form; nothing when it is no message of this server to this account.
[[nodiscard]] std::optional<std::string> decoded_message(const identity::Vault& vault,
                                                         std::string_view account,
                                                         std::string_view encoded);

}  // namespace millrace::aws
