// An operation's answer in the form of the protocol that its request spoke.
#include "aws/protocol.hpp"
#include "aws/protocol_cbor.hpp"
#include "aws/protocol_json.hpp"
#include "aws/protocol_rest.hpp"
#include "aws/protocol_xml.hpp"
#include "base/json.hpp"

#include <array>

namespace millrace::aws {

namespace {

using base::Map;
using base::Value;

constexpr std::string_view s3_namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

// The root elements that S3 really writes; its model names shapes instead.
std::string_view s3_root(std::string_view operation, std::string_view otherwise) {
  struct Root {
    std::string_view operation;
    std::string_view element;
  };
  constexpr auto roots = std::to_array<Root>({
      {"CompleteMultipartUpload", "CompleteMultipartUploadResult"},
      {"CreateMultipartUpload", "InitiateMultipartUploadResult"},
      {"DeleteObjects", "DeleteResult"},
      {"GetBucketAcl", "AccessControlPolicy"},
      {"GetBucketCors", "CORSConfiguration"},
      {"GetBucketLifecycleConfiguration", "LifecycleConfiguration"},
      {"GetBucketLocation", "LocationConstraint"},
      {"GetBucketLogging", "BucketLoggingStatus"},
      {"GetBucketNotificationConfiguration", "NotificationConfiguration"},
      {"GetBucketRequestPayment", "RequestPaymentConfiguration"},
      {"GetBucketTagging", "Tagging"},
      {"GetBucketVersioning", "VersioningConfiguration"},
      {"GetBucketWebsite", "WebsiteConfiguration"},
      {"GetObjectAcl", "AccessControlPolicy"},
      {"GetObjectAttributes", "GetObjectAttributesResponse"},
      {"GetObjectTagging", "Tagging"},
      {"ListBuckets", "ListAllMyBucketsResult"},
      {"ListMultipartUploads", "ListMultipartUploadsResult"},
      {"ListObjects", "ListBucketResult"},
      {"ListObjectsV2", "ListBucketResult"},
      {"ListObjectVersions", "ListVersionsResult"},
      {"ListParts", "ListPartsResult"},
  });
  for (const Root& root : roots) {
    if (root.operation == operation) return root.element;
  }
  return otherwise;
}

void set_body(http::Reply& reply, std::string_view content_type, std::string body) {
  if (!reply.headers.has("Content-Type"))
    reply.headers.set("Content-Type", std::string(content_type));
  reply.body = std::move(body);
}

void write_query_answer(const Wire& wire, const ServiceModel& model,
                        const OperationShape& operation, const Map& answer, http::Reply& reply) {
  std::string body = "<" + operation.name + "Response xmlns=\"" + model.head.xml_namespace + "\">";
  if (operation.output) {
    const std::string& wrapper = operation.output->result_wrapper;
    if (!wrapper.empty()) body += "<" + wrapper + ">";
    body += write_xml_members(*operation.output_shape(), answer, {});
    if (!wrapper.empty()) body += "</" + wrapper + ">";
  }
  body += "<ResponseMetadata>";
  write_xml_element(body, "RequestId", wire.request_id);
  body += "</ResponseMetadata></" + operation.name + "Response>";
  set_body(reply, "text/xml", std::move(body));
}

void write_ec2_answer(const Wire& wire, const ServiceModel& model, const OperationShape& operation,
                      const Map& answer, http::Reply& reply) {
  std::string body = "<" + operation.name + "Response xmlns=\"" + model.head.xml_namespace + "\">";
  write_xml_element(body, "requestId", wire.request_id);
  if (operation.output) body += write_xml_members(*operation.output_shape(), answer, {});
  set_body(reply, "text/xml;charset=UTF-8", body + "</" + operation.name + "Response>");
}

void write_cbor_answer(const OperationShape& operation, const Map& answer, http::Reply& reply) {
  reply.headers.set("smithy-protocol", "rpc-v2-cbor");
  // An operation without an output is answered without a body and its type.
  if (operation.output)
    set_body(reply, "application/cbor", write_cbor_members(*operation.output_shape(), answer));
}

std::string xml_document(const std::string& root) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root;
}

std::string xml_answer(const Wire& wire, const ServiceModel& model, const OperationShape& operation,
                       std::string_view name, const Shape& shape, const Map& members) {
  const std::string& own = model.head.xml_namespace;
  const std::string_view xml_namespace = wire.is_s3 ? s3_namespace : std::string_view(own);
  // The one S3 answer whose only member is its root's text; us-east-1 is the empty root.
  if (wire.is_s3 && operation.name == "GetBucketLocation") {
    std::string root = "<LocationConstraint xmlns=\"" + std::string(s3_namespace) + "\">";
    if (const Value* place = members.find("LocationConstraint"))
      base::escape_xml(root, place->text());
    return xml_document(root + "</LocationConstraint>");
  }
  return xml_document(
      write_xml_root(name, xml_namespace, shape, members, {.milliseconds = wire.is_s3}));
}

void write_payload(const Wire& wire, const ServiceModel& model, const OperationShape& operation,
                   const MemberShape& payload, const Value& value, http::Reply& reply) {
  if (payload.shape->is_document) {
    return set_body(reply, "application/json", base::write_json(value));
  }
  if (value.is_text()) return set_body(reply, "application/octet-stream", value.text());
  if (value.is_blob()) return set_body(reply, "application/octet-stream", value.blob().bytes);
  if (wire.protocol == Protocol::rest_json) {
    return set_body(reply, "application/json",
                    write_json_members(*payload.shape, value.map(), JsonNames::locations));
  }
  const std::string& name = payload.has_wire_name || payload.shape->wire_name.empty()
                                ? payload.wire_name
                                : payload.shape->wire_name;
  set_body(reply, "application/xml",
           xml_answer(wire, model, operation, name, *payload.shape, value.map()));
}

void write_rest_answer(const Wire& wire, const ServiceModel& model, const OperationShape& operation,
                       const Map& answer, http::Reply& reply) {
  const Shape* output = operation.output_shape();
  if (!output) return;
  write_rest_head(*output, answer, reply);
  if (const MemberShape* payload = payload_member(output)) {
    if (const Value* value = answer.find(payload->name)) {
      write_payload(wire, model, operation, *payload, *value, reply);
    }
    return;
  }
  if (!has_body_members(*output)) return;
  if (wire.protocol == Protocol::rest_json) {
    return set_body(reply, "application/json",
                    write_json_members(*output, answer, JsonNames::locations));
  }
  const std::string_view plain = output->wire_name.empty() ? output->name : output->wire_name;
  const std::string_view name = wire.is_s3 ? s3_root(operation.name, plain) : plain;
  set_body(reply, "application/xml", xml_answer(wire, model, operation, name, *output, answer));
}

}  // namespace

// AWS answers operations without an output by an empty body.
std::string json_body(const OperationShape& operation, const Map& answer) {
  if (!operation.output) return "";
  return write_json_members(*operation.output_shape(), answer, JsonNames::members);
}

http::Reply write_json_answer(const Wire& wire, const OperationShape& operation, std::string body) {
  http::Reply reply;
  reply.status = operation.status;
  add_request_id(wire, reply.headers);
  set_body(reply, "application/x-amz-json-" + wire.json_version, std::move(body));
  return reply;
}

http::Reply write_answer(const Wire& wire, const ServiceModel& model,
                         const OperationShape& operation, const Map& answer) {
  if (wire.protocol == Protocol::json)
    return write_json_answer(wire, operation, json_body(operation, answer));
  http::Reply reply;
  reply.status = operation.status;
  add_request_id(wire, reply.headers);
  switch (wire.protocol) {
    case Protocol::json:
      break;
    case Protocol::query:
      write_query_answer(wire, model, operation, answer, reply);
      break;
    case Protocol::ec2:
      write_ec2_answer(wire, model, operation, answer, reply);
      break;
    case Protocol::cbor:
      write_cbor_answer(operation, answer, reply);
      break;
    case Protocol::rest_json:
    case Protocol::rest_xml:
      write_rest_answer(wire, model, operation, answer, reply);
      break;
  }
  return reply;
}

void add_request_id(const Wire& wire, http::Headers& headers) {
  if (wire.is_s3) {
    headers.set("x-amz-request-id", wire.request_id);
    headers.set("x-amz-id-2", wire.host_id);
  } else {
    headers.set("x-amzn-RequestId", wire.request_id);
  }
}

}  // namespace millrace::aws
