#include "service/s3/website_rules.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

using base::Value;

constexpr int moved_status = 301;

std::optional<std::string> text(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  return found ? std::optional(found->text()) : std::nullopt;
}

WebsiteRedirect redirect_of(const Value& value) {
  const auto status = base::to_integer(text(value, "HttpRedirectCode").value_or(""));
  return {.host = text(value, "HostName"),
          .protocol = text(value, "Protocol"),
          .key = text(value, "ReplaceKeyWith"),
          .key_prefix = text(value, "ReplaceKeyPrefixWith"),
          .status = static_cast<int>(status.value_or(moved_status))};
}

RoutingRule rule_of(const Value& value) {
  RoutingRule rule{.prefix = {}, .error_status = std::nullopt, .redirect = {}};
  if (const Value* redirect = value.find("Redirect")) rule.redirect = redirect_of(*redirect);
  const Value* condition = value.find("Condition");
  if (!condition) return rule;
  rule.prefix = text(*condition, "KeyPrefixEquals").value_or("");
  const auto status = text(*condition, "HttpErrorCodeReturnedEquals");
  if (status) rule.error_status = static_cast<int>(base::to_integer(*status).value_or(0));
  return rule;
}

}  // namespace

std::optional<std::string> website_bucket(std::string_view host) {
  constexpr std::string_view mark = ".s3-website";
  const std::string name = base::lower(host.substr(0, host.find(':')));
  const std::size_t at = name.find(mark);
  if (at == std::string::npos || at == 0) return std::nullopt;
  const std::string_view after = std::string_view(name).substr(at + mark.size());
  const bool in_region =
      (after.starts_with('-') || after.starts_with('.')) &&
      (after.ends_with(".amazonaws.com") || after.ends_with(".amazonaws.com.cn"));
  if (!in_region && after != ".localhost") return std::nullopt;
  return name.substr(0, at);
}

Website website_of(const Value& configuration) {
  Website website;
  if (const Value* index = configuration.find("IndexDocument")) {
    website.index_suffix = text(*index, "Suffix").value_or("");
  }
  if (const Value* error = configuration.find("ErrorDocument")) {
    website.error_key = text(*error, "Key").value_or("");
  }
  if (const Value* all = configuration.find("RedirectAllRequestsTo")) {
    website.redirect_all = redirect_of(*all);
  }
  if (const Value* rules = configuration.find("RoutingRules")) {
    for (const Value& rule : rules->list()) website.rules.push_back(rule_of(rule));
  }
  return website;
}

const RoutingRule* find_rule(const Website& website, std::string_view key,
                             std::optional<int> error_status) {
  const auto found = std::ranges::find_if(website.rules, [&](const RoutingRule& rule) {
    return rule.error_status == error_status && key.starts_with(rule.prefix);
  });
  return found == website.rules.end() ? nullptr : &*found;
}

std::string location_of(const WebsiteRedirect& redirect, std::string_view prefix,
                        const Visit& visit) {
  std::string key = visit.key;
  if (redirect.key) {
    key = *redirect.key;
  } else if (redirect.key_prefix) {
    key = *redirect.key_prefix + visit.key.substr(std::min(prefix.size(), visit.key.size()));
  }
  std::string location = redirect.protocol.value_or(visit.scheme) + "://" +
                         redirect.host.value_or(visit.host) + "/" + base::percent_encode(key, true);
  if (!visit.query.empty()) location += "?" + visit.query;
  return location;
}

}  // namespace millrace::service::s3
