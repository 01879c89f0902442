// A refusal's code, status and form: declared by the model, else by the service's table, else by
// what all services share.
#include "aws/protocol.hpp"
#include "aws/protocol_json.hpp"
#include "aws/protocol_xml.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace millrace::aws {

namespace {

using base::Map;

// Errors that every service has and no model declares. Status by protocol: AWS JSON, REST-JSON,
// query and REST-XML.
struct Shared {
  std::string_view code;
  int json;
  int rest_json;
  int xml;
};
constexpr auto shared_errors = std::to_array<Shared>({
    {"AccessDenied", 403, 403, 403},
    {"AccessDeniedException", 400, 403, 403},
    {"ExpiredToken", 403, 403, 403},
    {"ExpiredTokenException", 400, 403, 403},
    {"IncompleteSignature", 400, 400, 400},
    {"IncompleteSignatureException", 400, 400, 400},
    {"InternalError", 500, 500, 500},
    {"InternalFailure", 500, 500, 500},
    {"InvalidAccessKeyId", 403, 403, 403},
    {"InvalidClientTokenId", 403, 403, 403},
    {"InvalidSignatureException", 400, 403, 403},
    {"MissingAuthenticationToken", 403, 403, 403},
    {"MissingAuthenticationTokenException", 400, 403, 403},
    {"NotImplemented", 501, 501, 501},
    {"RequestTimeTooSkewed", 403, 403, 403},
    {"RequestEntityTooLargeException", 413, 413, 413},
    {"ServiceUnavailable", 503, 503, 503},
    {"SignatureDoesNotMatch", 403, 403, 403},
    {"SlowDown", 503, 503, 503},
    {"ThrottlingException", 400, 429, 429},
    {"UnknownOperationException", 400, 404, 404},
    {"UnrecognizedClientException", 400, 403, 403},
});

int shared_status(std::string_view code, Protocol protocol) {
  for (const Shared& error : shared_errors) {
    if (error.code != code) continue;
    if (protocol == Protocol::json) return error.json;
    return protocol == Protocol::rest_json ? error.rest_json : error.xml;
  }
  return 400;
}

const Shape* declared(std::string_view code, const OperationShape* operation) {
  if (!operation) return nullptr;
  for (const Shape* shape : operation->errors) {
    if (shape->name == code || (!shape->error_code.empty() && shape->error_code == code))
      return shape;
  }
  return nullptr;
}

int status_of(const Error& error, const Shape* shape, const Wire& wire, const ErrorTable& table) {
  if (error.status()) return *error.status();
  if (shape && shape->error_status != 0) return shape->error_status;
  const auto own = std::ranges::find(table.undeclared, error.code(), &ErrorTable::Undeclared::code);
  if (own != table.undeclared.end()) return own->status;
  return shape ? 400 : shared_status(error.code(), wire.protocol);
}

// The declared member that carries the message: "message" or "Message".
std::string message_name(const Shape* shape) {
  if (shape) {
    for (const MemberShape& member : shape->members) {
      if (base::equal_ignoring_case(member.name, "message")) return member.name;
    }
  }
  return "message";
}

// The error's members as its shape writes them; what the shape does not declare goes out under its
// own name.
std::string json_body(const Wire& wire, const Refusal& refusal) {
  Map body;
  if (wire.protocol == Protocol::json) body.set("__type", refusal.shape_name);
  body.set(message_name(refusal.shape), refusal.message);
  for (const auto& [name, value] : refusal.fields) body.set(name, value);
  return base::write_json(body);
}

void write_json_refusal(const Wire& wire, const Refusal& refusal, http::Reply& reply) {
  if (wire.protocol == Protocol::json) {
    reply.headers.set("Content-Type", "application/x-amz-json-" + wire.json_version);
  } else {
    reply.headers.set("Content-Type", "application/json");
    reply.headers.set("x-amzn-ErrorType", refusal.shape_name);
  }
  if (wire.query_mode) {
    reply.headers.set("x-amzn-query-error",
                      refusal.code + (refusal.sender_fault ? ";Sender" : ";Receiver"));
  }
  reply.body = json_body(wire, refusal);
}

void write_fields(std::string& body, const Map& fields) {
  for (const auto& [name, value] : fields) {
    write_xml_element(body, name, value.is_text() ? value.text() : base::write_json(value));
  }
}

std::string s3_body(const Wire& wire, const Refusal& refusal, std::string_view resource) {
  std::string body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>";
  write_xml_element(body, "Code", refusal.code);
  write_xml_element(body, "Message", refusal.message);
  write_fields(body, refusal.fields);
  if (!refusal.fields.find("Resource")) write_xml_element(body, "Resource", resource);
  write_xml_element(body, "RequestId", wire.request_id);
  write_xml_element(body, "HostId", wire.host_id);
  return body + "</Error>";
}

std::string query_body(const Wire& wire, const ServiceModel* model, const Refusal& refusal) {
  std::string body = "<ErrorResponse";
  if (model) body += " xmlns=\"" + model->head.xml_namespace + "\"";
  body += "><Error>";
  write_xml_element(body, "Type", refusal.sender_fault ? "Sender" : "Receiver");
  write_xml_element(body, "Code", refusal.code);
  write_xml_element(body, "Message", refusal.message);
  write_fields(body, refusal.fields);
  body += "</Error>";
  write_xml_element(body, "RequestId", wire.request_id);
  return body + "</ErrorResponse>";
}

}  // namespace

Refusal resolve(const Error& error, const Wire& wire, const OperationShape* operation,
                const ErrorTable& table) {
  const Shape* shape = declared(error.code(), operation);
  Refusal refusal{.code = error.code(),
                  .shape_name = shape ? shape->name : error.code(),
                  .message = error.message(),
                  .status = status_of(error, shape, wire, table),
                  .fields = error.fields(),
                  .shape = shape};
  if (shape && !shape->error_code.empty()) refusal.code = shape->error_code;
  refusal.sender_fault = shape ? shape->sender_fault : refusal.status < 500;
  return refusal;
}

http::Reply write_refusal(const Wire& wire, const ServiceModel* model, const Refusal& refusal,
                          std::string_view resource) {
  http::Reply reply;
  reply.status = refusal.status;
  add_request_id(wire, reply.headers);
  if (wire.is_head || refusal.status == 304) return reply;
  switch (wire.protocol) {
    case Protocol::json:
    case Protocol::rest_json:
      write_json_refusal(wire, refusal, reply);
      break;
    case Protocol::rest_xml:
    case Protocol::query:
      reply.headers.set("Content-Type", wire.is_s3 ? "application/xml" : "text/xml");
      reply.body = wire.is_s3 ? s3_body(wire, refusal, resource) : query_body(wire, model, refusal);
      break;
  }
  return reply;
}

}  // namespace millrace::aws
