// Who signed a request, and whether the signature holds; each failure in the words and under the
// code of the protocol.
#pragma once

#include "aws/error.hpp"
#include "aws/protocol.hpp"
#include "aws/sigv4.hpp"
#include "base/time.hpp"
#include "identity/authority.hpp"

#include <optional>
#include <string>

namespace millrace::aws {

// The credential of the signature's key, its token and times checked; the signature itself is not
// yet. Throws SignatureError.
[[nodiscard]] identity::Credential find_credential(const Signature& signature,
                                                   identity::Authority& authority,
                                                   const base::Clock& clock);

// Compares the request's signature with the right one for `payload` (a digest or one of its literal
// words). Throws SignatureError.
void check_signature(const http::Request& request, const Signature& signature,
                     const base::HmacSha256& signing_key, std::string_view payload);

// The same for S3's older presigned URLs.
void check_old_signature(const http::Request& request, const Signature& signature,
                         std::string_view secret);

// With checks off: an access key of twelve digits names its account, any other is the default
// account's.
[[nodiscard]] policy::Principal unchecked_principal(std::string_view access_key_id,
                                                    const std::string& default_account,
                                                    identity::Authority& authority);

[[nodiscard]] Error error_of(const SignatureError& error, const Wire& wire);

}  // namespace millrace::aws
