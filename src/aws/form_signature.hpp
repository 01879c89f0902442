// The signatures of forms: of a text in the form itself, under either version's key.
#pragma once

#include "aws/beside.hpp"
#include "aws/sigv4.hpp"

#include <string_view>

namespace millrace::aws {

// Taken apart but not checked; throws SignatureError. A form may be sent for as long as its key is
// good, a week: what it carries has an expiry of its own.
[[nodiscard]] Signature signature_of(const FormProof& proof);
// Throws SignatureError where it is not that of the secret's owner.
void check_form_signature(const FormProof& proof, const Signature& signature,
                          std::string_view secret);

}  // namespace millrace::aws
