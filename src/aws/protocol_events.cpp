#include "aws/protocol_events.hpp"

#include "aws/protocol_cbor.hpp"
#include "aws/protocol_json.hpp"
#include "aws/protocol_xml.hpp"
#include "base/assert.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace millrace::aws {

namespace {

using base::Map;
using base::Value;

constexpr auto in_body = Malformed::Where::body;

std::string content_type(const Wire& wire) {
  switch (wire.protocol) {
    case Protocol::json:
      return "application/x-amz-json-" + wire.json_version;
    case Protocol::rest_json:
      return "application/json";
    case Protocol::cbor:
      return "application/cbor";
    default:
      return "text/xml";
  }
}

void parse_document(Protocol protocol, const Shape& shape, std::string_view payload, Map& into,
                    UnknownMembers& unknown) {
  switch (protocol) {
    case Protocol::json:
      return parse_json_members(shape, payload, JsonNames::members, into, unknown);
    case Protocol::rest_json:
      return parse_json_members(shape, payload, JsonNames::locations, into, unknown);
    case Protocol::cbor:
      return parse_cbor_members(shape, payload, into, unknown);
    default:
      return parse_xml_members(shape, payload, into, unknown);
  }
}

std::string write_document(Protocol protocol, const Shape& shape, const Map& members) {
  switch (protocol) {
    case Protocol::json:
      return write_json_members(shape, members, JsonNames::members);
    case Protocol::rest_json:
      return write_json_members(shape, members, JsonNames::locations);
    case Protocol::cbor:
      return write_cbor_members(shape, members);
    default:
      return write_xml_root(shape.name, "", shape, members, {});
  }
}

// A header's value as the member that it is; nothing where the types do not meet.
std::optional<Value> value_of(const EventHeader& header, Kind kind) {
  if (const auto* text = std::get_if<std::string>(&header); text && kind == Kind::text)
    return Value(*text);
  if (const auto* blob = std::get_if<base::Blob>(&header); blob && kind == Kind::blob)
    return Value(*blob);
  if (const auto* flag = std::get_if<bool>(&header); flag && kind == Kind::flag)
    return Value(*flag);
  if (const auto* time = std::get_if<base::Timestamp>(&header); time && kind == Kind::time)
    return Value(*time);
  if (kind != Kind::integer) return std::nullopt;
  return std::visit(
      [](const auto& number) -> std::optional<Value> {
        using Number = std::decay_t<decltype(number)>;
        if constexpr (std::is_integral_v<Number> && !std::is_same_v<Number, bool>) {
          return Value(std::int64_t{number});
        } else {
          return std::nullopt;
        }
      },
      header);
}

EventHeader header_of(const MemberShape& member, const Value& value) {
  switch (member.shape->kind) {
    case Kind::flag:
      return value.flag();
    case Kind::integer:
      if (member.shape->is_32_bit) return static_cast<std::int32_t>(value.integer());
      return value.integer();
    case Kind::blob:
      return base::Blob{value.is_blob() ? value.blob().bytes : value.text()};
    case Kind::time:
      return time_of(value);
    default:
      return value.text();
  }
}

const MemberShape* payload_of(const Shape& event) {
  const auto found = std::ranges::find_if(event.members, &MemberShape::event_payload);
  return found == event.members.end() ? nullptr : &*found;
}

void parse_payload(Protocol protocol, const Shape& event, const std::string& payload, Map& into,
                   UnknownMembers& unknown) {
  const MemberShape* member = payload_of(event);
  if (!member) return parse_document(protocol, event, payload, into, unknown);
  if (member->shape->kind == Kind::blob) {
    into.set(member->name, base::Blob{payload});
  } else if (member->shape->kind == Kind::text) {
    if (!base::is_utf8(payload)) throw Malformed("A payload is not UTF-8", in_body, member->name);
    into.set(member->name, payload);
  } else {
    Map members;
    parse_document(protocol, *member->shape, payload, members, unknown);
    into.set(member->name, std::move(members));
  }
}

void write_payload(const Wire& wire, const Shape& event, const Map& members,
                   EventMessage& message) {
  const MemberShape* member = payload_of(event);
  const Value* value = member ? members.find(member->name) : nullptr;
  if (member && !value) return;
  std::string type = content_type(wire);
  if (!member) {
    message.payload = write_document(wire.protocol, event, members);
  } else if (value->is_map()) {
    message.payload = write_document(wire.protocol, *member->shape, value->map());
  } else {
    const bool is_text = member->shape->kind == Kind::text;
    type = is_text ? "text/plain" : "application/octet-stream";
    message.payload = value->is_text() ? value->text() : value->blob().bytes;
  }
  message.headers.emplace_back(":content-type", std::move(type));
}

// Of the union's members that are errors; clients know them by the member's name.
const MemberShape* exception_named(const Shape& stream, std::string_view code) {
  const auto found = std::ranges::find_if(stream.members, [&](const MemberShape& member) {
    return member.shape->is_error && (member.shape->name == code || member.name == code);
  });
  return found == stream.members.end() ? nullptr : &*found;
}

Map exception_members(const Shape& shape, const Error& error) {
  Map members;
  for (const auto& [name, value] : error.fields()) {
    if (shape.member(name)) members.set(name, value);
  }
  for (const char* name : {"message", "Message"}) {
    if (shape.member(name)) members.set(name, error.message());
  }
  return members;
}

}  // namespace

const MemberShape* event_member(const Shape* shape) {
  return shape ? shape->event_member : nullptr;
}

Map parse_event(Protocol protocol, const Shape& stream, const EventMessage& message,
                UnknownMembers& unknown) {
  const std::string_view type = message.text(":event-type");
  const MemberShape* member = stream.member(type);
  if (message.text(":message-type") != "event" || !member) {
    throw Malformed("The stream has no event '" + std::string(type) + "'", in_body,
                    std::string(type));
  }
  const Shape& event = *member->shape;
  Map members;
  parse_payload(protocol, event, message.payload, members, unknown);
  for (const MemberShape& one : event.members) {
    const EventHeader* header = one.event_header ? message.find(one.name) : nullptr;
    if (!header) continue;
    auto value = value_of(*header, one.shape->kind);
    if (!value) throw Malformed("The header is of another type", in_body, one.name);
    members.set(one.name, std::move(*value));
  }
  return {{std::string(type), std::move(members)}};
}

EventMessage write_event(const Wire& wire, const Shape& stream, const Map& event) {
  MILLRACE_ASSERT(event.size() == 1);
  const auto& [name, value] = *event.begin();
  const MemberShape* member = stream.member(name);
  MILLRACE_ASSERT(member);
  EventMessage message{.headers = {{":message-type", "event"}, {":event-type", name}}};
  Map body;
  for (const auto& [member_name, member_value] : value.map()) {
    const MemberShape* one = member->shape->member(member_name);
    MILLRACE_ASSERT(one);
    if (one->event_header) {
      message.headers.emplace_back(member_name, header_of(*one, member_value));
    } else {
      body.set(member_name, member_value);
    }
  }
  write_payload(wire, *member->shape, body, message);
  return message;
}

EventMessage initial_response(std::string content_type, std::string body) {
  return {.headers = {{":message-type", "event"},
                      {":event-type", "initial-response"},
                      {":content-type", std::move(content_type)}},
          .payload = std::move(body)};
}

bool is_initial_request(const EventMessage& message) {
  return message.text(":message-type") == "event" &&
         message.text(":event-type") == "initial-request";
}

EventMessage write_event_refusal(const Wire& wire, const Shape& stream, const Error& error) {
  const MemberShape* member = exception_named(stream, error.code());
  if (!member) {
    return {.headers = {{":message-type", "error"},
                        {":error-code", error.code()},
                        {":error-message", error.message()}}};
  }
  return {.headers = {{":message-type", "exception"},
                      {":exception-type", member->name},
                      {":content-type", content_type(wire)}},
          .payload = write_document(wire.protocol, *member->shape,
                                    exception_members(*member->shape, error))};
}

}  // namespace millrace::aws
