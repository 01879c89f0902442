// A bucket's CORS configuration: put, got, deleted, and asked for by browsers.
#include "service/s3/cors.hpp"

#include "base/json.hpp"
#include "service/s3/access.hpp"
#include "service/s3/cors_rules.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/place.hpp"
#include "service/s3/target.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::string_view kind = "cors";
constexpr std::size_t cors_rules_limit = 100;
constexpr std::size_t longest_rule_id = 255;

struct PutCors {
  Target target;
  Value configuration;
};

bool is_method(std::string_view name) {
  constexpr std::array<std::string_view, 5> methods = {"GET", "PUT", "POST", "DELETE", "HEAD"};
  return std::ranges::find(methods, name) != methods.end();
}

void check_one_star(const std::string& element, const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) {
    if (std::ranges::count(pattern, '*') <= 1) continue;
    throw invalid_request(element + " \"" + pattern + "\" can not have more than one wildcard.");
  }
}

void check_rule(const CorsRule& rule) {
  for (const std::string& method : rule.methods) {
    if (is_method(method)) continue;
    throw invalid_request("Found unsupported HTTP method in CORS config. Unsupported method is " +
                          method);
  }
  check_one_star("AllowedOrigin", rule.origins);
  check_one_star("AllowedHeader", rule.headers);
  for (const std::string& header : rule.exposed) {
    if (header.find('*') == std::string::npos) continue;
    throw invalid_request("ExposeHeader \"" + header +
                          "\" contains wildcard. We currently do not support wildcard for "
                          "ExposeHeader.");
  }
}

void check_configuration(const Value& configuration) {
  const auto rules = cors_rules(configuration);
  if (rules.size() > cors_rules_limit) {
    throw invalid_request("The number of CORS rules should not exceed allowed limit of 100 rules.");
  }
  for (const CorsRule& rule : rules) check_rule(rule);
  for (const Value& rule : configuration.find("CORSRules")->list()) {
    const Value* id = rule.find("ID");
    if (id && id->text().size() > longest_rule_id) {
      throw invalid_argument("ID", id->text(), "ID length should not exceed allowed limit of 255");
    }
  }
}

PutCors read_put(const View& in) {
  // The body's digest is checked where bodies are read.
  static_cast<void>(in.take("ContentMD5").present());
  static_cast<void>(in.take("ChecksumAlgorithm").present());
  return {.target = read_target(in), .configuration = *in.take("CORSConfiguration").whole()};
}

Value put_cors(Service& service, Call& call, const PutCors& ask) {
  reach(service, call, ask.target);
  check_configuration(ask.configuration);
  translated([&] {
    service.objects.set_setting(call.permit(),
                                {.bucket = ask.target.bucket, .kind = std::string(kind), .id = {}},
                                base::write_json(ask.configuration));
  });
  return Map{};
}

Value get_cors(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  const std::string_view document = bucket.setting(kind);
  if (!document.empty()) return base::parse_json(document);
  throw aws::Error("NoSuchCORSConfiguration", "The CORS configuration does not exist")
      .with("BucketName", ask.bucket);
}

Value delete_cors(Service& service, Call& call, const Target& ask) {
  reach(service, call, ask);
  translated([&] {
    service.objects.set_setting(call.permit(),
                                {.bucket = ask.bucket, .kind = std::string(kind), .id = {}}, "");
  });
  return Map{};
}

aws::Error forbidden(const http::Headers& headers, std::string_view resource,
                     const std::string& message) {
  const std::string* method = headers.find("access-control-request-method");
  return aws::Error("AccessForbidden", "CORSResponse: " + message)
      .with("Method", method ? *method : "OPTIONS")
      .with("ResourceType", std::string(resource));
}

// Null where the bucket has none.
std::shared_ptr<const std::vector<CorsRule>> rules_of(Service& service,
                                                      const objects::Bucket& bucket) {
  return service.cors.of(bucket, kind, [](std::string_view document) {
    return cors_rules(base::parse_json(document));
  });
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_cors>("PutBucketCors", {.access = on_bucket<"PutBucketCORS">}),
    aws::operation<read_target, get_cors>("GetBucketCors", {.access = on_bucket<"GetBucketCORS">}),
    aws::operation<read_target, delete_cors>("DeleteBucketCors",
                                             {.access = on_bucket<"PutBucketCORS">}),
};

}  // namespace

bool is_preflight(const http::Request& head) { return head.method == "OPTIONS"; }

std::optional<Value> answer_preflight(void* entry, Call& call, aws::BesideSteps&) {
  auto& service = *static_cast<Service*>(entry);
  const http::Headers& headers = call.request.headers;
  if (!headers.has("origin")) {
    throw aws::Error("BadRequest", "Insufficient information. Origin request header needed.");
  }
  const auto place = place_of(call.request);
  if (!place) throw aws::Error("InvalidURI", "Couldn't parse the specified URI.");
  const auto bucket = service.objects.bucket(place->bucket);
  if (!bucket) throw forbidden(headers, "BUCKET", "Bucket not found");
  const auto rules = rules_of(service, *bucket);
  if (!rules || rules->empty())
    throw forbidden(headers, "BUCKET", "CORS is not enabled for this bucket.");
  const std::string* method = headers.find("access-control-request-method");
  if (!method || !is_method(*method)) {
    throw aws::Error("BadRequest",
                     "Invalid Access-Control-Request-Method: " + (method ? *method : "null"));
  }
  if (find_rule(*rules, cors_ask(headers, *method))) return std::nullopt;
  throw forbidden(
      headers, place->key.empty() ? "BUCKET" : "OBJECT",
      "This CORS request is not allowed. This is usually because the evalution of "
      "Origin, request method / Access-Control-Request-Method or "
      "Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.");
}

void dress_for_browser(void* entry, const http::Request& head, http::Headers& answer) {
  if (!head.headers.has("origin")) return;
  auto& service = *static_cast<Service*>(entry);
  const auto place = place_of(head);
  if (!place || place->bucket.empty()) return;
  const auto bucket = service.objects.bucket(place->bucket);
  if (!bucket) return;
  const auto rules = rules_of(service, *bucket);
  if (!rules) return;
  const CorsAsk ask = cors_ask(head.headers, head.method);
  if (const CorsRule* rule = find_rule(*rules, ask)) add_cors_headers(*rule, ask, answer);
}

const std::span<const aws::Operation> cors_operations = table;

}  // namespace millrace::service::s3
