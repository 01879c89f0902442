// Records of requests on their way into log objects: gathered in memory, and put into the target
// bucket by S3's log delivery, as far as that bucket lets it in.
#pragma once

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "identity/authority.hpp"
#include "objects/object_store.hpp"
#include "service/s3/log_target.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::service::s3 {

constexpr std::size_t log_records_limit = 64UL * 1024 * 1024;  // bytes that wait, of all buckets

// Why records cannot be delivered into the bucket, whoever asks: it is locked, its requesters pay,
// or it encrypts with KMS. Nothing where they can.
[[nodiscard]] std::optional<std::string> unfit_for_logs(const objects::ObjectStore& objects,
                                                        const objects::Bucket& target);
// What log delivery asks: may it put this key into the target, for this source?
[[nodiscard]] policy::Question log_delivery_question(const objects::Bucket& source,
                                                     const LogTarget& target, std::string_view key);

class AccessLog {
 public:
  struct Parts {
    objects::ObjectStore& objects;
    identity::Authority& authority;
    base::Clock& clock;
    base::Random& random;
    base::Log& log;
  };
  explicit AccessLog(const Parts& parts) : parts_(parts) {}

  // A line about a request that was received then. Any thread; blocks on nothing.
  void add(const objects::Bucket& source, const std::shared_ptr<const LogTarget>& target,
           base::Timestamp received, std::string_view line);
  // Puts what has waited for long or grown large; with `all`, everything. One at a time.
  void deliver(bool all);

 private:
  struct Waiting {
    objects::Bucket source;
    std::shared_ptr<const LogTarget> target;  // shared: with the watch, which reads it once
    base::Timestamp event;
    base::Timestamp since;
    std::string lines;
  };
  using Batches = std::map<std::string, Waiting>;

  [[nodiscard]] Batches take(bool all);
  void keep(std::string name, Waiting batch);
  void put(const Waiting& batch);

  Parts parts_;
  std::mutex delivering_;
  std::mutex mutex_;  // guards all below
  Batches waiting_;
  std::size_t bytes_ = 0;
  std::size_t lost_ = 0;  // records, for want of room
};

}  // namespace millrace::service::s3
