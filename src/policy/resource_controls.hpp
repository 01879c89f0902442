// Which actions AWS lets resource control policies narrow: those of some services, by their list in
// the Organizations guide as of September 2026 ("List of AWS services that support RCPs").
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace millrace::policy {

inline constexpr auto resource_controlled_services =
    std::to_array<std::string_view>({"aoss",
                                     "appconfig",
                                     "appstream",
                                     "autoscaling",
                                     "autoscaling-plans",
                                     "budgets",
                                     "clouddirectory",
                                     "cloudfront",
                                     "cloudsearch",
                                     "cloudtrail-data",
                                     "codeartifact",
                                     "codebuild",
                                     "codecommit",
                                     "codepipeline",
                                     "cognito-identity",
                                     "cognito-idp",
                                     "comprehend",
                                     "comprehendmedical",
                                     "compute-optimizer",
                                     "cost-optimization-hub",
                                     "dax",
                                     "dsql",
                                     "dynamodb",
                                     "ecr",
                                     "ecr-public",
                                     "events",
                                     "firehose",
                                     "fis",
                                     "fms",
                                     "gamelift",
                                     "health",
                                     "inspector-scan",
                                     "kendra",
                                     "kinesisvideo",
                                     "kms",
                                     "logs",
                                     "memorydb",
                                     "networkmonitor",
                                     "notifications",
                                     "opensearch",
                                     "pca-connector-ad",
                                     "personalize",
                                     "polly",
                                     "pricing",
                                     "resource-groups",
                                     "rolesanywhere",
                                     "s3",
                                     "secretsmanager",
                                     "servicediscovery",
                                     "signin",
                                     "sqs",
                                     "sts",
                                     "support",
                                     "swf",
                                     "textract",
                                     "timestream-influxdb",
                                     "transcribe",
                                     "transfer",
                                     "translate",
                                     "wafv2",
                                     "workspaces",
                                     "xray"});
static_assert(std::is_sorted(resource_controlled_services.begin(),
                             resource_controlled_services.end()));

// By the prefix of its actions.
[[nodiscard]] constexpr bool has_resource_controls(std::string_view service) {
  return std::binary_search(resource_controlled_services.begin(),
                            resource_controlled_services.end(), service);
}

// "service:Operation", as a request asks for it. Beneath the list that page takes one action out.
[[nodiscard]] constexpr bool is_under_resource_controls(std::string_view action) {
  return action != "kms:RetireGrant" && has_resource_controls(action.substr(0, action.find(':')));
}

}  // namespace millrace::policy
