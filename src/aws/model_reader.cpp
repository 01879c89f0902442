// From the distilled JSON to the structs of model.hpp.
#include "aws/model.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace millrace::aws {

namespace {

using base::Map;
using base::Value;

std::string text_of(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  return found && found->is_text() ? found->text() : std::string();
}

bool flag_of(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  return found && found->is_flag() && found->flag();
}

std::vector<std::string> texts_of(const Value& value, std::string_view name) {
  std::vector<std::string> texts;
  if (const Value* found = value.find(name)) {
    for (const Value& entry : found->list()) texts.push_back(entry.text());
  }
  return texts;
}

TimeFormat time_format_of(const Value& value) {
  const std::string format = text_of(value, "timestampFormat");
  if (format == "unixTimestamp") return TimeFormat::epoch;
  if (format == "iso8601") return TimeFormat::iso8601;
  if (format == "rfc822") return TimeFormat::http_date;
  return TimeFormat::unset;
}

Place place_of(const std::string& location) {
  if (location.empty()) return Place::body;
  if (location == "header") return Place::header;
  if (location == "headers") return Place::headers;
  if (location == "uri") return Place::uri;
  if (location == "querystring") return Place::query;
  if (location == "statusCode") return Place::status;
  throw std::runtime_error("a model has an unknown location: " + location);
}

Kind kind_of(const std::string& type) {
  constexpr std::pair<std::string_view, Kind> kinds[] = {
      {"structure", Kind::structure}, {"list", Kind::list},         {"map", Kind::map},
      {"string", Kind::text},         {"character", Kind::text},    {"blob", Kind::blob},
      {"boolean", Kind::flag},        {"integer", Kind::integer},   {"long", Kind::integer},
      {"float", Kind::number},        {"double", Kind::number},     {"timestamp", Kind::time},
      {"bigdecimal", Kind::number},   {"biginteger", Kind::integer}};
  for (const auto& [name, kind] : kinds) {
    if (type == name) return kind;
  }
  throw std::runtime_error("a model has an unknown type: " + type);
}

// A namespace is a text or a structure of uri and prefix.
void read_namespace(const Value& source, std::string& uri, std::string& prefix) {
  const Value* found = source.find("xmlNamespace");
  if (!found) return;
  if (found->is_text()) {
    uri = found->text();
  } else {
    uri = text_of(*found, "uri");
    prefix = text_of(*found, "prefix");
  }
}

class ModelReader {
 public:
  ModelReader(ServiceModel& model, const Value& json) : model_(model), json_(json) {}

  void read() {
    const Map& shapes = json_.find("shapes")->map();
    for (const auto& [name, source] : shapes) {
      Shape& shape = model_.shapes.emplace_back();
      shape.name = name;
      by_name_.emplace(shape.name, &shape);
    }
    auto shape = model_.shapes.begin();
    for (const auto& [name, source] : shapes) read_shape(*shape++, source);
    for (const auto& [name, source] : json_.find("operations")->map()) {
      read_operation(model_.operations.emplace_back(), name, source);
    }
    name_by_shapes();
    model_.index();
  }

 private:
  // A location name that a list's shape bears itself is that of each member that has none.
  void name_by_shapes() {
    for (Shape& shape : model_.shapes) {
      for (MemberShape& member : shape.members) {
        if (member.has_wire_name || member.shape->kind != Kind::list) continue;
        if (!member.shape->wire_name.empty()) member.wire_name = member.shape->wire_name;
      }
    }
  }

  const Shape* named(const std::string& name) const {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) throw std::runtime_error("a model lacks the shape " + name);
    return found->second;
  }

  MemberShape read_member(std::string name, const Value& source) const {
    MemberShape member;
    member.shape = named(text_of(source, "shape"));
    member.place = place_of(text_of(source, "location"));
    member.wire_name = text_of(source, "locationName");
    member.has_wire_name = !member.wire_name.empty();
    if (!member.has_wire_name) member.wire_name = name;
    member.name = std::move(name);
    member.query_name = text_of(source, "queryName");
    member.time_format = time_format_of(source);
    read_namespace(source, member.xml_namespace, member.xml_prefix);
    member.result_wrapper = text_of(source, "resultWrapper");
    member.flattened = flag_of(source, "flattened");
    member.xml_attribute = flag_of(source, "xmlAttribute");
    member.streaming = flag_of(source, "streaming");
    member.idempotency_token = flag_of(source, "idempotencyToken");
    member.event_header = flag_of(source, "eventheader");
    member.event_payload = flag_of(source, "eventpayload");
    member.json_value = flag_of(source, "jsonvalue");
    return member;
  }

  void read_shape(Shape& shape, const Value& source) const {
    const std::string type = text_of(source, "type");
    shape.kind = kind_of(type);
    shape.is_32_bit = type == "integer";
    if (const Value* members = source.find("members")) {
      for (const auto& [name, entry] : members->map())
        shape.members.push_back(read_member(name, entry));
    }
    for (const std::string& name : texts_of(source, "required")) {
      for (MemberShape& member : shape.members) member.required |= member.name == name;
    }
    if (const Value* element = source.find("member"))
      shape.element = read_member("member", *element);
    if (const Value* key = source.find("key")) shape.key = read_member("key", *key);
    if (const Value* value = source.find("value")) shape.value = read_member("value", *value);
    read_constraints(shape, source);
    read_traits(shape, source);
    read_error(shape, source);
  }

  static void read_constraints(Shape& shape, const Value& source) {
    if (const Value* min = source.find("min")) shape.min = min->number();
    if (const Value* max = source.find("max")) shape.max = max->number();
    if (const std::string pattern = text_of(source, "pattern"); !pattern.empty()) {
      shape.pattern = std::make_unique<Pattern>(pattern);
    }
    shape.choices = texts_of(source, "enum");
  }

  static void read_traits(Shape& shape, const Value& source) {
    shape.payload = text_of(source, "payload");
    shape.wire_name = text_of(source, "locationName");
    read_namespace(source, shape.xml_namespace, shape.xml_prefix);
    shape.time_format = time_format_of(source);
    shape.flattened = flag_of(source, "flattened");
    shape.is_document = flag_of(source, "document");
    shape.sensitive = flag_of(source, "sensitive");
    shape.sparse = flag_of(source, "sparse");
    shape.streaming = flag_of(source, "streaming");
    shape.event_stream = flag_of(source, "eventstream");
  }

  static void read_error(Shape& shape, const Value& source) {
    shape.is_error = flag_of(source, "exception") || source.find("error") != nullptr;
    if (flag_of(source, "fault")) {
      shape.sender_fault = false;
      shape.error_status = 500;
    }
    const Value* error = source.find("error");
    if (!error) return;
    shape.error_code = text_of(*error, "code");
    if (const Value* status = error->find("httpStatusCode")) {
      shape.error_status = static_cast<int>(status->integer());
    }
    if (shape.error_status >= 500) shape.sender_fault = false;
  }

  void read_operation(OperationShape& operation, const std::string& name,
                      const Value& source) const {
    operation.name = name;
    const Value& http = *source.find("http");
    operation.method = text_of(http, "method");
    read_uri(operation, text_of(http, "requestUri"));
    if (const Value* status = http.find("responseCode")) {
      operation.status = static_cast<int>(status->integer());
    }
    if (const Value* input = source.find("input")) {
      operation.input = &model_.ends.emplace_back(read_member("input", *input));
    }
    if (const Value* output = source.find("output")) {
      operation.output = &model_.ends.emplace_back(read_member("output", *output));
    }
    for (const std::string& error : texts_of(source, "errors"))
      operation.errors.push_back(named(error));
    operation.host_prefix = text_of(source, "hostPrefix");
    operation.unsigned_call = text_of(source, "authtype") == "none" || allows_unsigned(source);
    operation.unsigned_body =
        flag_of(source, "unsignedPayload") || text_of(source, "authtype") == "v4-unsigned-body";
    operation.deprecated = flag_of(source, "deprecated");
    operation.may_be_compressed = source.find("requestcompression") != nullptr;
    if (const Value* checksum = source.find("httpChecksum")) {
      operation.body_checksum = checksum->find("requestAlgorithmMember") != nullptr;
      operation.checksum_required = flag_of(*checksum, "requestChecksumRequired");
    }
    operation.checksum_required |= flag_of(source, "httpChecksumRequired");
  }

  static bool allows_unsigned(const Value& source) {
    const auto schemes = texts_of(source, "auth");
    return !schemes.empty() && schemes.front() == "smithy.api#noAuth";
  }

  static void read_uri(OperationShape& operation, const std::string& uri) {
    const auto question = uri.find('?');
    operation.ends_with_slash = uri.substr(0, question).ends_with('/');
    for (const std::string_view segment :
         base::split(std::string_view(uri).substr(0, question), '/')) {
      if (!segment.empty()) operation.path.push_back(read_piece(segment));
    }
    if (question == std::string::npos) return;
    for (const std::string_view pair :
         base::split(std::string_view(uri).substr(question + 1), '&')) {
      const auto equals = pair.find('=');
      std::optional<std::string> value;
      if (equals != std::string_view::npos) value = std::string(pair.substr(equals + 1));
      operation.query.emplace_back(std::string(pair.substr(0, equals)), std::move(value));
    }
  }

  static UriPiece read_piece(std::string_view segment) {
    if (segment.front() != '{' || segment.back() != '}') {
      return {UriPiece::Kind::literal, std::string(segment)};
    }
    segment = segment.substr(1, segment.size() - 2);
    if (segment.ends_with('+')) {
      segment.remove_suffix(1);
      return {UriPiece::Kind::rest, std::string(segment)};
    }
    return {UriPiece::Kind::label, std::string(segment)};
  }

  ServiceModel& model_;
  const Value& json_;
  std::unordered_map<std::string_view, const Shape*> by_name_;
};

bool takes_bearer(const Value& source) {
  const auto schemes = texts_of(source, "auth");
  return text_of(source, "signatureVersion") == "bearer" ||
         std::ranges::find(schemes, "smithy.api#httpBearerAuth") != schemes.end();
}

}  // namespace

std::unique_ptr<ServiceModel> read_model(ModelHead head, std::string_view json) {
  auto model = std::make_unique<ServiceModel>(std::move(head));
  const Value parsed = base::parse_json(json);
  ModelReader(*model, parsed).read();
  return model;
}

std::map<std::string, ModelHead, std::less<>> read_model_index(std::string_view json) {
  std::map<std::string, ModelHead, std::less<>> heads;
  const Value parsed = base::parse_json(json);
  for (const auto& [name, source] : parsed.map()) {
    ModelHead head{.model = name,
                   .endpoint_prefix = text_of(source, "endpointPrefix"),
                   .signing_name = text_of(source, "signingName"),
                   .target_prefix = text_of(source, "targetPrefix"),
                   .protocols = texts_of(source, "protocols"),
                   .json_version = text_of(source, "jsonVersion"),
                   .xml_namespace = text_of(source, "xmlNamespace"),
                   .api_version = text_of(source, "apiVersion"),
                   .query_compatible = flag_of(source, "awsQueryCompatible"),
                   .has_unsigned_operations = flag_of(source, "unsignedOperations"),
                   .takes_bearer = takes_bearer(source),
                   .signs_in_form = text_of(source, "signatureVersion") == "v2"};
    if (head.signing_name.empty()) head.signing_name = head.endpoint_prefix;
    if (head.protocols.empty()) head.protocols.push_back(text_of(source, "protocol"));
    heads.emplace(name, std::move(head));
  }
  return heads;
}

}  // namespace millrace::aws
