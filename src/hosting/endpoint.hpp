// An endpoint as data: what was asked of it, how it stands, and its form in the records.
#pragma once

#include "base/time.hpp"
#include "base/value.hpp"
#include "store/records.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::hosting {

// Where a model's files come from.
struct Artifact {
  std::string uri;     // s3://bucket/key, or a prefix; empty: no files
  bool packed = true;  // a tar.gz; else every object under the prefix as it is
};

// How long a model server may take until it answers /ping, where the variant does not say; AWS's.
inline constexpr base::Milliseconds default_start_timeout = std::chrono::minutes(8);

struct Variant {
  std::string name;
  std::string model_name;
  std::string image;      // as given
  std::string algorithm;  // of the built-in that the image names
  std::string version;
  Artifact artifact;
  std::string role_arn;
  std::vector<std::pair<std::string, std::string>> environment;
  std::string instance_type;
  std::int64_t instances = 1;
  double weight = 1;
  base::Milliseconds start_timeout = default_start_timeout;
  std::vector<std::string>
      replicas;  // names of their folders, one per instance, once they are made
};

enum class EndpointStatus { creating, updating, in_service, deleting, failed };
[[nodiscard]] std::string_view text(EndpointStatus status);  // "InService"

struct Endpoint {
  std::string account;
  std::string region;
  std::string name;
  std::string arn;
  std::string config_name;
  EndpointStatus status = EndpointStatus::creating;
  std::string failure_reason;
  base::Timestamp created;
  base::Timestamp modified;
  std::vector<Variant> variants;
};

constexpr std::string_view endpoint_kind = "sagemaker/endpoint";

[[nodiscard]] store::Key key_of(std::string_view account, std::string_view region,
                                std::string_view name);
[[nodiscard]] store::Record to_record(const Endpoint& endpoint);
[[nodiscard]] Endpoint endpoint_from(const store::Record& record);

}  // namespace millrace::hosting
