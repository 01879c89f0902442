// The rules of a bucket's replication: which of its versions are copied where, and how far that is.
// The copying is replicator.hpp's.
#pragma once

#include "objects/objects.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::objects {

constexpr std::string_view replication_setting = "replication";

struct ReplicationRule {
  std::string id;
  std::int64_t priority = 0;
  std::string prefix;
  Attributes tags;  // all of them
  bool takes_markers = false;
  bool takes_kms = false;              // versions encrypted with aws:kms
  bool takes_replica_changes = false;  // what is changed of replicas goes back
  std::string bucket;                  // where to
  std::string account;                 // whose that must be; empty: not said
  bool to_bucket_owner = false;
  std::string storage_class;  // empty: the version's own
  bool is_measured = false;   // its copies are counted, and what fails is told
  bool is_timed = false;      // each copy is to be made within replication_threshold
};

// Of S3's Replication Time Control.
constexpr std::chrono::minutes replication_threshold{15};

struct Replication {
  std::string role;
  std::vector<ReplicationRule> rules;  // those that are enabled, the highest priority first
};

// A bucket's setting "replication", JSON of the request's members.
[[nodiscard]] Replication parse_replication(std::string_view document);

// What goes to a destination: a version as a whole, a delete marker, or what was changed of a
// version, which follows where the version went, whatever its tags are now.
enum class Replicated { version, marker, change };
[[nodiscard]] Replicated what_to_replicate(const Traits& traits, bool is_marker);
// The rule for each destination that it has to go to. `info` has the status that it had before.
[[nodiscard]] std::vector<ReplicationRule> rules_for(const Replication& replication,
                                                     const ObjectInfo& info, Replicated what);

// Rules once read; a put need not read a thousand of them again.
class KnownReplications {
 public:
  [[nodiscard]] std::shared_ptr<const Replication> of(const Bucket& bucket);

 private:
  struct Known {
    std::string document;
    std::shared_ptr<const Replication> replication;
  };
  std::mutex mutex_;
  std::map<std::string, Known, std::less<>> known_;  // by bucket; guarded by mutex_
};

// A version's status, as Traits::replication keeps it: PENDING, COMPLETED, FAILED, REPLICA, or of
// one whose changes have to follow "COMPLETED/PENDING" and the like: what it was, and how far the
// changes are.
constexpr std::string_view replication_pending = "PENDING";
constexpr std::string_view replication_completed = "COMPLETED";
constexpr std::string_view replication_failed = "FAILED";
constexpr std::string_view replication_replica = "REPLICA";

// As clients are told it; empty where the version is neither replicated nor a replica.
[[nodiscard]] std::string_view shown_replication(const Traits& traits);
[[nodiscard]] bool awaits_replication(std::string_view status);
[[nodiscard]] bool is_replica(std::string_view status);
// Whether its copies were made before, so that its changes alone are to follow.
[[nodiscard]] bool was_replicated(std::string_view status);
// After the version was changed; and after its copies were made, or could not be.
[[nodiscard]] std::string status_when_changed(std::string_view status);
[[nodiscard]] std::string status_when_done(std::string_view status, bool is_done);

}  // namespace millrace::objects
