// RestoreObject: an archived object is readable for some days, and one that intelligent tiering
// archived is back in its first tier. It is so at once: S3 promises minutes to hours at most.
#include "objects/tiering.hpp"
#include "service/s3/access.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/lifecycle.hpp"
#include "service/s3/target.hpp"
#include "service/s3/versions.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

constexpr int accepted_status = 202;

struct RestoreObject {
  ObjectTarget target;
  std::optional<std::int64_t> days;
  std::string tier;
};

RestoreObject read_restore(const View& in) {
  RestoreObject ask{.target = read_version_target(in), .days = std::nullopt, .tier = {}};
  note_checksum(in);
  const View request = in.take("RestoreRequest").view();
  if (!request.present()) throw missing_document();
  ask.days = request.take("Days").optional_integer();
  ask.tier = request.take("GlacierJobParameters").view().take("Tier").text_or("Standard");
  return ask;
}

void check(const RestoreObject& ask, const objects::ObjectInfo& info) {
  const std::string& stored = info.traits.storage_class;
  if (!objects::is_archive(stored)) {
    throw aws::Error("InvalidObjectState",
                     "Restore is not allowed for the object's current storage class")
        .with("StorageClass", stored);
  }
  if (ask.tier == "Expedited" && stored == "DEEP_ARCHIVE") {
    throw aws::Error("InvalidArgument",
                     "Expedited retrievals are not available for the DEEP_ARCHIVE storage class");
  }
}

void check_days(const RestoreObject& ask) {
  if (!ask.days) throw malformed_document();
  if (*ask.days < 1) {
    throw aws::Error("InvalidArgument", "restoration days should be at least 1");
  }
}

// It stays what it becomes: no days are counted.
void take_out_of_tier(const RestoreObject& ask, const Call& call, objects::Traits& traits) {
  if (ask.days) {
    throw invalid_request("Days cannot be given to restore an object of INTELLIGENT_TIERING");
  }
  const std::string archive = traits.lying.archive;
  if (archive.empty()) {
    throw aws::Error("ObjectAlreadyInActiveTierError",
                     "This action is not allowed against this storage tier.", 403);
  }
  if (ask.tier == "Expedited" && archive == objects::deep_archive_access) {
    throw aws::Error(
        "InvalidArgument",
        "Expedited retrievals are not available for the DEEP_ARCHIVE_ACCESS access tier");
  }
  traits.lying = {.archive = {}, .accessed = call.now};
}

Value restore_object(Service& service, Call& call, const RestoreObject& ask) {
  reach(service, call, ask.target);
  reading(call, ask.target, [&] {
    service.objects.change(call.permit(), ask.target.name(), [&](objects::ObjectInfo& info) {
      if (info.traits.storage_class == objects::intelligent_class) {
        call.answer_status = accepted_status;
        return take_out_of_tier(ask, call, info.traits);
      }
      check_days(ask);
      check(ask, info);
      if (!objects::is_readable(info.traits, call.now)) call.answer_status = accepted_status;
      const auto until = objects::midnight_after(call.now + std::chrono::days(*ask.days));
      info.traits.restore = std::to_string(until.time_since_epoch().count());
    });
  });
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_restore, restore_object>("RestoreObject",
                                                 {.access = on_object<"RestoreObject">}),
};

}  // namespace

void show_restore(const objects::ObjectInfo& info, base::Timestamp now, Map& answer) {
  if (!objects::is_archive(info.traits.storage_class)) return;
  const auto until = objects::restored_until(info.traits);
  if (!until || *until <= now) return;
  answer.set("Restore",
             "ongoing-request=\"false\", expiry-date=\"" + base::http_date(*until) + "\"");
}

const std::span<const aws::Operation> restore_operations = table;

}  // namespace millrace::service::s3
