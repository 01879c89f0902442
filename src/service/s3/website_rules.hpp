// A bucket as a website: which bucket a host names, and where its configuration sends a visitor.
#pragma once

#include "base/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::s3 {

// BUCKET.s3-website-REGION.amazonaws.com, BUCKET.s3-website.REGION.amazonaws.com,
// BUCKET.s3-website.localhost
[[nodiscard]] std::optional<std::string> website_bucket(std::string_view host);

struct WebsiteRedirect {
  std::optional<std::string> host;
  std::optional<std::string> protocol;
  std::optional<std::string> key;
  std::optional<std::string> key_prefix;
  int status = 301;
};
struct RoutingRule {
  std::string prefix;
  std::optional<int> error_status;  // none: whatever the object is
  WebsiteRedirect redirect;
};
struct Website {
  std::string index_suffix;
  std::string error_key;  // empty: none
  std::optional<WebsiteRedirect> redirect_all;
  std::vector<RoutingRule> rules;
};

// Of a WebsiteConfiguration as it was put, which was checked then.
[[nodiscard]] Website website_of(const base::Value& configuration);

// The first rule for the key: of those that ask for an error's status, or of the others.
[[nodiscard]] const RoutingRule* find_rule(const Website& website, std::string_view key,
                                           std::optional<int> error_status);

// A visitor's address in pieces.
struct Visit {
  std::string scheme;  // http or https
  std::string host;    // with port
  std::string key;
  std::string query;  // undecoded
};
[[nodiscard]] std::string location_of(const WebsiteRedirect& redirect, std::string_view prefix,
                                      const Visit& visit);

}  // namespace millrace::service::s3
