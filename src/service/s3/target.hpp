// What a request aims at: its bucket, found, open to the caller and of the call's region.
#pragma once

#include "aws/operation.hpp"
#include "service/s3/service.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::service::s3 {

struct Target {
  std::string bucket;
  std::optional<std::string> expected_owner;
};

struct ObjectTarget {
  Target in;
  std::string key;
  std::optional<std::string> version = std::nullopt;  // as the engine names it; none: the newest

  [[nodiscard]] objects::ObjectName name() const {
    return {.bucket = in.bucket, .key = key, .version = version};
  }
};

[[nodiscard]] Target read_target(const aws::View& in);
[[nodiscard]] ObjectTarget read_object_target(const aws::View& in);
[[nodiscard]] ObjectTarget read_version_target(const aws::View& in);  // with its VersionId

// The bucket, before anything says whether the caller may: who goes on asks for that. Refuses as S3
// does what is absent, in another region or of another owner than expected.
objects::Bucket locate(const Service& service, aws::Call& call, const Target& target);
objects::Bucket locate_in_any_region(const Service& service, const Target& target);
// The same, which the request's own permit opens.
objects::Bucket reach(const Service& service, aws::Call& call, const Target& target);
objects::Bucket reach(const Service& service, aws::Call& call, const ObjectTarget& target);
// The same to read from it, which of the service's own buckets everybody may.
objects::Bucket reach_to_read(const Service& service, aws::Call& call, const Target& target);
objects::Bucket reach_to_read(const Service& service, aws::Call& call, const ObjectTarget& target);
objects::Bucket reach_in_any_region(const Service& service, const aws::Call& call,
                                    const Target& target);

constexpr std::string_view payment_kind = "payment";  // of a bucket's settings
[[nodiscard]] bool requester_pays(const objects::Bucket& bucket);

[[nodiscard]] bool is_bucket_name(std::string_view name);
[[nodiscard]] aws::Error invalid_bucket_name(std::string_view name);

// What S3 answers for a missing key: that it is missing is told to those only who may list.
[[nodiscard]] aws::Error missing_key(const aws::Call& call, std::string_view bucket,
                                     std::string_view key);

// The id that stands for an account in listings: opaque, the same each time.
[[nodiscard]] std::string canonical_user(std::string_view account);

}  // namespace millrace::service::s3
