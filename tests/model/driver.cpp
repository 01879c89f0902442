// Drives the protocols without a server, for tests/model: a case per line of standard input, an
// answer per line of standard output, both JSON; bytes and times stand in them as {"$blob": base64}
// and {"$time": milliseconds}.
#include "aws/model.hpp"
#include "aws/protocol.hpp"
#include "aws/protocol_cbor.hpp"
#include "aws/protocol_json.hpp"
#include "aws/protocol_query.hpp"
#include "aws/protocol_rest.hpp"
#include "aws/routes.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"

#include <algorithm>
#include <iostream>

namespace millrace::aws {
namespace {

using base::List;
using base::Map;
using base::Value;

Value untagged(const Value& json) {
  if (json.is_list()) {
    List elements;
    for (const Value& element : json.list()) elements.push_back(untagged(element));
    return elements;
  }
  if (!json.is_map()) return json;
  if (const Value* bytes = json.find("$blob")) return base::Blob{*base::from_base64(bytes->text())};
  if (const Value* time = json.find("$time"))
    return base::Timestamp(std::chrono::milliseconds(time->integer()));
  Map members;
  for (const auto& [name, member] : json.map()) members.set(name, untagged(member));
  return members;
}

Value tagged(const Value& value) {
  if (value.is_blob()) return Map{{"$blob", base::base64(value.blob().bytes)}};
  if (value.is_time()) {
    const auto since =
        std::chrono::duration_cast<std::chrono::milliseconds>(value.time().time_since_epoch());
    return Map{{"$time", static_cast<std::int64_t>(since.count())}};
  }
  if (value.is_list()) {
    List elements;
    for (const Value& element : value.list()) elements.push_back(tagged(element));
    return elements;
  }
  if (!value.is_map()) return value;
  Map members;
  for (const auto& [name, member] : value.map()) members.set(name, tagged(member));
  return members;
}

Protocol protocol_named(std::string_view name) {
  constexpr std::pair<std::string_view, Protocol> known[] = {
      {"ec2", Protocol::ec2},           {"json", Protocol::json},
      {"query", Protocol::query},       {"rest-json", Protocol::rest_json},
      {"rest-xml", Protocol::rest_xml}, {"smithy-rpc-v2-cbor", Protocol::cbor},
  };
  const auto found = std::ranges::find(known, name, &std::pair<std::string_view, Protocol>::first);
  if (found == std::end(known))
    throw std::runtime_error("the driver does not know the protocol " + std::string(name));
  return found->second;
}

http::Request request_of(const Value& one) {
  http::Request request{.method = one.find("method")->text(),
                        .path = one.find("path")->text(),
                        .query = one.find("query")->text()};
  for (const auto& [name, value] : one.find("headers")->map())
    request.headers.add(name, value.text());
  return request;
}

Map parse_rest(Protocol protocol, const ServiceModel& model, const OperationShape& operation,
               const http::Request& request, std::string_view body, UnknownMembers& unknown) {
  const auto query = base::parse_query(request.query, true);
  if (!query) throw std::runtime_error("the query string is not well-formed");
  const auto route = find_route(model, request.path, request, *query);
  if (!route) throw std::runtime_error("no route");
  if (route->operation != &operation)
    throw std::runtime_error("the route is that of " + route->operation->name);
  Map input = parse_rest_head(operation, route->labels, request);
  parse_rest_body(protocol, operation, body, input, unknown);
  return input;
}

// What our parser makes of a request.
Value parsed(const ServiceModel& model, const OperationShape& operation, const Value& one) {
  const Protocol protocol = protocol_named(one.find("protocol")->text());
  const http::Request request = request_of(one);
  const std::string body = *base::from_base64(one.find("body")->text());
  const Shape& shape = *operation.input_shape();
  UnknownMembers unknown;
  Map input;
  if (is_rest(protocol)) {
    input = parse_rest(protocol, model, operation, request, body, unknown);
  } else if (protocol == Protocol::json) {
    parse_json_members(shape, body, JsonNames::members, input, unknown);
  } else if (protocol == Protocol::cbor) {
    parse_cbor_members(shape, body, input, unknown);
  } else {
    parse_form_members(protocol, shape, *base::parse_query(body, true), input, unknown);
  }
  List names;
  for (const std::string& name : unknown) names.emplace_back(name);
  return Map{{"value", tagged(input)}, {"unknown", std::move(names)}};
}

// What our serialiser makes of an answer.
Value written(const ServiceModel& model, const OperationShape& operation, const Value& one) {
  const Wire wire{.protocol = protocol_named(one.find("protocol")->text()),
                  .json_version = model.head.json_version,
                  .is_s3 = model.head.model == "s3",
                  .request_id = "id"};
  const http::Reply reply =
      write_answer(wire, model, operation, untagged(*one.find("value")).map());
  Map headers;
  for (const auto& [name, value] : reply.headers) headers.set(name, value);
  const std::string* body = std::get_if<std::string>(&reply.body);
  return Map{{"status", reply.status},
             {"headers", std::move(headers)},
             {"body", base::base64(body ? *body : "")}};
}

Value answered(Models& models, const Value& one) {
  const ServiceModel& model = models.model(one.find("service")->text());
  const OperationShape* operation = model.operation(one.find("operation")->text());
  if (!operation) throw std::runtime_error("no such operation");
  return one.find("value") ? written(model, *operation, one) : parsed(model, *operation, one);
}

void drive(const std::string& folder) {
  Models models(folder);
  for (std::string line; std::getline(std::cin, line);) {
    Value answer;
    try {
      answer = answered(models, base::parse_json(line));
    } catch (const std::exception& error) {
      answer = Map{{"error", std::string(error.what())}};
    }
    std::cout << base::write_json(answer) << '\n';
  }
}

}  // namespace
}  // namespace millrace::aws

int main(int count, char** words) {
  std::ios::sync_with_stdio(false);
  millrace::aws::drive(count > 1 ? words[1] : "build/models");
}
