// A bucket's website configuration: put, got, deleted. Its pages are served in website_pages.cpp.
#include "base/json.hpp"
#include "base/text.hpp"
#include "service/s3/access.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/target.hpp"
#include "service/s3/website_pages.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::size_t routing_rules_limit = 50;

struct PutWebsite {
  Target target;
  Value configuration;
};

const std::string* text(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  return found ? &found->text() : nullptr;
}

void check_protocol(const Value& redirect) {
  const std::string* protocol = text(redirect, "Protocol");
  if (!protocol || *protocol == "http" || *protocol == "https") return;
  throw invalid_request(
      "Invalid protocol, protocol can be http or https. If not defined the protocol will be "
      "selected automatically.");
}

void check_redirect_all(const Value& configuration) {
  for (const char* other : {"IndexDocument", "ErrorDocument", "RoutingRules"}) {
    if (!configuration.find(other)) continue;
    throw invalid_argument("RedirectAllRequestsTo", "not null",
                           "RedirectAllRequestsTo cannot be provided in conjunction with other "
                           "Routing Rules.");
  }
  const Value& redirect = *configuration.find("RedirectAllRequestsTo");
  if (text(redirect, "HostName")->empty()) {
    throw invalid_request(
        "A host name must be provided to redirect all requests (e.g. \"example.com\").");
  }
  check_protocol(redirect);
}

void check_index(const Value& configuration) {
  const Value* index = configuration.find("IndexDocument");
  if (!index) {
    throw invalid_argument("IndexDocument", "null",
                           "A value for IndexDocument Suffix must be provided if "
                           "RedirectAllRequestsTo is empty");
  }
  const std::string& suffix = *text(*index, "Suffix");
  if (!suffix.empty() && suffix.find('/') == std::string::npos) return;
  throw invalid_argument("IndexDocument", suffix, "The IndexDocument Suffix is not well formed");
}

bool is_status(std::string_view code, std::string_view classes) {
  return code.size() == 3 && classes.find(code.front()) != std::string_view::npos &&
         std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
}

void check_condition(const Value& condition) {
  const std::string* status = text(condition, "HttpErrorCodeReturnedEquals");
  if (!status && !condition.find("KeyPrefixEquals")) {
    throw invalid_request(
        "Condition cannot be empty. To redirect all requests without a condition, the condition "
        "element shouldn't be present.");
  }
  if (!status || is_status(*status, "45")) return;
  throw invalid_request("The provided HTTP error code (" + *status +
                        ") is not valid. Valid codes are 4XX or 5XX.");
}

void check_rule(const Value& rule) {
  if (const Value* condition = rule.find("Condition")) check_condition(*condition);
  const Value& redirect = *rule.find("Redirect");
  if (redirect.find("ReplaceKeyWith") && redirect.find("ReplaceKeyPrefixWith")) {
    throw invalid_request("You can only define ReplaceKeyPrefix or ReplaceKey but not both.");
  }
  check_protocol(redirect);
  const std::string* status = text(redirect, "HttpRedirectCode");
  if (!status || (is_status(*status, "3") && *status != "300")) return;
  throw invalid_request("The provided HTTP redirect code (" + *status +
                        ") is not valid. Valid codes are 3XX except 300.");
}

void check_configuration(const Value& configuration) {
  if (configuration.find("RedirectAllRequestsTo")) return check_redirect_all(configuration);
  check_index(configuration);
  const Value* rules = configuration.find("RoutingRules");
  if (!rules) return;
  if (rules->list().size() > routing_rules_limit) {
    throw invalid_request(std::to_string(rules->list().size()) +
                          " routing rules provided, the number of routing rules in a website "
                          "configuration is limited to 50.");
  }
  for (const Value& rule : rules->list()) check_rule(rule);
}

PutWebsite read_put(const View& in) {
  // The body's digest is checked where bodies are read.
  static_cast<void>(in.take("ContentMD5").present());
  static_cast<void>(in.take("ChecksumAlgorithm").present());
  return {.target = read_target(in), .configuration = *in.take("WebsiteConfiguration").whole()};
}

void set_website(Service& service, Call& call, const Target& target, std::string_view document) {
  reach(service, call, target);
  translated([&] {
    service.objects.set_setting(
        call.permit(), {.bucket = target.bucket, .kind = std::string(website_kind), .id = {}},
        document);
  });
}

Value put_website(Service& service, Call& call, const PutWebsite& ask) {
  check_configuration(ask.configuration);
  set_website(service, call, ask.target, base::write_json(ask.configuration));
  return Map{};
}

Value get_website(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  const std::string_view document = bucket.setting(website_kind);
  if (document.empty()) throw no_such_website(ask.bucket);
  return base::parse_json(document);
}

Value delete_website(Service& service, Call& call, const Target& ask) {
  set_website(service, call, ask, "");
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_website>("PutBucketWebsite",
                                          {.access = on_bucket<"PutBucketWebsite">}),
    aws::operation<read_target, get_website>("GetBucketWebsite",
                                             {.access = on_bucket<"GetBucketWebsite">}),
    aws::operation<read_target, delete_website>("DeleteBucketWebsite",
                                                {.access = on_bucket<"DeleteBucketWebsite">}),
};

}  // namespace

const std::span<const aws::Operation> website_operations = table;

}  // namespace millrace::service::s3
