// Cross-origin rules of a bucket as S3 weighs them: which one holds for a request, and what the
// browser is told by it.
#pragma once

#include "base/value.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::s3 {

struct CorsRule {
  std::vector<std::string> origins;  // with one `*` each at most, as headers
  std::vector<std::string> methods;
  std::vector<std::string> headers;
  std::vector<std::string> exposed;
  std::optional<std::int64_t> max_age_seconds;
};

// Of a CORSConfiguration as it was put, which was checked then.
[[nodiscard]] std::vector<CorsRule> cors_rules(const base::Value& configuration);

struct CorsAsk {
  std::string_view origin;
  std::string_view method;
  std::vector<std::string> headers;  // lower case
};
// The method is the one announced, also where the request is no preflight.
[[nodiscard]] CorsAsk cors_ask(const http::Headers& headers, std::string_view method);

// The first rule that allows all of it.
[[nodiscard]] const CorsRule* find_rule(const std::vector<CorsRule>& rules, const CorsAsk& ask);
void add_cors_headers(const CorsRule& rule, const CorsAsk& ask, http::Headers& answer);

}  // namespace millrace::service::s3
