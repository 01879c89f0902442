// Structures as CBOR: the bodies of Smithy's RPC v2 protocol.
#pragma once

#include "aws/scalar.hpp"

#include <string>
#include <string_view>

namespace millrace::aws {

// The members of `shape` in a body, added to `into`; an empty body has none. Throws Malformed.
void parse_cbor_members(const Shape& shape, std::string_view body, base::Map& into,
                        UnknownMembers& unknown);
[[nodiscard]] std::string write_cbor_members(const Shape& shape, const base::Map& members);

}  // namespace millrace::aws
