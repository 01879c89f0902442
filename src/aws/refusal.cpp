// A refusal's code, status and form: declared by the model, else by the service's table, else by
// what all services share.
#include "aws/protocol.hpp"
#include "aws/protocol_json.hpp"
#include "aws/protocol_rest.hpp"
#include "aws/protocol_xml.hpp"
#include "base/cbor.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace millrace::aws {

namespace {

using base::Map;

// Errors that every service has and no model declares. Status by protocol: AWS JSON and CBOR,
// REST-JSON, the others.
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
    if (protocol == Protocol::json || protocol == Protocol::cbor) return error.json;
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

// An error's fields: those that its shape declares are written as the shape says, others under
// their own names.
struct Fields {
  Map declared;
  Map others;
};

Fields fields_of(const Refusal& refusal) {
  Fields fields;
  for (const auto& [name, value] : refusal.fields) {
    const bool is_declared = refusal.shape && refusal.shape->member(name);
    (is_declared ? fields.declared : fields.others).set(name, value);
  }
  return fields;
}

// Declared or not, the message goes out.
void add_message(const Refusal& refusal, Fields& fields) {
  const std::string name = message_name(refusal.shape);
  const bool is_declared = refusal.shape && refusal.shape->member(name);
  (is_declared ? fields.declared : fields.others).set(name, refusal.message);
}

// Two objects' texts as one object.
std::string joined(std::string first, const std::string& second) {
  if (first == "{}") return second;
  if (second == "{}") return first;
  first.back() = ',';
  return first + second.substr(1);
}

std::string json_body(const Wire& wire, const Refusal& refusal) {
  Fields fields = fields_of(refusal);
  Map body;
  if (wire.protocol == Protocol::json) body.set("__type", refusal.shape_name);
  add_message(refusal, fields);
  for (const auto& [name, value] : fields.others) body.set(name, value);
  std::string others = base::write_json(body);
  if (!refusal.shape) return others;
  const auto names = wire.protocol == Protocol::json ? JsonNames::members : JsonNames::locations;
  return joined(std::move(others), write_json_members(*refusal.shape, fields.declared, names));
}

std::string cbor_body(const Refusal& refusal) {
  Map body{{"__type", refusal.shape_name}, {message_name(refusal.shape), refusal.message}};
  for (const auto& [name, value] : refusal.fields) body.set(name, value);
  return base::write_cbor(body);
}

// For clients whose code knows the service's errors by their names in the query protocol.
void add_query_error(const Wire& wire, const Refusal& refusal, http::Reply& reply) {
  if (!wire.query_mode) return;
  reply.headers.set("x-amzn-query-error",
                    refusal.code + (refusal.sender_fault ? ";Sender" : ";Receiver"));
}

void write_json_refusal(const Wire& wire, const Refusal& refusal, http::Reply& reply) {
  if (wire.protocol == Protocol::json) {
    reply.headers.set("Content-Type", "application/x-amz-json-" + wire.json_version);
  } else {
    reply.headers.set("Content-Type", "application/json");
    reply.headers.set("x-amzn-ErrorType", refusal.shape_name);
  }
  add_query_error(wire, refusal, reply);
  reply.body = json_body(wire, refusal);
}

void write_cbor_refusal(const Wire& wire, const Refusal& refusal, http::Reply& reply) {
  reply.headers.set("smithy-protocol", "rpc-v2-cbor");
  reply.headers.set("Content-Type", "application/cbor");
  add_query_error(wire, refusal, reply);
  reply.body = cbor_body(refusal);
}

void write_fields(std::string& body, const Refusal& refusal) {
  const Fields fields = fields_of(refusal);
  for (const auto& [name, value] : fields.others) {
    write_xml_element(body, name, value.is_text() ? value.text() : base::write_json(value));
  }
  if (refusal.shape) body += write_xml_members(*refusal.shape, fields.declared, {});
}

std::string s3_body(const Wire& wire, const Refusal& refusal) {
  std::string body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>";
  write_xml_element(body, "Code", refusal.code);
  write_xml_element(body, "Message", refusal.message);
  write_fields(body, refusal);
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
  write_fields(body, refusal);
  body += "</Error>";
  write_xml_element(body, "RequestId", wire.request_id);
  return body + "</ErrorResponse>";
}

std::string ec2_body(const Wire& wire, const Refusal& refusal) {
  std::string body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error>";
  write_xml_element(body, "Code", refusal.code);
  write_xml_element(body, "Message", refusal.message);
  write_fields(body, refusal);
  body += "</Error></Errors>";
  write_xml_element(body, "RequestID", wire.request_id);
  return body + "</Response>";
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

http::Reply write_refusal(const Wire& wire, const ServiceModel* model, const Refusal& refusal) {
  http::Reply reply;
  reply.status = refusal.status;
  add_request_id(wire, reply.headers);
  if (is_rest(wire.protocol) && refusal.shape)
    write_rest_head(*refusal.shape, fields_of(refusal).declared, reply);
  if (wire.is_head || refusal.status == 304) return reply;
  switch (wire.protocol) {
    case Protocol::json:
    case Protocol::rest_json:
      write_json_refusal(wire, refusal, reply);
      break;
    case Protocol::cbor:
      write_cbor_refusal(wire, refusal, reply);
      break;
    case Protocol::ec2:
      reply.headers.set("Content-Type", "text/xml;charset=UTF-8");
      reply.body = ec2_body(wire, refusal);
      break;
    case Protocol::rest_xml:
    case Protocol::query:
      reply.headers.set("Content-Type", wire.is_s3 ? "application/xml" : "text/xml");
      reply.body = wire.is_s3 ? s3_body(wire, refusal) : query_body(wire, model, refusal);
      break;
  }
  return reply;
}

}  // namespace millrace::aws
