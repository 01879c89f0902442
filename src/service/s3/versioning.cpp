// Whether a bucket keeps versions: put and got.
#include "objects/versioning.hpp"

#include "objects/replication.hpp"
#include "service/s3/access.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/target.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

struct PutVersioning {
  Target target;
  std::string status;
  bool needs_mfa = false;
};

PutVersioning read_put(const View& in) {
  PutVersioning ask{.target = read_target(in), .status = {}};
  note_digests(in);
  const View asked = in.take("VersioningConfiguration").view();
  ask.status = asked.take("Status").text_or("");
  ask.needs_mfa = asked.take("MFADelete").text_or("Disabled") == "Enabled";
  return ask;
}

void check_put(const PutVersioning& ask, const objects::Bucket& bucket) {
  if (ask.status.empty()) {
    throw aws::Error("IllegalVersioningConfigurationException",
                     "The Versioning element must be specified");
  }
  if (ask.needs_mfa) throw not_implemented("MFADelete is not built: there are no MFA devices");
  const bool keeps = ask.status == objects::versioning_enabled;
  if (!keeps && !bucket.setting("lock").empty()) {
    throw aws::Error("InvalidBucketState",
                     "An Object Lock configuration is present on this bucket, so the versioning "
                     "state cannot be changed.");
  }
  if (!keeps && !bucket.setting(objects::replication_setting).empty()) {
    throw aws::Error("InvalidBucketState",
                     "A replication configuration is present on this bucket, so you cannot change "
                     "the versioning state. To change the versioning state, first delete the "
                     "replication configuration.");
  }
}

Value put_versioning(Service& service, Call& call, const PutVersioning& ask) {
  check_put(ask, reach(service, call, ask.target));
  translated([&] {
    service.objects.set_setting(
        call.permit(), {.bucket = ask.target.bucket, .kind = "versioning", .id = {}}, ask.status);
  });
  return Map{};
}

Value get_versioning(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  const std::string_view state = bucket.setting("versioning");
  if (state.empty()) return Map{};
  return Map{{"Status", std::string(state)}};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_versioning>("PutBucketVersioning",
                                             {.access = on_bucket<"PutBucketVersioning">}),
    aws::operation<read_target, get_versioning>("GetBucketVersioning",
                                                {.access = on_bucket<"GetBucketVersioning">}),
};

}  // namespace

const std::span<const aws::Operation> versioning_operations = table;

}  // namespace millrace::service::s3
