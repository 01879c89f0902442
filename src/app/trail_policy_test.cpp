// The policy of a recorded run: one statement for each set of resources, no wildcard unasked.
#include "app/trail_policy.hpp"

#include "base/json.hpp"
#include "base/testing/memory_files.hpp"

#include <gtest/gtest.h>

namespace millrace::app {
namespace {

using aws::Use;

std::string written(std::vector<Use> uses, const std::vector<std::string>& widen = {}) {
  return base::write_json(*policy_of(std::move(uses), widen).find("Statement"));
}

const std::string key_a = "arn:aws:s3:::b/a";
const std::string key_b = "arn:aws:s3:::b/b";

TEST(TrailPolicy, GroupsActionsByTheirResources) {
  EXPECT_EQ(written({{.action = "s3:PutObject", .resource = key_a},
                     {.action = "s3:GetObject", .resource = key_a},
                     {.action = "s3:GetObject", .resource = key_a},
                     {.action = "s3:ListBucket", .resource = "arn:aws:s3:::b"}}),
            R"([{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],)"
            R"("Resource":"arn:aws:s3:::b/a"},)"
            R"({"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::b"}])");
}

TEST(TrailPolicy, PutsResourcesOfTheSameActionsTogether) {
  EXPECT_EQ(written({{.action = "s3:GetObject", .resource = key_a},
                     {.action = "s3:GetObject", .resource = key_b}}),
            R"([{"Effect":"Allow","Action":"s3:GetObject",)"
            R"("Resource":["arn:aws:s3:::b/a","arn:aws:s3:::b/b"]}])");
}

TEST(TrailPolicy, WidensWhereItIsAsked) {
  EXPECT_EQ(written({{.action = "s3:GetObject", .resource = key_a},
                     {.action = "s3:GetObject", .resource = key_b},
                     {.action = "s3:GetObject", .resource = "arn:aws:s3:::other/b"}},
                    {"arn:aws:s3:::b/*"}),
            R"([{"Effect":"Allow","Action":"s3:GetObject",)"
            R"("Resource":["arn:aws:s3:::b/*","arn:aws:s3:::other/b"]}])");
}

std::string pattern_of(const std::string& resource) {
  return policy_of({{.action = "a:B", .resource = resource}}, {})
      .find("Statement")
      ->list()
      .front()
      .find("Resource")
      ->text();
}

TEST(TrailPolicy, TakesWildcardsInNamesForWhatTheyAre) {
  const std::pair<const char*, const char*> cases[] = {
      {"arn:aws:s3:::b/a*?$", "arn:aws:s3:::b/a${*}${?}${$}"},
      {"arn:aws:s3:::b/*", "arn:aws:s3:::b/${*}"},
      {"arn:aws:s3:us-east-1:123456789012:accesspoint/p/object/*",
       "arn:aws:s3:us-east-1:123456789012:accesspoint/p/object/${*}"},
      {"arn:aws:logs:us-east-1:123456789012:log-group:g:log-stream:what?$",
       "arn:aws:logs:us-east-1:123456789012:log-group:g:log-stream:what${?}${$}"},
      {"arn:aws:iam::123456789012:role/*/a?/r", "arn:aws:iam::123456789012:role/${*}/a${?}/r"},
      {"arn:aws:iam::123456789012:policy/a*", "arn:aws:iam::123456789012:policy/a${*}"},
      {"arn:aws:sagemaker:*:*:model/m*", "arn:aws:sagemaker:${*}:${*}:model/m${*}"},
      {"arn:aws:ssm:us-east-1:123456789012:parameter/a/*b",
       "arn:aws:ssm:us-east-1:123456789012:parameter/a/${*}b"},
      {"a*", "a${*}"}};
  for (const auto& [resource, pattern] : cases) EXPECT_EQ(pattern_of(resource), pattern);
}

TEST(TrailPolicy, LeavesAwssOwnWildcards) {
  for (const char* resource :
       {"*", "arn:aws:logs:us-east-1:123456789012:log-group:g:*",
        "arn:aws:logs:us-east-1:123456789012:log-group:*:*", "arn:aws:iam::123456789012:role/*",
        "arn:aws:s3:us-east-1:123456789012:job/*", "arn:aws:organizations::1:ou/o-1/ou-*",
        "arn:aws:organizations::1:policy/o-1/service_control_policy/p-*"})
    EXPECT_EQ(pattern_of(resource), resource);
}

TEST(TrailPolicy, OfNothingAllowsNothing) { EXPECT_EQ(written({}), "[]"); }

TEST(TrailPolicy, IsWrittenForPeople) {
  EXPECT_EQ(policy_text(base::Map{{"Version", "2012-10-17"},
                                  {"Statement", base::List{base::Map{{"Effect", "Allow"}}}},
                                  {"None", base::List{}}}),
            "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": "
            "\"Allow\"\n    }\n  ],\n  \"None\": []\n}");
}

class Recording : public ::testing::Test {
 protected:
  std::vector<Use> uses(const std::string& text, const aws::TrailQuery& query = {}) {
    files.make_folders("/r");
    base::replace_file(files, "/r/record", text);
    return recorded_uses(files, "/r/record", query);
  }
  static std::string line(const std::string& who, const std::string& resource) {
    return aws::recorded_line({.time = base::Timestamp(base::Milliseconds(1'800'000'000'000)),
                               .principal = who,
                               .allowed = {{.action = "s3:GetObject", .resource = resource}}}) +
           "\n";
  }
  base::testing::MemoryFiles files;
};

TEST_F(Recording, IsReadByPrincipalAndTime) {
  const std::string text = line("ann", key_a) + line("bob", key_b) + line("ann", key_a);
  EXPECT_EQ(uses(text).size(), 2U);
  EXPECT_EQ(uses(text, {.principal = "bob"}),
            (std::vector<Use>{{.action = "s3:GetObject", .resource = key_b}}));
  EXPECT_TRUE(
      uses(text, {.principal = {}, .since = base::Timestamp(base::Milliseconds(1'900'000'000'000))})
          .empty());
}

TEST_F(Recording, MayBeCutInItsLastLineAlone) {
  const std::string one = line("ann", key_a);
  EXPECT_EQ(uses(one + one.substr(0, 20)).size(), 1U);
  EXPECT_THROW(static_cast<void>(uses(one.substr(0, 20) + "\n" + one)), std::runtime_error);
  EXPECT_THROW(static_cast<void>(recorded_uses(files, "/r/none", {})), std::runtime_error);
}

}  // namespace
}  // namespace millrace::app
