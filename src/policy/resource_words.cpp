#include "policy/resource_words.hpp"

#include "base/arn.hpp"

#include <algorithm>

namespace millrace::policy {
namespace {

constexpr std::string_view iam = "iam:";

// Operations of IAM that name a user, group, role or instance profile by its ARN: those that make
// it or tag it, and a few.
bool names_by_arn(std::string_view operation) {
  for (const std::string_view begin : {"Tag", "Untag", "Simulate", "GetContextKeys", "Generate"}) {
    if (operation.starts_with(begin)) return true;
  }
  for (const std::string_view end : {"Tags", "ServiceAccess"}) {
    if (operation.ends_with(end)) return true;
  }
  constexpr std::string_view others[] = {
      "CreateGroup", "CreateInstanceProfile",      "CreateRole",
      "CreateUser",  "PutRolePermissionsBoundary", "PutUserPermissionsBoundary",
      "PassRole",
  };
  return std::ranges::find(others, operation) != std::ranges::end(others) ||
         operation.find("ServiceLinkedRole") != std::string_view::npos;
}

// "role R", "policy ARN"; the ARN of what is listed ends with a path.
std::string words_of_iam(std::string_view operation, const std::string& resource) {
  if (operation == "ListPolicies") return "policy path /";
  const auto arn = base::parse_arn(resource);
  if (!arn || names_by_arn(operation)) return resource;
  const std::string name = arn->resource.substr(arn->resource.rfind('/') + 1);
  if (arn->resource.starts_with("policy/"))
    return "policy " + (operation == "CreatePolicy" ? name : resource);
  if (name.empty()) return resource;
  for (const std::string_view kind : {"user", "group", "role"}) {
    if (arn->resource.starts_with(std::string(kind) + "/")) return std::string(kind) + " " + name;
  }
  return arn->resource.starts_with("instance-profile/") ? "instance profile " + name : resource;
}

}  // namespace

// S3 alone puts the resource in quotes; what acts on no resource in particular names none, but of
// IAM.
std::string on_resource(std::string_view action, const std::string& resource) {
  constexpr std::string_view begin = " on resource: ";
  if (action.starts_with(iam))
    return std::string(begin) + words_of_iam(action.substr(iam.size()), resource);
  if (resource.empty() || resource == "*") return "";
  const std::string quote = action.starts_with("s3:") ? "\"" : "";
  return std::string(begin) + quote + resource + quote;
}

}  // namespace millrace::policy
