// The requests of the query protocol and of EC2's: a form of dotted names.
#pragma once

#include "aws/protocol.hpp"
#include "aws/scalar.hpp"
#include "base/encoding.hpp"

namespace millrace::aws {

// The members of `shape` from a form's pairs (Action and Version excepted). Throws Malformed.
void parse_form_members(Protocol protocol, const Shape& shape, const base::Pairs& form,
                        base::Map& into, UnknownMembers& unknown);

}  // namespace millrace::aws
