#include "service/s3/cors_rules.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

using base::Value;

std::vector<std::string> texts(const Value& rule, std::string_view name) {
  std::vector<std::string> found;
  if (const Value* list = rule.find(name)) {
    for (const Value& one : list->list()) found.push_back(one.text());
  }
  return found;
}

// `*` stands for any run of characters, once.
bool matches(std::string_view pattern, std::string_view text) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  const std::string_view before = pattern.substr(0, star);
  const std::string_view after = pattern.substr(star + 1);
  return text.size() >= before.size() + after.size() && text.starts_with(before) &&
         text.ends_with(after);
}

bool has(const std::vector<std::string>& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

bool allows_header(const CorsRule& rule, const std::string& header) {
  return std::ranges::any_of(rule.headers, [&](const std::string& pattern) {
    return matches(base::lower(pattern), header);
  });
}

bool allows(const CorsRule& rule, const CorsAsk& ask) {
  return has(rule.methods, ask.method) &&
         std::ranges::any_of(rule.origins,
                             [&](const auto& origin) { return matches(origin, ask.origin); }) &&
         std::ranges::all_of(ask.headers,
                             [&](const auto& header) { return allows_header(rule, header); });
}

}  // namespace

std::vector<CorsRule> cors_rules(const Value& configuration) {
  std::vector<CorsRule> rules;
  const Value* list = configuration.find("CORSRules");
  if (!list) return rules;
  for (const Value& one : list->list()) {
    CorsRule rule{.origins = texts(one, "AllowedOrigins"),
                  .methods = texts(one, "AllowedMethods"),
                  .headers = texts(one, "AllowedHeaders"),
                  .exposed = texts(one, "ExposeHeaders"),
                  .max_age_seconds = std::nullopt};
    if (const Value* age = one.find("MaxAgeSeconds")) rule.max_age_seconds = age->integer();
    rules.push_back(std::move(rule));
  }
  return rules;
}

CorsAsk cors_ask(const http::Headers& headers, std::string_view method) {
  const std::string* announced = headers.find("access-control-request-method");
  CorsAsk ask{.origin = headers.get("origin"),
              .method = announced ? std::string_view(*announced) : method,
              .headers = {}};
  const std::string_view list = headers.get("access-control-request-headers");
  for (const std::string_view one : base::split(list, ',')) {
    if (!base::trim(one).empty()) ask.headers.push_back(base::lower(base::trim(one)));
  }
  return ask;
}

const CorsRule* find_rule(const std::vector<CorsRule>& rules, const CorsAsk& ask) {
  const auto found =
      std::ranges::find_if(rules, [&](const auto& rule) { return allows(rule, ask); });
  return found == rules.end() ? nullptr : &*found;
}

// Against CORS itself, S3 names the origin back unless the rule is for everybody, and says then
// that credentials may come along.
void add_cors_headers(const CorsRule& rule, const CorsAsk& ask, http::Headers& answer) {
  const bool for_everybody = has(rule.origins, "*");
  answer.set("Access-Control-Allow-Origin", for_everybody ? "*" : std::string(ask.origin));
  answer.set("Access-Control-Allow-Methods", base::join(rule.methods, ", "));
  if (!ask.headers.empty()) {
    answer.set("Access-Control-Allow-Headers", base::join(ask.headers, ", "));
  }
  if (!rule.exposed.empty()) {
    answer.set("Access-Control-Expose-Headers", base::join(rule.exposed, ", "));
  }
  if (rule.max_age_seconds) {
    answer.set("Access-Control-Max-Age", std::to_string(*rule.max_age_seconds));
  }
  if (!for_everybody) answer.set("Access-Control-Allow-Credentials", "true");
  answer.set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
}

}  // namespace millrace::service::s3
