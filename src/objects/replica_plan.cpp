#include "objects/replica_plan.hpp"

#include "objects/default_lock.hpp"
#include "objects/engine.hpp"
#include "objects/openness.hpp"
#include "objects/versioning.hpp"

namespace millrace::objects {

namespace {

constexpr std::string_view principal = "s3.amazonaws.com";
constexpr std::string_view lock_setting = "lock";

policy::Principal take_on(identity::Authority& authority, const std::string& role,
                          const Bucket& source) {
  try {
    return authority.assume({.role_arn = role,
                             .caller = policy::Principal{.kind = policy::Principal::Kind::service,
                                                         .name = std::string(principal)},
                             .session_name = "s3-replication",
                             .conditions = {{"aws:SourceArn", {bucket_arn(source.name)}}}});
  } catch (const identity::CannotAssume&) {
    throw ReplicationRefused("AssumeRoleNotPermitted");
  }
}

bool is_enforced(const Bucket& bucket) { return ownership(bucket) == Ownership::enforced; }

}  // namespace

ReplicaPlan::ReplicaPlan(Engine& engine, identity::Authority& authority, const Bucket& source,
                         const Original& original, const std::string& role)
    : engine_(engine),
      authority_(authority),
      source_(source),
      original_(original),
      role_(take_on(authority, role, source)) {
  require_original();
}

Replicated ReplicaPlan::what() const {
  return what_to_replicate(info().traits, original_.object.marker);
}

std::optional<identity::Permit> ReplicaPlan::permit(std::string action,
                                                    const std::string& resource) {
  policy::Question question{
      .principal = role_, .action = std::move(action), .resource = resource, .conditions = {}};
  if (resource == object_arn(source_.name, info().key)) {
    question.conditions["s3:VersionId"] = {info().version};
  }
  try {
    return authority_.permit(question);
  } catch (const identity::Denied&) {
    return std::nullopt;
  }
}

identity::Permit ReplicaPlan::require(std::string action, const std::string& resource,
                                      const char* reason) {
  auto given = permit(std::move(action), resource);
  if (!given) throw ReplicationRefused(reason);
  return *std::move(given);
}

void ReplicaPlan::require_original() {
  const std::string arn = object_arn(source_.name, info().key);
  if (original_.object.marker) {
    (void)require("s3:ListBucket", bucket_arn(source_.name), "SrcHeadObjectNotPermitted");
    return;
  }
  const Encryption encryption = to_encryption(info().traits.encryption);
  if (!permit("s3:GetObjectVersionForReplication", arn)) {
    // The permission to read is enough where no key but S3's own, or the customer's, is used.
    if (encryption.kind == sse_kms) throw ReplicationRefused("SrcGetObjectNotPermitted");
    (void)require("s3:GetObjectVersion", arn, "SrcGetObjectNotPermitted");
  }
  (void)require("s3:GetObjectVersionAcl", arn, "SrcGetAclNotPermitted");
  const Lock& lock = info().traits.lock;
  if (!lock.mode.empty()) {
    (void)require("s3:GetObjectRetention", arn, "SrcGetObjectNotPermitted");
  }
  if (!lock.hold.empty()) {
    (void)require("s3:GetObjectLegalHold", arn, "SrcGetObjectNotPermitted");
  }
  if (encryption.kind == sse_kms) {
    try {
      check_reader(encryption, {}, role_.account);
    } catch (const Undecryptable&) {
      throw ReplicationRefused("SrcKmsKeyInvalidState");
    }
  }
  // Without this one the version goes, and its tags do not.
  reads_tags_ = !info().tags.empty() && permit("s3:GetObjectVersionTagging", arn).has_value();
}

Bucket ReplicaPlan::destination(const ReplicationRule& rule) {
  auto bucket = engine_.bucket(rule.bucket);
  const bool is_said = bucket && (rule.account.empty() || rule.account == bucket->account);
  if (!is_said) throw ReplicationRefused("DstBucketNotFound");
  if (versioning_of(*bucket) != Versioning::enabled) {
    throw ReplicationRefused("DstBucketUnversioned");
  }
  const bool lacks_lock =
      !source_.setting(lock_setting).empty() && bucket->setting(lock_setting).empty();
  if (lacks_lock) throw ReplicationRefused("DstBucketObjectLockConfigMissing");
  return *std::move(bucket);
}

identity::Permit ReplicaPlan::permit_to_write(const ReplicationRule& rule, const Bucket& bucket) {
  const std::string arn = object_arn(bucket.name, info().key);
  if (original_.object.marker) return require("s3:ReplicateDelete", arn, "DstDelObjNotPermitted");
  if (rule.to_bucket_owner && !is_enforced(bucket)) {
    (void)require("s3:ObjectOwnerOverrideToBucketOwner", arn, "DstPutObjectNotPermitted");
  }
  return require("s3:ReplicateObject", arn, "DstPutObjectNotPermitted");
}

// The original's owner and list, unless they become the destination's.
void ReplicaPlan::set_owner(const ReplicationRule& rule, const Bucket& bucket,
                            Traits& traits) const {
  if (is_enforced(source_)) {
    traits.owner.clear();
    traits.acl.clear();
  }
  const std::string owner = traits.owner.empty() ? source_.account : traits.owner;
  if (rule.to_bucket_owner || is_enforced(bucket)) {
    traits.owner.clear();
    traits.acl.clear();
  } else {
    traits.owner = owner == bucket.account ? std::string() : owner;
  }
}

// What is encrypted stays so, in the same way; what lies plain is as the destination has it.
Encryption ReplicaPlan::encryption_in(const Bucket& bucket) const {
  Encryption encryption = to_encryption(info().traits.encryption);
  if (encryption.kind.empty()) return engine_.default_encryption(bucket, role_.account);
  if (encryption.kind == sse_kms) {
    encryption.key = engine_.managed_key(role_.account, bucket.region);
  }
  return encryption;
}

rows::StoredObject ReplicaPlan::copy_for(const ReplicationRule& rule, const Bucket& bucket) {
  rows::StoredObject copy = original_.object;
  copy.blob.clear();
  ObjectInfo& of_copy = copy.detail.info;
  of_copy.bucket = bucket.name;
  if (!reads_tags_) of_copy.tags.clear();
  Traits& traits = of_copy.traits;
  traits.replication = replication_replica;
  if (copy.marker) return copy;
  set_owner(rule, bucket, traits);
  traits.restore.clear();
  traits.lying = {};
  traits.upload.clear();
  if (!rule.storage_class.empty()) traits.storage_class = rule.storage_class;
  traits.encryption = to_attributes(encryption_in(bucket));
  return copy;
}

std::optional<NewReplica> ReplicaPlan::replica(const ReplicationRule& rule) {
  const Bucket bucket = destination(rule);
  const auto there = engine_.find_replica(bucket.name, info().key, info().version);
  if (!there && what() == Replicated::change) return std::nullopt;
  NewReplica replica{.permit = permit_to_write(rule, bucket),
                     .object = copy_for(rule, bucket),
                     .bodies = {},
                     .is_change = there.has_value()};
  ObjectInfo& wanted = replica.object.detail.info;
  if (there) {
    keep_what_is_there(rule, bucket, there->detail.info, wanted);
  } else if (!replica.object.marker) {
    apply_default(bucket, engine_.time(), wanted.traits.lock);
  }
  return replica;
}

// What the original's changes do not reach.
void ReplicaPlan::keep_what_is_there(const ReplicationRule& rule, const Bucket& bucket,
                                     const ObjectInfo& there, ObjectInfo& wanted) const {
  const auto owner_of = [&](const Traits& traits) {
    return traits.owner.empty() ? bucket.account : traits.owner;
  };
  Traits& traits = wanted.traits;
  const Traits& has = there.traits;
  const bool is_others = owner_of(traits) != owner_of(has);
  traits.owner = has.owner;
  if (is_others || rule.to_bucket_owner || is_enforced(bucket)) traits.acl = has.acl;
  if (!reads_tags_ && !info().tags.empty()) wanted.tags = there.tags;
  if (traits.lock.mode.empty()) {
    traits.lock.mode = has.lock.mode;
    traits.lock.until = has.lock.until;
  }
  if (traits.lock.hold.empty()) traits.lock.hold = has.lock.hold;
}

}  // namespace millrace::objects
