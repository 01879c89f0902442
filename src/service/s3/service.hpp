// S3: what its operations stand on, and its entry for dispatch.
#pragma once

#include "aws/beside.hpp"
#include "aws/operation.hpp"
#include "identity/principal_binding.hpp"
#include "objects/lifecycle.hpp"
#include "objects/object_store.hpp"
#include "objects/parsed_setting.hpp"
#include "policy/policy.hpp"
#include "service/s3/cors_rules.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::s3 {

class Watch;

// The program that answers queries, and where it may put what it must read by ranges.
struct SelectWork {
  std::string program;
  std::string folder;
};

struct Service {
  objects::ObjectStore& objects;
  // Told the names of buckets that are asked for, so that those of the service itself are there.
  std::function<void(std::string_view bucket)> provide = [](std::string_view) {};
  identity::PrincipalBinding principals = {};
  // Whether a canonical user id is an account's.
  std::function<bool(std::string_view canonical)> knows_user = [](std::string_view) {
    return false;
  };
  SelectWork work = {};
  Watch* watch = nullptr;               // of requests on buckets that are logged or measured
  std::atomic<int> select_queries = 0;  // that run
  // What is asked of buckets with each request for their objects.
  objects::ParsedSetting<std::vector<objects::LifecycleRule>> lifecycles = {};
  objects::ParsedSetting<std::vector<CorsRule>> cors = {};
};

[[nodiscard]] aws::ServiceEntry entry(Service& service);
[[nodiscard]] aws::BesideEntry beside_entry(Service& service);

extern const std::span<const aws::Operation> accelerate_operations;
extern const std::span<const aws::Operation> acl_operations;
extern const std::span<const aws::Operation> attributes_operations;
extern const std::span<const aws::Operation> bucket_encryption_operations;
extern const std::span<const aws::Operation> bucket_operations;
extern const std::span<const aws::Operation> configuration_operations;
extern const std::span<const aws::Operation> copy_operations;
extern const std::span<const aws::Operation> cors_operations;
extern const std::span<const aws::Operation> delete_operations;
extern const std::span<const aws::Operation> get_operations;
extern const std::span<const aws::Operation> lifecycle_operations;
extern const std::span<const aws::Operation> listing_operations;
extern const std::span<const aws::Operation> logging_operations;
extern const std::span<const aws::Operation> metrics_operations;
extern const std::span<const aws::Operation> object_lock_operations;
extern const std::span<const aws::Operation> part_operations;
extern const std::span<const aws::Operation> payment_operations;
extern const std::span<const aws::Operation> policy_operations;
extern const std::span<const aws::Operation> public_access_operations;
extern const std::span<const aws::Operation> put_operations;
extern const std::span<const aws::Operation> replication_operations;
extern const std::span<const aws::Operation> restore_operations;
extern const std::span<const aws::Operation> select_operations;
extern const std::span<const aws::Operation> tagging_operations;
extern const std::span<const aws::Operation> upload_operations;
extern const std::span<const aws::Operation> version_listing_operations;
extern const std::span<const aws::Operation> versioning_operations;
extern const std::span<const aws::Operation> website_operations;

}  // namespace millrace::service::s3
