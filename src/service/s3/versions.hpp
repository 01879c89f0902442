// Versions as the wire names them, and what is said of those that cannot be read.
#pragma once

#include "service/s3/errors.hpp"
#include "service/s3/target.hpp"

#include <string>
#include <string_view>

namespace millrace::service::s3 {

// "null" on the wire is the version without a name. Throws InvalidArgument for what is no id.
[[nodiscard]] std::string engine_version(std::string_view wire);
[[nodiscard]] std::string wire_version(std::string_view version);

// A version is named to clients where the bucket ever had versions.
void show_version(const objects::Bucket& bucket, const std::string& version, aws::Map& answer);
[[nodiscard]] bool has_versions(const objects::Bucket& bucket);

[[nodiscard]] aws::Error no_such_version(const objects::ObjectName& name);
// Of what is being caught: as S3 tells that there is nothing to read, else as rethrow_as_refusal.
[[noreturn]] void rethrow_as_missing(aws::Call& call, const ObjectTarget& target);

// Runs `work`, which reads the target, giving the engine's errors their codes.
template <class Work>
auto reading(aws::Call& call, const ObjectTarget& target, const Work& work) {
  try {
    return work();
  } catch (...) {
    rethrow_as_missing(call, target);
  }
}

}  // namespace millrace::service::s3
