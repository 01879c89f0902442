// The published protocol vectors turned round for a server: what a client sends must parse to its
// parameters, and what we answer must read back to the result.
#include "aws/protocol.hpp"
#include "aws/protocol_cbor.hpp"
#include "aws/protocol_json.hpp"
#include "aws/protocol_query.hpp"
#include "aws/protocol_rest.hpp"
#include "aws/protocol_xml.hpp"
#include "aws/routes.hpp"
#include "base/cbor.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace millrace::aws {
namespace {

std::string text_of(const base::Value& value, std::string_view name) {
  const base::Value* found = value.find(name);
  return found && found->is_text() ? found->text() : "";
}

base::Value read_vectors(const std::string& side, const std::string& protocol) {
  base::SystemFiles files;
  return base::parse_json(base::read_file(files, std::string(MILLRACE_BOTOCORE_DATA) +
                                                     "/../../tests/unit/protocols/" + side + "/" +
                                                     protocol + ".json"));
}

// A model of one operation out of a vector.
std::unique_ptr<ServiceModel> model_of(const base::Value& suite, const base::Value& given) {
  base::Value operation = given;
  if (base::Value* errors = operation.map().find("errors")) {
    for (base::Value& error : errors->list()) error = base::Value(text_of(error, "shape"));
  }
  const base::Value model =
      base::Map{{"operations", base::Map{{text_of(given, "name"), operation}}},
                {"shapes", *suite.find("shapes")}};
  return read_model({.model = "vectors"}, base::write_json(model));
}

double number_of(const base::Value& json) {
  if (json.is_number()) return json.number();
  if (json.text() == "NaN") return std::numeric_limits<double>::quiet_NaN();
  return json.text() == "Infinity" ? std::numeric_limits<double>::infinity()
                                   : -std::numeric_limits<double>::infinity();
}

// A vector's parameters as the values that our parsers yield.
base::Value value_of(const Shape& shape, const base::Value& json) {
  if (json.is_null() || shape.is_document) return json;
  switch (shape.kind) {
    case Kind::structure: {
      base::Map members;
      for (const auto& [name, member] : json.map()) {
        const MemberShape* declared = shape.member(name);
        if (declared && !member.is_null()) members.set(name, value_of(*declared->shape, member));
      }
      return members;
    }
    case Kind::list: {
      base::List elements;
      for (const auto& element : json.list())
        elements.push_back(value_of(*shape.element.shape, element));
      return elements;
    }
    case Kind::map: {
      base::Map entries;
      for (const auto& [key, entry] : json.map())
        entries.set(key, value_of(*shape.value.shape, entry));
      return entries;
    }
    case Kind::time:
      return base::from_epoch_seconds(json.number());
    case Kind::blob:
      return base::Blob{json.text()};
    case Kind::number:
      return number_of(json);
    default:
      return json;
  }
}

// Order of members apart, and NaN equal to itself.
bool same(const base::Value& a, const base::Value& b) {
  if (a.is_map() && b.is_map()) {
    if (a.map().size() != b.map().size()) return false;
    return std::ranges::all_of(a.map(), [&b](const auto& entry) {
      const base::Value* other = b.find(entry.first);
      return other && same(entry.second, *other);
    });
  }
  if (a.is_list() && b.is_list()) {
    return std::ranges::equal(a.list(), b.list(),
                              [](const auto& x, const auto& y) { return same(x, y); });
  }
  if (a.is_number() && b.is_number())
    return a.number() == b.number() || (std::isnan(a.number()) && std::isnan(b.number()));
  return a == b;
}

void without_payload(const Shape& shape, base::Value& value) {
  if (has_blob_payload(&shape)) value.map().erase(shape.payload);
}

// A map of query parameters takes the named ones too, as Smithy says of servers; the vectors are
// not of one mind.
void without_named_parameters(const Shape& shape, base::Value& value) {
  for (const MemberShape& open : shape.members) {
    base::Value* parameters = open.place == Place::query && open.shape->kind == Kind::map
                                  ? value.map().find(open.name)
                                  : nullptr;
    if (!parameters) continue;
    for (const MemberShape& named : shape.members) parameters->map().erase(named.wire_name);
    if (parameters->map().empty()) value.map().erase(open.name);
  }
}

// A client leaves empty collections out, and sends an empty structure where it has none.
void without_empty_members(base::Value& value) {
  std::vector<std::string> names;
  for (const auto& [name, member] : value.map()) {
    if ((member.is_map() && member.map().empty()) || (member.is_list() && member.list().empty()))
      names.push_back(name);
  }
  for (const std::string& name : names) value.map().erase(name);
}

// A client fills tokens in.
void without_tokens(const Shape& shape, base::Value& value) {
  for (const MemberShape& member : shape.members) {
    if (member.idempotency_token) value.map().erase(member.name);
  }
}

// Flattened lists whose elements share one name cannot be told apart by a reader: they are one.
void with_shared_lists_joined(const Shape& shape, base::Value& value) {
  const auto is_flat_list = [](const MemberShape& member) {
    return member.shape->kind == Kind::list && (member.flattened || member.shape->flattened);
  };
  const auto element_name = [](const MemberShape& member) {
    const MemberShape& element = member.shape->element;
    return element.has_wire_name ? element.wire_name : member.wire_name;
  };
  for (const MemberShape& member : shape.members) {
    if (!is_flat_list(member) || !value.find(member.name)) continue;
    const auto first = std::ranges::find_if(shape.members, [&](const MemberShape& other) {
      return is_flat_list(other) && element_name(other) == element_name(member);
    });
    base::Value* joined = value.map().find(first->name);
    if (first->name == member.name || !joined) continue;
    for (const base::Value& element : value.find(member.name)->list())
      joined->list().push_back(element);
    value.map().erase(member.name);
  }
}

http::Request request_of(const base::Value& serialized) {
  http::Request request{.method = text_of(serialized, "method")};
  const std::string uri = text_of(serialized, "uri");
  request.path = uri.substr(0, uri.find('?'));
  if (uri.find('?') != std::string::npos) request.query = uri.substr(uri.find('?') + 1);
  if (const base::Value* headers = serialized.find("headers")) {
    for (const auto& [name, value] : headers->map()) request.headers.add(name, value.text());
  }
  return request;
}

base::Map parse_input(Protocol protocol, const ServiceModel& model, const base::Value& serialized) {
  const http::Request request = request_of(serialized);
  const std::string body = text_of(serialized, "body");
  const OperationShape& operation = model.operations.front();
  UnknownMembers unknown;
  base::Map input;
  if (is_rest(protocol)) {
    const auto route =
        find_route(model, request.path, request, *base::parse_query(request.query, true));
    EXPECT_TRUE(route) << request.path;
    if (!route) return {};
    input = parse_rest_head(operation, route->labels, request);
    parse_rest_body(protocol, operation, body, input, unknown);
  } else if (!operation.input) {
    return {};
  } else if (protocol == Protocol::json) {
    parse_json_members(*operation.input_shape(), body, JsonNames::members, input, unknown);
  } else if (protocol == Protocol::cbor) {
    parse_cbor_members(*operation.input_shape(), *base::from_base64(body), input, unknown);
  } else {
    parse_form_members(protocol, *operation.input_shape(), *base::parse_query(body, true), input,
                       unknown);
  }
  return input;
}

struct Vectors {
  std::string file;
  Protocol protocol;
};

// The vectors of compressed bodies carry no body.
bool has_no_body(const std::string& id) {
  return id.starts_with("SDKAppliedContentEncoding_") || id.starts_with("SDKAppend");
}

bool leaves_empty_members_out(const std::string& id) {
  constexpr auto ids = std::to_array<std::string_view>(
      {"Ec2EmptyQueryLists", "HttpPrefixHeadersAreNotPresent", "QueryEmptyQueryMaps",
       "RestJsonHttpPrefixHeadersAreNotPresent", "RestJsonHttpWithEmptyStructurePayload",
       "RestJsonHttpWithHeadersButNoPayload", "RestJsonOmitsEmptyListQueryValues"});
  return std::ranges::find(ids, id) != ids.end();
}

// An output member whose place is the query string: there is none in an answer. Flattened lists of
// texts and of structures whose elements share one name: no reader tells them apart.
bool is_not_readable(const std::string& id) {
  return id == "IgnoreQueryParamsInResponse" || id == "XmlLists";
}

void check_inputs(const Vectors& vectors) {
  const base::Value suites = read_vectors("input", vectors.file);
  for (const base::Value& suite : suites.list()) {
    for (const base::Value& one : suite.find("cases")->list()) {
      const std::string id = text_of(one, "id");
      const base::Value& given = *one.find("given");
      if (has_no_body(id) || !given.find("input")) continue;
      const auto model = model_of(suite, given);
      const Shape& shape = *model->operations.front().input_shape();
      base::Value expected = value_of(shape, *one.find("params"));
      without_payload(shape, expected);
      try {
        base::Value input = parse_input(vectors.protocol, *model, *one.find("serialized"));
        without_named_parameters(shape, input);
        without_named_parameters(shape, expected);
        for (base::Value* side : {&input, &expected}) {
          if (id.find("AutoFill") != std::string::npos) without_tokens(shape, *side);
          if (leaves_empty_members_out(id)) without_empty_members(*side);
        }
        EXPECT_TRUE(same(input, expected)) << id << "\n  got  " << base::write_json(input)
                                           << "\n  want " << base::write_json(expected);
      } catch (const std::exception& error) {
        ADD_FAILURE() << id << ": " << error.what();
      }
    }
  }
}

// Our answer read by our own parsers, which the input vectors hold to the standard.
base::Value read_back(Protocol protocol, const OperationShape& operation,
                      const http::Reply& reply) {
  const std::string& body = std::get<std::string>(reply.body);
  const Shape& shape = *operation.output_shape();
  UnknownMembers unknown;
  base::Map output;
  if (protocol == Protocol::json) {
    parse_json_members(shape, body, JsonNames::members, output, unknown);
  } else if (protocol == Protocol::cbor) {
    parse_cbor_members(shape, body, output, unknown);
  } else if (protocol == Protocol::ec2) {
    const auto begin = body.find("</requestId>") + std::string_view("</requestId>").size();
    const std::string inner = body.substr(begin, body.rfind("</") - begin);
    parse_xml_members(shape, "<all>" + inner + "</all>", output, unknown);
  } else if (protocol == Protocol::query) {
    const std::string& wrapper = operation.output->result_wrapper;
    const auto begin = body.find('>', body.find("Response")) + 1;
    std::string inner = body.substr(begin, body.find("<ResponseMetadata>") - begin);
    if (wrapper.empty()) inner = "<all>" + inner + "</all>";
    parse_xml_members(shape, inner, output, unknown);
  } else {
    OperationShape reading{.name = operation.name, .input = operation.output};
    http::Request head{.headers = reply.headers};
    output = parse_rest_head(reading, {}, head);
    parse_rest_body(protocol, reading, body, output, unknown);
  }
  EXPECT_TRUE(unknown.empty()) << operation.name << ": "
                               << (unknown.empty() ? "" : unknown.front());
  return output;
}

void check_outputs(const Vectors& vectors) {
  const base::Value suites = read_vectors("output", vectors.file);
  for (const base::Value& suite : suites.list()) {
    for (const base::Value& one : suite.find("cases")->list()) {
      const std::string id = text_of(one, "id");
      const base::Value& given = *one.find("given");
      if (is_not_readable(id) || !given.find("output") || !one.find("result")) continue;
      const auto model = model_of(suite, given);
      const OperationShape& operation = model->operations.front();
      const Shape& shape = *operation.output_shape();
      base::Value result = value_of(shape, *one.find("result"));
      try {
        const Wire wire{.protocol = vectors.protocol, .json_version = "1.1"};
        http::Reply reply = write_answer(wire, *model, operation, result.map());
        without_payload(shape, result);
        for (const MemberShape& member : shape.members) {
          if (member.place == Place::status) result.map().erase(member.name);
        }
        reply.headers.erase("x-amzn-RequestId");
        base::Value back = read_back(vectors.protocol, operation, reply);
        with_shared_lists_joined(shape, back);
        with_shared_lists_joined(shape, result);
        if (leaves_empty_members_out(id)) without_empty_members(result);
        EXPECT_TRUE(same(back, result)) << id << "\n  got  " << base::write_json(back)
                                        << "\n  want " << base::write_json(result);
      } catch (const std::exception& error) {
        ADD_FAILURE() << id << ": " << error.what();
      }
    }
  }
}

// What others write in CBOR: half floats, indefinite lengths, members that the model does not have.
// A null where the model has none is skipped by clients; here validation sees it.
TEST(ProtocolVectors, CborOfOthers) {
  const base::Value suites = read_vectors("output", "smithy-rpc-v2-cbor");
  for (const base::Value& suite : suites.list()) {
    for (const base::Value& one : suite.find("cases")->list()) {
      const base::Value& given = *one.find("given");
      const bool has_null = text_of(one, "id") == "RpcV2CborDeserializesDenseSetMapAndSkipsNull";
      if (!given.find("output") || !one.find("result") || has_null) continue;
      const auto model = model_of(suite, given);
      const Shape& shape = *model->operations.front().output_shape();
      UnknownMembers unknown;
      base::Map read;
      parse_cbor_members(shape, *base::from_base64(text_of(*one.find("response"), "body")), read,
                         unknown);
      EXPECT_TRUE(same(read, value_of(shape, *one.find("result")))) << text_of(one, "id");
    }
  }
}

// The code of a refusal where each protocol has it, and the members that its body and head show.
struct ReadRefusal {
  std::string code;
  base::Map members;
};

ReadRefusal read_json_refusal(const http::Reply& reply, const Shape& shape, JsonNames names) {
  const std::string& body = std::get<std::string>(reply.body);
  const base::Value json = base::parse_json(body);
  ReadRefusal read{.code = names == JsonNames::members
                               ? text_of(json, "__type")
                               : std::string(reply.headers.get("x-amzn-errortype"))};
  UnknownMembers unknown;
  parse_json_members(shape, body, names, read.members, unknown);
  return read;
}

ReadRefusal read_xml_refusal(const http::Reply& reply, const Shape& shape) {
  const std::string& body = std::get<std::string>(reply.body);
  const auto begin = body.find("<Error>");
  const std::string error = body.substr(begin, body.find("</Error>") + 8 - begin);
  ReadRefusal read{.code = base::parse_xml(error).child("Code")->text};
  UnknownMembers unknown;
  parse_xml_members(shape, error, read.members, unknown);
  return read;
}

ReadRefusal read_refusal(Protocol protocol, const http::Reply& reply, const Shape& shape) {
  if (protocol == Protocol::json) return read_json_refusal(reply, shape, JsonNames::members);
  if (protocol == Protocol::rest_json) return read_json_refusal(reply, shape, JsonNames::locations);
  if (protocol != Protocol::cbor) return read_xml_refusal(reply, shape);
  const std::string& body = std::get<std::string>(reply.body);
  ReadRefusal read{.code = text_of(base::parse_cbor(body), "__type")};
  UnknownMembers unknown;
  parse_cbor_members(shape, body, read.members, unknown);
  return read;
}

void check_refusal(Protocol protocol, const base::Value& suite, const base::Value& one) {
  const auto model = model_of(suite, *one.find("given"));
  const OperationShape& operation = model->operations.front();
  const Shape& shape = *operation.errors.front();
  const base::Value fields = value_of(shape, *one.find("error"));
  const std::string message = text_of(one, "errorMessage");
  Error error(text_of(one, "errorCode"), message);
  for (const auto& [name, value] : fields.map()) {
    if (base::lower(name) != "message") error.with(name, value);
  }
  const bool query_mode = suite.find("metadata")->find("awsQueryCompatible") != nullptr;
  const Wire wire{.protocol = protocol, .json_version = "1.0", .query_mode = query_mode};
  const http::Reply reply = write_refusal(wire, model.get(), resolve(error, wire, &operation, {}));
  // The model's status of a query-compatible error is the one that it has in the query protocol.
  if (!query_mode) {
    EXPECT_EQ(base::Value(reply.status), *one.find("response")->find("status_code"));
  }

  ReadRefusal read = read_refusal(protocol, reply, shape);
  const bool by_code = protocol == Protocol::query || protocol == Protocol::ec2;
  EXPECT_EQ(read.code, by_code ? text_of(one, "errorCode") : shape.name);
  for (const MemberShape& member : shape.members) {
    if (member.place == Place::header)
      read.members.set_if(member.name,
                          std::optional(std::string(reply.headers.get(member.wire_name))));
    if (base::lower(member.name) != "message" && !fields.find(member.name))
      read.members.erase(member.name);
  }
  EXPECT_TRUE(same(read.members, fields)) << base::write_json(read.members);
  if (const base::Value* said = one.find("response")->find("headers")->find("x-amzn-query-error")) {
    EXPECT_EQ(reply.headers.get("x-amzn-query-error"), said->text());
  }
}

void check_refusals(const std::string& file, Protocol protocol) {
  const base::Value suites = read_vectors("output", file);
  for (const base::Value& suite : suites.list()) {
    for (const base::Value& one : suite.find("cases")->list()) {
      SCOPED_TRACE(text_of(one, "id"));
      if (one.find("error")) check_refusal(protocol, suite, one);
    }
  }
}

TEST(ProtocolVectors, JsonRequests) {
  check_inputs({"json", Protocol::json});
  check_inputs({"json_1_0", Protocol::json});
}

TEST(ProtocolVectors, QueryRequests) { check_inputs({"query", Protocol::query}); }
TEST(ProtocolVectors, Ec2Requests) { check_inputs({"ec2", Protocol::ec2}); }
TEST(ProtocolVectors, CborRequests) {
  check_inputs({"smithy-rpc-v2-cbor", Protocol::cbor});
  check_inputs({"smithy-rpc-v2-cbor-query-compatible", Protocol::cbor});
  check_inputs({"smithy-rpc-v2-cbor-non-query-compatible", Protocol::cbor});
}
TEST(ProtocolVectors, RestJsonRequests) { check_inputs({"rest-json", Protocol::rest_json}); }
TEST(ProtocolVectors, RestXmlRequests) { check_inputs({"rest-xml", Protocol::rest_xml}); }

TEST(ProtocolVectors, JsonAnswers) {
  check_outputs({"json", Protocol::json});
  check_outputs({"json_1_0", Protocol::json});
}

TEST(ProtocolVectors, QueryAnswers) { check_outputs({"query", Protocol::query}); }
TEST(ProtocolVectors, Ec2Answers) { check_outputs({"ec2", Protocol::ec2}); }
TEST(ProtocolVectors, CborAnswers) { check_outputs({"smithy-rpc-v2-cbor", Protocol::cbor}); }
TEST(ProtocolVectors, RestJsonAnswers) { check_outputs({"rest-json", Protocol::rest_json}); }
TEST(ProtocolVectors, RestXmlAnswers) { check_outputs({"rest-xml", Protocol::rest_xml}); }

TEST(ProtocolVectors, Refusals) {
  check_refusals("json", Protocol::json);
  check_refusals("json_1_0", Protocol::json);
  check_refusals("json_1_0-query-compatible", Protocol::json);
  check_refusals("smithy-rpc-v2-cbor", Protocol::cbor);
  check_refusals("smithy-rpc-v2-cbor-query-compatible", Protocol::cbor);
  check_refusals("query", Protocol::query);
  check_refusals("ec2", Protocol::ec2);
  check_refusals("rest-json", Protocol::rest_json);
  check_refusals("rest-xml", Protocol::rest_xml);
}

}  // namespace
}  // namespace millrace::aws
