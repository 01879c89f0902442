#include "service/sagemaker/request_keys.hpp"

#include "base/json.hpp"
#include "service/sagemaker/service.hpp"

#include <array>
#include <string_view>

namespace millrace::service::sagemaker {
namespace {

using base::Value;
using Values = std::vector<std::string>;

struct Member {
  std::string_view path;  // names with dots between; lists on the way are gone through
  std::string_view key;
};

// Of CreateTrainingJob, CreateModel and CreateEndpointConfig, which share what they share.
constexpr std::array members = {
    Member{"EnableInterContainerTrafficEncryption", "sagemaker:InterContainerTrafficEncryption"},
    Member{"EnableNetworkIsolation", "sagemaker:NetworkIsolation"},
    Member{"InputDataConfig.DataSource.FileSystemDataSource.DirectoryPath",
           "sagemaker:FileSystemDirectoryPath"},
    Member{"InputDataConfig.DataSource.FileSystemDataSource.FileSystemAccessMode",
           "sagemaker:FileSystemAccessMode"},
    Member{"InputDataConfig.DataSource.FileSystemDataSource.FileSystemId",
           "sagemaker:FileSystemId"},
    Member{"InputDataConfig.DataSource.FileSystemDataSource.FileSystemType",
           "sagemaker:FileSystemType"},
    Member{"KmsKeyId", "sagemaker:VolumeKmsKey"},
    Member{"OutputDataConfig.KmsKeyId", "sagemaker:OutputKmsKey"},
    Member{"ProductionVariants.AcceleratorType", "sagemaker:AcceleratorTypes"},
    Member{"ProductionVariants.InstanceType", "sagemaker:InstanceTypes"},
    Member{"ProductionVariants.ServerlessConfig.MaxConcurrency",
           "sagemaker:ServerlessMaxConcurrency"},
    Member{"ProductionVariants.ServerlessConfig.MemorySizeInMB", "sagemaker:ServerlessMemorySize"},
    Member{"RemoteDebugConfig.EnableRemoteDebug", "sagemaker:EnableRemoteDebug"},
    Member{"ResourceConfig.InstanceGroups.InstanceType", "sagemaker:InstanceTypes"},
    Member{"ResourceConfig.InstanceType", "sagemaker:InstanceTypes"},
    Member{"ResourceConfig.KeepAlivePeriodInSeconds", "sagemaker:KeepAlivePeriod"},
    Member{"ResourceConfig.VolumeKmsKeyId", "sagemaker:VolumeKmsKey"},
    Member{"StoppingCondition.MaxRuntimeInSeconds", "sagemaker:MaxRuntimeInSeconds"},
    Member{"VpcConfig.SecurityGroupIds", "sagemaker:VpcSecurityGroupIds"},
    Member{"VpcConfig.Subnets", "sagemaker:VpcSubnets"},
};

void add_values(const Value& value, std::string_view path, Values& found) {
  if (value.is_list()) {
    for (const Value& one : value.list()) add_values(one, path, found);
    return;
  }
  if (!path.empty()) {
    const auto dot = path.find('.');
    const Value* next = value.find(path.substr(0, dot));
    if (next == nullptr) return;
    return add_values(*next, dot == std::string_view::npos ? "" : path.substr(dot + 1), found);
  }
  if (value.is_text()) found.push_back(value.text());
  if (value.is_flag()) found.emplace_back(value.flag() ? "true" : "false");
  if (value.is_number()) found.push_back(base::write_json(value));
}

}  // namespace

policy::Conditions request_keys(const aws::Call& call, const Value& input) {
  policy::Conditions keys;
  for (const Member& member : members) {
    Values found;
    add_values(input, member.path, found);
    if (found.empty()) continue;
    Values& all = keys[std::string(member.key)];
    all.insert(all.end(), found.begin(), found.end());
  }
  Values models;
  add_values(input, "ProductionVariants.ModelName", models);
  for (const std::string& name : models) {
    keys["sagemaker:ModelArn"].push_back(resource_arn(call, "model", name));
  }
  return keys;
}

}  // namespace millrace::service::sagemaker
