#include "service/s3/cors_rules.hpp"

#include "base/json.hpp"

#include <gtest/gtest.h>

namespace millrace::service::s3 {
namespace {

const std::vector<CorsRule> rules = cors_rules(base::parse_json(R"({"CORSRules": [
  {"AllowedOrigins": ["https://*.example.com"], "AllowedMethods": ["GET", "PUT"],
   "AllowedHeaders": ["x-amz-*", "Content-Type"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 600},
  {"AllowedOrigins": ["*"], "AllowedMethods": ["HEAD"]}]})"));

const CorsRule* rule_for(std::string_view origin, std::string_view method,
                         std::vector<std::string> headers = {}) {
  return find_rule(rules, {.origin = origin, .method = method, .headers = std::move(headers)});
}

TEST(CorsRules, AStarInAnOriginIsAnyRunOfCharacters) {
  EXPECT_EQ(rule_for("https://app.example.com", "GET"), &rules[0]);
  EXPECT_EQ(rule_for("https://a.b.example.com", "PUT"), &rules[0]);
  EXPECT_EQ(rule_for("http://app.example.com", "GET"), nullptr);
  EXPECT_EQ(rule_for("https://app.example.com.evil.org", "GET"), nullptr);
  EXPECT_EQ(rule_for("https://example.com", "GET"), nullptr);
}

TEST(CorsRules, TheFirstRuleThatAllowsEverythingHolds) {
  EXPECT_EQ(rule_for("https://app.example.com", "HEAD"), &rules[1]);
  EXPECT_EQ(rule_for("https://app.example.com", "DELETE"), nullptr);
  EXPECT_EQ(rule_for("null", "HEAD"), &rules[1]);
}

TEST(CorsRules, EveryHeaderMustBeAllowedWhateverItsCase) {
  EXPECT_EQ(rule_for("https://app.example.com", "PUT", {"x-amz-date", "content-type"}), &rules[0]);
  EXPECT_EQ(rule_for("https://app.example.com", "PUT", {"x-amz-date", "authorization"}), nullptr);
}

TEST(CorsRules, TheAnnouncedMethodCounts) {
  http::Headers headers;
  headers.set("Origin", "https://a.org");
  headers.set("Access-Control-Request-Method", "PUT");
  headers.set("Access-Control-Request-Headers", "X-Amz-Date ,,Content-Type");
  const CorsAsk ask = cors_ask(headers, "OPTIONS");
  EXPECT_EQ(ask.method, "PUT");
  EXPECT_EQ(ask.headers, (std::vector<std::string>{"x-amz-date", "content-type"}));
  headers.erase("Access-Control-Request-Method");
  EXPECT_EQ(cors_ask(headers, "GET").method, "GET");
}

TEST(CorsRules, AnOriginIsNamedBackAndEverybodyIsAStar) {
  http::Headers answer;
  add_cors_headers(rules[0], {.origin = "https://a.example.com", .method = "GET", .headers = {}},
                   answer);
  EXPECT_EQ(answer.get("Access-Control-Allow-Origin"), "https://a.example.com");
  EXPECT_EQ(answer.get("Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(answer.get("Access-Control-Allow-Methods"), "GET, PUT");
  EXPECT_EQ(answer.get("Access-Control-Expose-Headers"), "ETag");
  EXPECT_EQ(answer.get("Access-Control-Max-Age"), "600");
  http::Headers open;
  add_cors_headers(rules[1], {.origin = "https://a.org", .method = "HEAD", .headers = {}}, open);
  EXPECT_EQ(open.get("Access-Control-Allow-Origin"), "*");
  EXPECT_FALSE(open.has("Access-Control-Allow-Credentials"));
  EXPECT_FALSE(open.has("Access-Control-Max-Age"));
}

}  // namespace
}  // namespace millrace::service::s3
