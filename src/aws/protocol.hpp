// The wire protocols: which one a request speaks, and how an answer or a refusal is written in it.
#pragma once

#include "aws/error.hpp"
#include "aws/model.hpp"
#include "aws/operation.hpp"
#include "aws/scalar.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>

namespace millrace::aws {

enum class Protocol { json, rest_json, rest_xml, query, ec2, cbor };

[[nodiscard]] constexpr bool is_rest(Protocol protocol) {
  return protocol == Protocol::rest_json || protocol == Protocol::rest_xml;
}
// Of the protocols whose requests are forms.
[[nodiscard]] constexpr bool is_form(Protocol protocol) {
  return protocol == Protocol::query || protocol == Protocol::ec2;
}
// JSON and CBOR have one set of codes for what all services refuse, the others another.
[[nodiscard]] constexpr bool has_exception_codes(Protocol protocol) {
  return protocol == Protocol::json || protocol == Protocol::rest_json ||
         protocol == Protocol::cbor;
}

// What the form of an answer depends on besides the operation.
struct Wire {
  Protocol protocol = Protocol::rest_xml;
  std::string json_version;  // of AWS JSON: as the request said it
  bool query_mode =
      false;           // AWS JSON or CBOR from a client that knows the query protocol's error codes
  bool is_s3 = false;  // S3's own headers and error form
  bool is_head = false;  // HEAD: no body
  std::string request_id;
  std::string host_id;  // S3's second id
};

// The answer's form: status, headers and body of an operation's output. Members were checked
// before.
[[nodiscard]] http::Reply write_answer(const Wire& wire, const ServiceModel& model,
                                       const OperationShape& operation, const base::Map& answer);

// The same in two steps for AWS JSON, whose body depends on the answer alone.
[[nodiscard]] std::string json_body(const OperationShape& operation, const base::Map& answer);
[[nodiscard]] http::Reply write_json_answer(const Wire& wire, const OperationShape& operation,
                                            std::string body);

// A refusal as it goes out: code, status and declared shape found.
struct Refusal {
  std::string code;
  std::string shape_name;  // JSON's __type, where it differs from the code of the query protocol
  std::string message;
  int status = 400;
  bool sender_fault = true;
  base::Map fields;
  const Shape* shape = nullptr;  // null: undeclared
};
[[nodiscard]] Refusal resolve(const Error& error, const Wire& wire, const OperationShape* operation,
                              const ErrorTable& table);
// `model` is null where the service is not known.
[[nodiscard]] http::Reply write_refusal(const Wire& wire, const ServiceModel* model,
                                        const Refusal& refusal);
void add_request_id(const Wire& wire, http::Headers& headers);

}  // namespace millrace::aws
