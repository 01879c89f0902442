// What keeps versions from being erased: retention and legal holds, a bucket's default of them.
#pragma once

#include "aws/operation.hpp"
#include "objects/object_store.hpp"

#include <optional>
#include <string>

namespace millrace::service::s3 {

// The lock that a put, a copy or an upload asks for by headers.
struct AskedLock {
  std::string mode;
  std::optional<base::Timestamp> until;
  std::string hold;

  [[nodiscard]] bool empty() const { return mode.empty() && !until && hold.empty(); }
};

[[nodiscard]] AskedLock read_lock(const aws::View& in);
// By which policies bound the locks that somebody may set: days that have begun count.
[[nodiscard]] policy::Conditions lock_conditions(const AskedLock& asked, base::Timestamp now);
// What was asked for, else the bucket's default from now on. Refuses a lock that the bucket or the
// caller cannot have.
[[nodiscard]] objects::Lock lock_of_new(const aws::Call& call, const objects::Bucket& bucket,
                                        const objects::ObjectName& name, const AskedLock& asked);
// To those only who may see them.
void show_lock(const aws::Call& call, const objects::ObjectInfo& info, aws::Map& answer);

// The setting of a bucket that was created with locks.
[[nodiscard]] std::string enabled_lock_setting();

}  // namespace millrace::service::s3
