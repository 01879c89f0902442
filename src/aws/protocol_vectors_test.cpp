// The published protocol vectors turned round for a server: what a client sends must parse to its
// parameters, and what we answer must read back to the result.
#include "aws/protocol.hpp"
#include "aws/protocol_json.hpp"
#include "aws/protocol_query.hpp"
#include "aws/protocol_rest.hpp"
#include "aws/protocol_xml.hpp"
#include "aws/routes.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

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
  operation.map().erase("errors");
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
  } else if (protocol == Protocol::json) {
    parse_json_members(*operation.input_shape(), body, JsonNames::members, input, unknown);
  } else {
    parse_form_members(*operation.input_shape(), *base::parse_query(body, true), input, unknown);
  }
  return input;
}

struct Vectors {
  std::string file;
  Protocol protocol;
  // Cases that say nothing about a server, or where this server differs, each with its reason
  // below.
  std::set<std::string> left_out;
};

void check_inputs(const Vectors& vectors) {
  const base::Value suites = read_vectors("input", vectors.file);
  for (const base::Value& suite : suites.list()) {
    for (const base::Value& one : suite.find("cases")->list()) {
      const std::string id = text_of(one, "id");
      const base::Value& given = *one.find("given");
      if (vectors.left_out.contains(id) || !given.find("input")) continue;
      const auto model = model_of(suite, given);
      const Shape& shape = *model->operations.front().input_shape();
      base::Value expected = value_of(shape, *one.find("params"));
      without_payload(shape, expected);
      try {
        base::Value input = parse_input(vectors.protocol, *model, *one.find("serialized"));
        without_named_parameters(shape, input);
        without_named_parameters(shape, expected);
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
      if (vectors.left_out.contains(id) || !given.find("output") || !one.find("result")) continue;
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
        const base::Value back = read_back(vectors.protocol, operation, reply);
        EXPECT_TRUE(same(back, result)) << id << "\n  got  " << base::write_json(back)
                                        << "\n  want " << base::write_json(result);
      } catch (const std::exception& error) {
        ADD_FAILURE() << id << ": " << error.what();
      }
    }
  }
}

// Left out of the requests: what a client does and a server cannot see. It fills tokens in, leaves
// empty collections and structures out, lets named parameters win over a map's; the vectors of
// compressed bodies carry no body.
std::set<std::string> of_clients() {
  return {
      "HttpPrefixHeadersAreNotPresent",
      "QueryEmptyQueryMaps",
      "QueryIdempotencyTokenAutoFill",
      "QueryProtocolIdempotencyTokenAutoFill",
      "RestJsonHttpPrefixHeadersAreNotPresent",
      "RestJsonHttpWithEmptyStructurePayload",
      "RestJsonHttpWithHeadersButNoPayload",
      "RestJsonOmitsEmptyListQueryValues",
      "RestJsonQueryIdempotencyTokenAutoFill",
      "RestJsonQueryPrecedence",
      "RestXmlQueryPrecedence",
      "SDKAppendedGzipAfterProvidedEncoding_restJson1",
      "SDKAppendedGzipAfterProvidedEncoding_restXml",
      "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0",
      "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1",
      "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery",
      "SDKAppliedContentEncoding_awsJson1_0",
      "SDKAppliedContentEncoding_awsJson1_1",
      "SDKAppliedContentEncoding_awsQuery",
      "SDKAppliedContentEncoding_restJson1",
      "SDKAppliedContentEncoding_restXml",
  };
}

TEST(ProtocolVectors, JsonRequests) {
  check_inputs({"json", Protocol::json, of_clients()});
  check_inputs({"json_1_0", Protocol::json, of_clients()});
}

TEST(ProtocolVectors, QueryRequests) { check_inputs({"query", Protocol::query, of_clients()}); }
TEST(ProtocolVectors, RestJsonRequests) {
  check_inputs({"rest-json", Protocol::rest_json, of_clients()});
}
TEST(ProtocolVectors, RestXmlRequests) {
  check_inputs({"rest-xml", Protocol::rest_xml, of_clients()});
}

// Left out of the answers: two flattened lists whose elements share one name, which a reader by
// element names cannot tell apart; an empty map of headers; a member whose place is the query
// string.
std::set<std::string> not_readable() {
  return {"HttpPrefixHeadersAreNotPresent", "IgnoreQueryParamsInResponse", "QueryXmlLists",
          "RestJsonHttpPrefixHeadersAreNotPresent", "XmlLists"};
}

TEST(ProtocolVectors, JsonAnswers) {
  check_outputs({"json", Protocol::json, not_readable()});
  check_outputs({"json_1_0", Protocol::json, not_readable()});
}

TEST(ProtocolVectors, QueryAnswers) { check_outputs({"query", Protocol::query, not_readable()}); }
TEST(ProtocolVectors, RestJsonAnswers) {
  check_outputs({"rest-json", Protocol::rest_json, not_readable()});
}
TEST(ProtocolVectors, RestXmlAnswers) {
  check_outputs({"rest-xml", Protocol::rest_xml, not_readable()});
}

}  // namespace
}  // namespace millrace::aws
