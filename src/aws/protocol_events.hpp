// The members of an event stream's union as messages, in the forms of all protocols that have
// streams; and an error that ends a stream.
#pragma once

#include "aws/event_message.hpp"
#include "aws/protocol.hpp"

#include <string>
#include <string_view>

namespace millrace::aws {

constexpr std::string_view event_stream_type = "application/vnd.amazon.eventstream";

// The member of an input or output that is an event stream; null where it has none.
[[nodiscard]] const MemberShape* event_member(const Shape* shape);

// The one member of `stream` that the message is, as a map of it. Throws Malformed; names members
// that the model does not have.
[[nodiscard]] base::Map parse_event(Protocol protocol, const Shape& stream,
                                    const EventMessage& message, UnknownMembers& unknown);
// `event` has one member of `stream`.
[[nodiscard]] EventMessage write_event(const Wire& wire, const Shape& stream,
                                       const base::Map& event);
// What an RPC protocol has beside the stream travels as the stream's first message.
[[nodiscard]] EventMessage initial_response(std::string content_type, std::string body);
[[nodiscard]] bool is_initial_request(const EventMessage& message);
// As an exception of the stream's union where it has the error, else as an error by code.
[[nodiscard]] EventMessage write_event_refusal(const Wire& wire, const Shape& stream,
                                               const Error& error);

}  // namespace millrace::aws
