#include "aws/protocol_rest.hpp"

#include "aws/protocol_json.hpp"
#include "aws/protocol_xml.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace millrace::aws {

namespace {

using base::List;
using base::Map;
using base::Value;

constexpr auto in_head = Malformed::Where::head;

// The elements of a list header: quoted ones may hold commas, and a date holds one of its own.
std::vector<std::string> header_elements(const MemberShape& element, std::string_view text) {
  std::vector<std::string> elements;
  std::string one;
  bool is_quoted = false;
  int commas = element.shape->kind == Kind::time &&
                       time_format(element, TimeFormat::http_date) == TimeFormat::http_date
                   ? 1
                   : 0;
  int left = commas;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_quoted && text[i] == '\\' && i + 1 < text.size()) {
      one += text[++i];
    } else if (text[i] == '"') {
      is_quoted = !is_quoted;
    } else if (text[i] == ',' && !is_quoted && left-- == 0) {
      elements.emplace_back(base::trim(one));
      one.clear();
      left = commas;
    } else {
      one += text[i];
    }
  }
  if (!base::trim(text).empty()) elements.emplace_back(base::trim(one));
  return elements;
}

Value list_from_header(const MemberShape& member, const std::string& text) {
  List elements;
  for (const std::string& piece : header_elements(member.shape->element, text)) {
    elements.push_back(scalar_from_text(member.shape->element, piece, in_head));
  }
  return elements;
}

// An element as it goes into a list header.
std::string quoted_where_needed(const std::string& text, Kind kind) {
  if (kind != Kind::text || text.find_first_of(",\"") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

// aws-chunked is framing, not an encoding of the object.
std::optional<std::string> encoding_of_content(const std::string& text) {
  std::vector<std::string> kept;
  for (const std::string_view piece : base::split(text, ',')) {
    if (!base::equal_ignoring_case(base::trim(piece), "aws-chunked"))
      kept.emplace_back(base::trim(piece));
  }
  if (kept.empty()) return std::nullopt;
  return base::join(kept, ",");
}

// AWS's SDK for C++ writes the one word that this header may say in lower case.
bool is_checksum_mode(const MemberShape& member, const std::string& text) {
  return member.wire_name == "x-amz-checksum-mode" && base::equal_ignoring_case(text, "ENABLED");
}

void from_header(const MemberShape& member, const http::Headers& headers, Map& into) {
  const std::string* text = headers.find(member.wire_name);
  if (!text) return;
  if (base::equal_ignoring_case(member.wire_name, "content-encoding")) {
    if (const auto encoding = encoding_of_content(*text)) into.set(member.name, *encoding);
    return;
  }
  if (base::equal_ignoring_case(member.wire_name, "content-length")) {
    if (const std::string* decoded = headers.find("x-amz-decoded-content-length")) text = decoded;
  }
  if (base::equal_ignoring_case(member.wire_name, "accept-encoding")) {
    // Clients send one of their own; it is the operation's where the model names it.
    const auto& choices = member.shape->choices;
    if (std::ranges::find(choices, *text) == choices.end()) return;
  }
  if (is_checksum_mode(member, *text)) {
    into.set(member.name, "ENABLED");
  } else if (member.json_value) {
    const auto json = base::from_base64(*text);
    if (!json) throw Malformed("The header is not base64", in_head, member.wire_name, *text);
    into.set(member.name, *json);
  } else if (member.shape->kind == Kind::list) {
    into.set(member.name, list_from_header(member, *text));
  } else {
    into.set(member.name, scalar_from_text(member, *text, in_head));
  }
}

void from_prefixed_headers(const MemberShape& member, const http::Headers& headers, Map& into) {
  const std::string prefix = member.has_wire_name ? base::lower(member.wire_name) : "";
  Map entries;
  for (const auto& [name, text] : headers) {
    const std::string lower_name = base::lower(name);
    if (lower_name.starts_with(prefix)) entries.set(lower_name.substr(prefix.size()), text);
  }
  if (!entries.empty()) into.set(member.name, std::move(entries));
}

// A map in the query string takes every parameter, also those that members name.
void from_open_query(const MemberShape& member, const base::Pairs& query, Map& into) {
  Map entries;
  for (const auto& [name, text] : query) {
    if (member.shape->value.shape->kind != Kind::list) {
      entries.set(name, text);
    } else if (Value* list = entries.find(name)) {
      list->list().emplace_back(text);
    } else {
      entries.set(name, List{Value(text)});
    }
  }
  if (!entries.empty()) into.set(member.name, std::move(entries));
}

void from_query(const MemberShape& member, const base::Pairs& query, Map& into) {
  if (member.shape->kind == Kind::map) return from_open_query(member, query, into);
  List elements;
  for (const auto& [name, text] : query) {
    if (name != member.wire_name) continue;
    if (member.shape->kind == Kind::list) {
      elements.push_back(scalar_from_text(member.shape->element, text, in_head));
    } else {
      into.set(member.name, scalar_from_text(member, text, in_head));
      return;
    }
  }
  if (!elements.empty()) into.set(member.name, std::move(elements));
}

std::string header_text(const MemberShape& member, const Value& value) {
  if (member.json_value && value.is_text()) return base::base64(value.text());
  if (!value.is_list()) return scalar_to_text(member, value, TimeFormat::http_date);
  std::vector<std::string> pieces;
  for (const Value& element : value.list()) {
    pieces.push_back(
        quoted_where_needed(scalar_to_text(member.shape->element, element, TimeFormat::http_date),
                            member.shape->element.shape->kind));
  }
  return base::join(pieces, ",");
}

}  // namespace

void parse_rest_query(const Shape& input, std::string_view query, Map& into) {
  const auto pairs = base::parse_query(query, true);
  if (!pairs)
    throw Malformed("The query string is not well-formed", in_head, "", std::string(query));
  for (const MemberShape& member : input.members) {
    if (member.place == Place::query) from_query(member, *pairs, into);
  }
}

Map parse_rest_head(const OperationShape& operation, const Labels& labels,
                    const http::Request& request) {
  Map members;
  if (!operation.input) return members;
  parse_rest_query(*operation.input_shape(), request.query, members);
  for (const MemberShape& member : operation.input_shape()->members) {
    switch (member.place) {
      case Place::uri:
        if (const auto label = labels.find(member.wire_name); label != labels.end()) {
          members.set(member.name, scalar_from_text(member, label->second, in_head));
        }
        break;
      case Place::header:
        from_header(member, request.headers, members);
        break;
      case Place::headers:
        from_prefixed_headers(member, request.headers, members);
        break;
      case Place::query:
      case Place::body:
      case Place::status:
        break;
    }
  }
  return members;
}

const MemberShape* payload_member(const Shape* shape) {
  return shape ? shape->payload_member : nullptr;
}

bool has_blob_payload(const Shape* shape) {
  const MemberShape* payload = payload_member(shape);
  return payload && (payload->shape->kind == Kind::blob || payload->streaming ||
                     payload->shape->streaming || payload->shape->event_stream);
}

bool has_body_members(const Shape& shape) {
  return std::ranges::any_of(shape.members,
                             [](const MemberShape& member) { return member.place == Place::body; });
}

void parse_rest_body(Protocol protocol, const OperationShape& operation, std::string_view body,
                     Map& into, UnknownMembers& unknown) {
  const Shape* input = operation.input_shape();
  if (!input || body.empty() || has_blob_payload(input)) return;
  const MemberShape* payload = payload_member(input);
  if (payload && payload->shape->kind == Kind::text) {
    into.set(payload->name, body);
    return;
  }
  if (!payload && !has_body_members(*input)) return;
  if (payload && payload->shape->is_document) {
    into.set(payload->name, parse_json_document(body));
    return;
  }
  Map members;
  const Shape& shape = payload ? *payload->shape : *input;
  if (protocol == Protocol::rest_json) {
    parse_json_members(shape, body, JsonNames::locations, members, unknown);
  } else {
    parse_xml_members(shape, body, members, unknown);
  }
  if (payload) {
    into.set(payload->name, std::move(members));
  } else {
    for (auto& [name, value] : members) into.set(name, value);
  }
}

void write_rest_head(const Shape& output, const Map& answer, http::Reply& reply) {
  for (const auto& [name, value] : answer) {
    const MemberShape& member = *output.member(name);
    if (value.is_null()) continue;
    if (member.place == Place::header) {
      reply.headers.set(member.wire_name, header_text(member, value));
    } else if (member.place == Place::headers) {
      const std::string prefix = member.has_wire_name ? member.wire_name : "";
      for (const auto& [key, text] : value.map()) reply.headers.set(prefix + key, text.text());
    } else if (member.place == Place::status) {
      reply.status = static_cast<int>(value.integer());
    }
  }
}

}  // namespace millrace::aws
