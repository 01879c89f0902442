// What a job made, stored where it was asked to be, with the role's permission.
#pragma once

#include "identity/authority.hpp"
#include "objects/objects.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::jobs {

// The message is the job's failure reason.
struct OutputRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Outputs {
 public:
  Outputs(objects::Objects& objects, identity::Authority& authority)
      : objects_(objects), authority_(authority) {}
  // Durable when it returns. Throws OutputRefused. Encrypted as the bucket does by itself, or with
  // the `aws/s3` key of the role's account.
  void store(const policy::Principal& role, const std::string& path, const std::string& uri,
             bool by_kms = false);
  // False where the role may not erase it: it stays. Throws OutputRefused.
  [[nodiscard]] bool remove(const policy::Principal& role, const std::string& uri);

 private:
  objects::Objects& objects_;
  identity::Authority& authority_;
};

// OUTPUT/JOB/output/FILE
[[nodiscard]] std::string artifact_uri(std::string_view output_uri, std::string_view job,
                                       std::string_view file);

}  // namespace millrace::jobs
