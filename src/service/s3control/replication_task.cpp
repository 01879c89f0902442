#include "service/s3control/replication_task.hpp"

#include "aws/error.hpp"
#include "objects/replication.hpp"
#include "objects/replication_deeds.hpp"

#include <chrono>
#include <thread>

namespace millrace::service::s3control {

namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 5ms;
// The replicator tries again what the disk does not let it do; a task does not wait for ever.
constexpr int most_looks = 12'000;

void check_eligible(const objects::Replication& replication, const objects::ObjectInfo& info) {
  const auto rules = objects::rules_for(replication, info, objects::Replicated::version);
  if (!rules.empty()) return;
  throw aws::Error("SrcObjectNotEligible", "No rule of the bucket's replication takes this object.",
                   400);
}

// Its copies are to be made, whatever became of them before.
std::string ask_for_copies(objects::ObjectStore& objects, const identity::Permit& permit,
                           const objects::ObjectName& name) {
  const auto bucket = objects.bucket(name.bucket);
  if (!bucket) throw objects::NoSuchBucket(name.bucket);
  const std::string_view setting = bucket->setting(objects::replication_setting);
  if (setting.empty()) {
    throw aws::Error("ReplicationConfigurationNotFoundError",
                     "The replication configuration was not found", 404);
  }
  const objects::Replication replication = objects::parse_replication(setting);
  return objects
      .change(permit, name,
              [&](objects::ObjectInfo& info) {
                check_eligible(replication, info);
                info.traits.replication = objects::replication_pending;
              })
      .version;
}

void wait_for_copies(objects::ObjectStore& objects, const identity::Permit& permit,
                     const objects::ObjectName& name, const std::stop_token& stop) {
  for (int looks = 0; looks < most_looks; ++looks) {
    if (stop.stop_requested()) throw ReplicationUnfinished();
    const auto found = objects.look(permit, name, std::nullopt);
    if (!found) throw objects::NoSuchKey(name.key);
    const std::string& status = found->info.traits.replication;
    if (status == objects::replication_failed) {
      const std::string reason = objects::replication_failure(objects, name);
      throw aws::Error(reason.empty() ? "ReplicationFailed" : reason,
                       "The object could not be replicated to every destination.", 400);
    }
    if (!objects::awaits_replication(status)) return;
    std::this_thread::sleep_for(look_interval);
  }
  throw aws::Error("ReplicationFailed", "The object has not been replicated yet.", 503);
}

}  // namespace

void replicate_object(objects::ObjectStore& objects, identity::Authority& authority,
                      const policy::Principal& role, const Task& task,
                      const std::stop_token& stop) {
  objects::ObjectName name{.bucket = task.bucket, .key = task.key};
  if (!task.version.empty()) name.version = task.version == "null" ? "" : task.version;
  try {
    const identity::Permit permit =
        authority.permit({.principal = role,
                          .action = "s3:InitiateReplication",
                          .resource = objects::object_arn(task.bucket, task.key),
                          .conditions = {}});
    const std::string version = ask_for_copies(objects, permit, name);
    name.version = version;
    wait_for_copies(objects, permit, name, stop);
  } catch (const identity::Denied& denied) {
    throw aws::Error("AccessDenied", denied.is_foreign ? "Access Denied" : denied.what(), 403);
  } catch (const objects::ForeignBucket&) {
    throw aws::Error("AccessDenied", "Access Denied", 403);
  } catch (const objects::NoSuchBucket&) {
    throw aws::Error("NoSuchBucket", "The specified bucket does not exist", 404);
  } catch (const objects::NoSuchKey&) {
    throw aws::Error("NoSuchKey", "The specified key does not exist.", 404);
  } catch (const objects::NoSuchVersion&) {
    throw aws::Error("NoSuchVersion", "The specified version does not exist.", 404);
  } catch (const objects::MarkerAsked&) {
    throw aws::Error("MethodNotAllowed",
                     "The specified method is not allowed against this resource.", 405);
  }
}

}  // namespace millrace::service::s3control
