#include "service/s3/access_log.hpp"

#include "objects/encryption.hpp"
#include "service/s3/grants.hpp"
#include "service/s3/target.hpp"

#include <algorithm>
#include <utility>

namespace millrace::service::s3 {

namespace {

constexpr std::chrono::minutes delivery_interval(5);  // on the service clock
constexpr std::size_t large_bytes = 4UL * 1024 * 1024;
constexpr std::size_t unique_digits = 16;
constexpr std::string_view delivery_service = "logging.s3.amazonaws.com";

policy::Principal log_delivery() {
  policy::Principal service;
  service.kind = policy::Principal::Kind::service;
  service.name = delivery_service;
  return service;
}

// Records of one source and day, and of one state of its configuration, go together.
std::string batch_name(const objects::Bucket& source, const LogTarget& target,
                       base::Timestamp event) {
  std::string name = source.name + '\n' + source.account + '\n' + target.bucket + '\n' +
                     target.prefix + '\n' + std::to_string(static_cast<int>(target.names)) + '\n';
  if (target.names == LogNames::by_event) {
    name += std::to_string(std::chrono::floor<std::chrono::days>(event).time_since_epoch().count());
  }
  return name + '\n' + objects::to_text(target.grants);
}

objects::PutOptions options_of(const objects::Bucket& target, const objects::Acl& grants) {
  objects::PutOptions options;
  options.content_type = "text/plain";
  if (grants.empty()) return options;
  objects::Acl acl = objects::to_acl("", owner_id(target));
  acl.insert(acl.end(), grants.begin(), grants.end());
  options.traits.acl = objects::to_text(acl);
  return options;
}

}  // namespace

std::optional<std::string> unfit_for_logs(const objects::ObjectStore& objects,
                                          const objects::Bucket& target) {
  if (!target.setting("lock").empty()) return "The target bucket has Object Lock enabled.";
  if (requester_pays(target)) return "The target bucket has Requester Pays enabled.";
  const auto encryption = objects.default_encryption(target, target.account);
  if (encryption.kind == objects::sse_kms) {
    return "The target bucket's default encryption is SSE-KMS, which is not supported for server "
           "access logging target buckets.";
  }
  return std::nullopt;
}

policy::Question log_delivery_question(const objects::Bucket& source, const LogTarget& target,
                                       std::string_view key) {
  return {.principal = log_delivery(),
          .action = "s3:PutObject",
          .resource = objects::object_arn(target.bucket, key),
          .conditions = {{"aws:SourceArn", {objects::bucket_arn(source.name)}},
                         {"aws:SourceAccount", {source.account}},
                         {"aws:SecureTransport", {"true"}}}};
}

void AccessLog::add(const objects::Bucket& source, const std::shared_ptr<const LogTarget>& target,
                    base::Timestamp received, std::string_view line) {
  std::string name = batch_name(source, *target, received);
  const std::lock_guard lock(mutex_);
  if (bytes_ + line.size() > log_records_limit) {
    ++lost_;
    return;
  }
  const auto [entry, is_new] = waiting_.try_emplace(std::move(name));
  if (is_new) {
    entry->second = {.source = source,
                     .target = target,
                     .event = received,
                     .since = parts_.clock.service(),
                     .lines = {}};
  }
  entry->second.lines += line;
  bytes_ += line.size();
}

AccessLog::Batches AccessLog::take(bool all) {
  const base::Timestamp now = parts_.clock.service();
  Batches taken;
  const std::lock_guard lock(mutex_);
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const auto here = at++;
    const Waiting& batch = here->second;
    const bool due = batch.lines.size() >= large_bytes || now - batch.since >= delivery_interval;
    if (!all && !due) continue;
    bytes_ -= batch.lines.size();
    taken.insert(waiting_.extract(here));
  }
  if (const std::size_t lost = std::exchange(lost_, 0); lost > 0) {
    parts_.log.write(base::Level::warning, std::to_string(lost) +
                                               " records of S3's access logs are lost: more came "
                                               "than could be delivered");
  }
  return taken;
}

// What could not be put for a reason that may pass waits on, behind nothing and before nothing.
void AccessLog::keep(std::string name, Waiting batch) {
  const std::lock_guard lock(mutex_);
  if (bytes_ + batch.lines.size() > log_records_limit) {
    ++lost_;
    return;
  }
  bytes_ += batch.lines.size();
  const auto [entry, is_new] = waiting_.try_emplace(std::move(name));
  if (!is_new) batch.lines += entry->second.lines;
  entry->second = std::move(batch);
}

void AccessLog::put(const Waiting& batch) {
  const LogTarget& to = *batch.target;
  const auto target = parts_.objects.bucket(to.bucket);
  if (!target || target->account != batch.source.account) throw objects::NoSuchBucket(to.bucket);
  if (auto reason = unfit_for_logs(parts_.objects, *target)) {
    throw objects::ForeignBucket(*std::move(reason));
  }
  const std::string unique = base::random_text(parts_.random, unique_digits, "0123456789ABCDEF");
  const std::string key = log_key(to, batch.source, batch.event, parts_.clock.service(), unique);
  const identity::Permit permit =
      parts_.authority.permit(log_delivery_question(batch.source, to, key));
  const base::MemorySource lines(batch.lines);
  base::SourceReader reader(lines);
  parts_.objects.put(permit, to.bucket, key, reader, options_of(*target, to.grants));
}

void AccessLog::deliver(bool all) {
  const std::lock_guard one_at_a_time(delivering_);
  for (auto& [name, batch] : take(all)) {
    const auto say = [&](const std::exception& error, const char* then) {
      parts_.log.write(base::Level::warning, "the access log of " + batch.source.name + " for " +
                                                 batch.target->bucket + then + error.what());
    };
    try {
      put(batch);
    } catch (const identity::Denied& error) {
      say(error, " is dropped: ");
    } catch (const objects::NoSuchBucket& error) {
      say(error, " is dropped: ");
    } catch (const objects::ForeignBucket& error) {
      say(error, " is dropped: ");
    } catch (const std::exception& error) {
      say(error, " waits: ");
      keep(name, std::move(batch));
    }
  }
}

}  // namespace millrace::service::s3
