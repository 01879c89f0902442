#include "service/s3/website_rules.hpp"

#include "base/json.hpp"

#include <gtest/gtest.h>

namespace millrace::service::s3 {
namespace {

const Website website = website_of(base::parse_json(R"({
  "IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"},
  "RoutingRules": [
    {"Condition": {"KeyPrefixEquals": "docs/"}, "Redirect": {"ReplaceKeyPrefixWith": "documents/"}},
    {"Condition": {"KeyPrefixEquals": "images/", "HttpErrorCodeReturnedEquals": "404"},
     "Redirect": {"ReplaceKeyWith": "none.png", "HttpRedirectCode": "302"}},
    {"Condition": {"HttpErrorCodeReturnedEquals": "403"},
     "Redirect": {"HostName": "example.com", "Protocol": "https"}}]})"));

TEST(WebsiteRules, KnowsTheHostsOfWebsites) {
  EXPECT_EQ(website_bucket("site.s3-website-us-east-1.amazonaws.com"), "site");
  EXPECT_EQ(website_bucket("www.site.org.s3-website.eu-central-1.amazonaws.com"), "www.site.org");
  EXPECT_EQ(website_bucket("Site.s3-website.localhost:4566"), "site");
  EXPECT_EQ(website_bucket("site.s3.us-east-1.amazonaws.com"), std::nullopt);
  EXPECT_EQ(website_bucket("s3-website.localhost"), std::nullopt);
  EXPECT_EQ(website_bucket("site.s3-website.example.com"), std::nullopt);
}

TEST(WebsiteRules, FindsTheRuleOfAKeyAndOfAnError) {
  EXPECT_EQ(find_rule(website, "docs/a", std::nullopt), &website.rules[0]);
  EXPECT_EQ(find_rule(website, "images/a", std::nullopt), nullptr);
  EXPECT_EQ(find_rule(website, "images/a", 404), &website.rules[1]);
  EXPECT_EQ(find_rule(website, "other", 404), nullptr);
  EXPECT_EQ(find_rule(website, "other", 403), &website.rules[2]);
}

TEST(WebsiteRules, SaysWhereARuleLeads) {
  const Visit visit{.scheme = "http", .host = "site.org:80", .key = "docs/a b", .query = "v=1"};
  EXPECT_EQ(location_of(website.rules[0].redirect, website.rules[0].prefix, visit),
            "http://site.org:80/documents/a%20b?v=1");
  EXPECT_EQ(location_of(website.rules[1].redirect, website.rules[1].prefix, visit),
            "http://site.org:80/none.png?v=1");
  EXPECT_EQ(location_of(website.rules[2].redirect, website.rules[2].prefix, visit),
            "https://example.com/docs/a%20b?v=1");
  EXPECT_EQ(website.rules[1].redirect.status, 302);
  EXPECT_EQ(website.rules[0].redirect.status, 301);
}

}  // namespace
}  // namespace millrace::service::s3
