// What REST protocols carry outside the body, and which part of a structure is the body.
#pragma once

#include "aws/protocol.hpp"

#include <map>
#include <string>

namespace millrace::aws {

using Labels = std::map<std::string, std::string, std::less<>>;  // of the path, decoded

// The members in path, query string and headers. Throws Malformed.
[[nodiscard]] base::Map parse_rest_head(const OperationShape& operation, const Labels& labels,
                                        const http::Request& request);
// The members that travel in the query string. Throws Malformed.
void parse_rest_query(const Shape& input, std::string_view query, base::Map& into);
// The members in a gathered body, added to `into`. A blob payload is no member: it stays on the
// call.
void parse_rest_body(Protocol protocol, const OperationShape& operation, std::string_view body,
                     base::Map& into, UnknownMembers& unknown);
// The payload member's shape where the input (or output) has one.
[[nodiscard]] const MemberShape* payload_member(const Shape* shape);
[[nodiscard]] bool has_blob_payload(const Shape* shape);
[[nodiscard]] bool has_body_members(const Shape& shape);
// Headers and status of the output's members that travel there.
void write_rest_head(const Shape& output, const base::Map& answer, http::Reply& reply);

}  // namespace millrace::aws
