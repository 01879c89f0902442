// Whether a version may be copied to a destination, as the replication's role and by what rules,
// and what the copy is then.
#pragma once

#include "identity/authority.hpp"
#include "objects/encryption.hpp"
#include "objects/replicas.hpp"
#include "objects/replication.hpp"

#include <optional>
#include <stdexcept>
#include <string>

namespace millrace::objects {

class Engine;

// A destination does not get it, for one of S3's reasons.
struct ReplicationRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Of one version, for all of its destinations.
class ReplicaPlan {
 public:
  // Takes on the role. All outlive it. Throws ReplicationRefused.
  ReplicaPlan(Engine& engine, identity::Authority& authority, const Bucket& source,
              const Original& original, const std::string& role);

  // The replica for a rule's destination, without bodies; none where the version never went there.
  // Throws ReplicationRefused.
  [[nodiscard]] std::optional<NewReplica> replica(const ReplicationRule& rule);

 private:
  [[nodiscard]] Replicated what() const;
  [[nodiscard]] std::optional<identity::Permit> permit(std::string action,
                                                       const std::string& resource);
  [[nodiscard]] identity::Permit require(std::string action, const std::string& resource,
                                         const char* reason);
  void require_original();
  [[nodiscard]] Bucket destination(const ReplicationRule& rule);
  [[nodiscard]] identity::Permit permit_to_write(const ReplicationRule& rule, const Bucket& bucket);
  [[nodiscard]] rows::StoredObject copy_for(const ReplicationRule& rule, const Bucket& bucket);
  void keep_what_is_there(const ReplicationRule& rule, const Bucket& bucket,
                          const ObjectInfo& there, ObjectInfo& wanted) const;
  void set_owner(const ReplicationRule& rule, const Bucket& bucket, Traits& traits) const;
  [[nodiscard]] Encryption encryption_in(const Bucket& bucket) const;
  [[nodiscard]] const ObjectInfo& info() const { return original_.object.detail.info; }

  Engine& engine_;
  identity::Authority& authority_;
  const Bucket& source_;
  const Original& original_;
  policy::Principal role_;
  bool reads_tags_ = false;
};

}  // namespace millrace::objects
