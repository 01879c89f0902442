#include "service/s3/object_lock.hpp"

#include "base/json.hpp"
#include "objects/default_lock.hpp"
#include "objects/versioning.hpp"
#include "service/s3/access.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/target.hpp"
#include "service/s3/versions.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::int64_t longest_default_days = 36'500;
constexpr std::int64_t longest_default_years = 100;

void require_lock(const objects::Bucket& bucket) {
  if (!bucket.setting("lock").empty()) return;
  throw invalid_request("Bucket is missing Object Lock Configuration");
}

void check_until(base::Timestamp until, base::Timestamp now) {
  if (until > now) return;
  throw aws::Error("InvalidArgument", "The retain until date must be in the future!");
}

void check_asked(const Call& call, const objects::Bucket& bucket, const AskedLock& asked) {
  require_lock(bucket);
  if (asked.mode.empty() != !asked.until) {
    throw aws::Error("InvalidArgument",
                     "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be "
                     "supplied");
  }
  if (asked.until) check_until(*asked.until, call.now);
}

// Locks have permissions of their own.
void require_locking(const Call& call, const objects::ObjectName& name, const AskedLock& asked) {
  const std::string arn = objects::object_arn(name.bucket, name.key);
  const policy::Conditions conditions = lock_conditions(asked, call.now);
  if (asked.until) static_cast<void>(call.require("s3:PutObjectRetention", arn, conditions));
  if (!asked.hold.empty()) {
    static_cast<void>(call.require("s3:PutObjectLegalHold", arn, conditions));
  }
}

// Reading a lock that was never set is an error of its own.
aws::Error no_lock() {
  return {"NoSuchObjectLockConfiguration",
          "The specified object does not have a ObjectLock configuration"};
}

struct PutLockConfiguration {
  Target target;
  bool enabled = false;
  Value document;
};

void check_rule(const View& retention, Map& rule) {
  const auto mode = retention.take("Mode").optional_text();
  const auto days = retention.take("Days").optional_integer();
  const auto years = retention.take("Years").optional_integer();
  if (!mode || days.has_value() == years.has_value()) throw malformed_document();
  const std::int64_t longest = days ? longest_default_days : longest_default_years;
  const std::int64_t asked = days ? *days : *years;
  if (asked < 1) {
    throw aws::Error("InvalidArgument",
                     "Default retention period must be a positive integer value.");
  }
  if (asked > longest) {
    throw aws::Error("InvalidArgument",
                     "Default retention period is too large. Maximum: " + std::to_string(longest));
  }
  Map kept{{"Mode", *mode}, {days ? "Days" : "Years", asked}};
  rule.set("DefaultRetention", std::move(kept));
}

PutLockConfiguration read_put_configuration(const View& in) {
  PutLockConfiguration ask{.target = read_target(in), .document = {}};
  note_digests(in);
  const View asked = in.take("ObjectLockConfiguration").view();
  if (!asked.present()) throw missing_document();
  ask.enabled = asked.take("ObjectLockEnabled").text_or("") == "Enabled";
  Map document{{"ObjectLockEnabled", "Enabled"}};
  const View rule = asked.take("Rule").view();
  if (rule.present()) {
    Map kept;
    check_rule(rule.take("DefaultRetention").view(), kept);
    document.set("Rule", std::move(kept));
  }
  ask.document = std::move(document);
  return ask;
}

Value put_configuration(Service& service, Call& call, const PutLockConfiguration& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  if (!ask.enabled) throw malformed_document();
  if (objects::versioning_of(bucket) != objects::Versioning::enabled) {
    throw aws::Error("InvalidBucketState",
                     "Versioning must be 'Enabled' on the bucket to apply a Object Lock "
                     "configuration");
  }
  translated([&] {
    service.objects.set_setting(call.permit(),
                                {.bucket = ask.target.bucket, .kind = "lock", .id = {}},
                                base::write_json(ask.document));
  });
  return Map{};
}

Value get_configuration(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  const std::string_view setting = bucket.setting("lock");
  if (setting.empty()) {
    throw aws::Error("ObjectLockConfigurationNotFoundError",
                     "Object Lock configuration does not exist for this bucket")
        .with("BucketName", ask.bucket);
  }
  return Map{{"ObjectLockConfiguration", base::parse_json(setting)}};
}

struct PutRetention {
  ObjectTarget target;
  std::string mode;
  std::optional<base::Timestamp> until;
  bool past_governance = false;
};

PutRetention read_put_retention(const View& in) {
  PutRetention ask{.target = read_version_target(in), .mode = {}, .until = std::nullopt};
  note_digests(in);
  const View retention = in.take("Retention").view();
  if (!retention.present()) throw missing_document();
  ask.mode = retention.take("Mode").text_or("");
  ask.until = retention.take("RetainUntilDate").optional_time();
  ask.past_governance = in.take("BypassGovernanceRetention").flag_or(false);
  return ask;
}

// A lock that holds may only grow; in governance mode it yields to who may pass it.
void check_change(const objects::Lock& held, const PutRetention& ask, base::Timestamp now) {
  const bool holds = !held.mode.empty() && held.until > now;
  if (!holds) return;
  const bool grows = ask.until && *ask.until >= held.until &&
                     (ask.mode == held.mode || ask.mode == objects::compliance);
  const bool passes = held.mode == objects::governance && ask.past_governance;
  if (grows || passes) return;
  throw aws::Error("AccessDenied", "Access Denied because object protected by object lock.");
}

Value put_retention(Service& service, Call& call, const PutRetention& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  require_lock(bucket);
  if (ask.mode.empty() != !ask.until) throw malformed_document();
  require_locking(call, ask.target.name(), {.mode = ask.mode, .until = ask.until, .hold = {}});
  if (ask.until) check_until(*ask.until, call.now);
  reading(call, ask.target, [&] {
    service.objects.change(call.permit(), ask.target.name(), [&](objects::ObjectInfo& info) {
      objects::Lock& lock = info.traits.lock;
      check_change(lock, ask, call.now);
      lock.mode = ask.mode;
      lock.until = ask.until.value_or(base::Timestamp());
    });
  });
  return Map{};
}

objects::ObjectInfo look(Service& service, Call& call, const ObjectTarget& target) {
  require_lock(reach(service, call, target));
  const auto found = reading(call, target, [&] {
    return service.objects.look(call.permit(), target.name(), std::nullopt);
  });
  if (!found) throw missing_key(call, target.in.bucket, target.key);
  return found->info;
}

Value get_retention(Service& service, Call& call, const ObjectTarget& ask) {
  const objects::Lock lock = look(service, call, ask).traits.lock;
  if (lock.mode.empty()) throw no_lock();
  return Map{{"Retention", Map{{"Mode", lock.mode}, {"RetainUntilDate", lock.until}}}};
}

struct PutHold {
  ObjectTarget target;
  std::string status;
};

PutHold read_put_hold(const View& in) {
  PutHold ask{.target = read_version_target(in), .status = {}};
  note_digests(in);
  const View hold = in.take("LegalHold").view();
  if (!hold.present()) throw missing_document();
  ask.status = hold.take("Status").text_or("");
  return ask;
}

Value put_hold(Service& service, Call& call, const PutHold& ask) {
  require_lock(reach(service, call, ask.target));
  if (ask.status.empty()) throw malformed_document();
  require_locking(call, ask.target.name(), {.mode = {}, .until = {}, .hold = ask.status});
  reading(call, ask.target, [&] {
    service.objects.change(call.permit(), ask.target.name(),
                           [&](objects::ObjectInfo& info) { info.traits.lock.hold = ask.status; });
  });
  return Map{};
}

Value get_hold(Service& service, Call& call, const ObjectTarget& ask) {
  const objects::Lock lock = look(service, call, ask).traits.lock;
  if (lock.hold.empty()) throw no_lock();
  return Map{{"LegalHold", Map{{"Status", lock.hold}}}};
}

std::vector<aws::Need> to_put_retention(const Call&, const Value& input) {
  std::vector<aws::Need> needs = {need_on_object("PutObjectRetention", input)};
  add_bypass(input, needs);
  return needs;
}

constexpr aws::Operation table[] = {
    aws::operation<read_put_configuration, put_configuration>(
        "PutObjectLockConfiguration", {.access = on_bucket<"PutBucketObjectLockConfiguration">}),
    aws::operation<read_target, get_configuration>(
        "GetObjectLockConfiguration", {.access = on_bucket<"GetBucketObjectLockConfiguration">}),
    aws::operation<read_put_retention, put_retention>("PutObjectRetention",
                                                      {.access = to_put_retention}),
    aws::operation<read_version_target, get_retention>("GetObjectRetention",
                                                       {.access = on_object<"GetObjectRetention">}),
    aws::operation<read_put_hold, put_hold>("PutObjectLegalHold",
                                            {.access = on_object<"PutObjectLegalHold">}),
    aws::operation<read_version_target, get_hold>("GetObjectLegalHold",
                                                  {.access = on_object<"GetObjectLegalHold">}),
};

}  // namespace

AskedLock read_lock(const View& in) {
  return {.mode = in.take("ObjectLockMode").text_or(""),
          .until = in.take("ObjectLockRetainUntilDate").optional_time(),
          .hold = in.take("ObjectLockLegalHoldStatus").text_or("")};
}

policy::Conditions lock_conditions(const AskedLock& asked, base::Timestamp now) {
  policy::Conditions conditions;
  if (!asked.mode.empty()) conditions["s3:object-lock-mode"] = {asked.mode};
  if (!asked.hold.empty()) conditions["s3:object-lock-legal-hold"] = {asked.hold};
  if (asked.until) {
    const auto days = std::chrono::ceil<std::chrono::days>(*asked.until - now).count();
    conditions["s3:object-lock-retain-until-date"] = {base::iso8601(*asked.until)};
    conditions["s3:object-lock-remaining-retention-days"] = {std::to_string(days)};
  }
  return conditions;
}

objects::Lock lock_of_new(const Call& call, const objects::Bucket& bucket,
                          const objects::ObjectName& name, const AskedLock& asked) {
  if (!asked.empty()) {
    check_asked(call, bucket, asked);
    require_locking(call, name, asked);
  }
  objects::Lock lock{.mode = asked.mode, .until = {}, .hold = asked.hold};
  if (asked.until) lock.until = *asked.until;
  objects::apply_default(bucket, call.now, lock);
  return lock;
}

void show_lock(const Call& call, const objects::ObjectInfo& info, Map& answer) {
  const objects::Lock& lock = info.traits.lock;
  const std::string arn = objects::object_arn(info.bucket, info.key);
  if (!lock.mode.empty() && call.allowed("s3:GetObjectRetention", arn)) {
    answer.set("ObjectLockMode", lock.mode);
    answer.set("ObjectLockRetainUntilDate", lock.until);
  }
  if (!lock.hold.empty() && call.allowed("s3:GetObjectLegalHold", arn)) {
    answer.set("ObjectLockLegalHoldStatus", lock.hold);
  }
}

std::string enabled_lock_setting() {
  return base::write_json(Map{{"ObjectLockEnabled", "Enabled"}});
}

const std::span<const aws::Operation> object_lock_operations = table;

}  // namespace millrace::service::s3
