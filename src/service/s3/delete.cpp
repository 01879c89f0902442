// DeleteObject and DeleteObjects.
#include "objects/versioning.hpp"
#include "service/s3/access.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/object_headers.hpp"
#include "service/s3/target.hpp"
#include "service/s3/versions.hpp"
#include "service/s3/watch.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;
using objects::Erased;
using objects::Erasure;

constexpr std::size_t most_keys = 1000;
constexpr int no_content_status = 204;

struct DeleteObject {
  ObjectTarget target;
  std::optional<std::string> match;
  bool past_governance = false;
};

DeleteObject read_delete(const View& in) {
  return {.target = read_version_target(in),
          .match = in.take("IfMatch").optional_text(),
          .past_governance = in.take("BypassGovernanceRetention").flag_or(false)};
}

objects::Precondition matching(const std::optional<std::string>& etag) {
  objects::Precondition precondition;
  if (etag) precondition.etag = unquoted(*etag);
  return precondition;
}

// Why it is still there, where it is.
std::optional<aws::Error> refusal(const Erasure& erasure, std::string_view key,
                                  std::string_view condition) {
  switch (erasure.outcome) {
    case Erased::done:
      return std::nullopt;
    case Erased::no_such_key:
      return no_such_key(key);
    case Erased::precondition_failed:
      return precondition_failed(condition);
    case Erased::locked:
      break;
  }
  return aws::Error("AccessDenied", "Access Denied because object protected by object lock.");
}

Value delete_object(Service& service, Call& call, const DeleteObject& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  const auto erasures = translated([&] {
    return service.objects.erase(call.permit(), ask.target.in.bucket,
                                 {{.key = ask.target.key,
                                   .precondition = matching(ask.match),
                                   .version = ask.target.version,
                                   .past_governance = ask.past_governance}});
  });
  const Erasure& erasure = erasures.front();
  if (const auto refused = refusal(erasure, ask.target.key, "If-Match")) throw *refused;
  Map answer;
  if (has_versions(bucket)) {
    answer.set("VersionId", wire_version(erasure.version));
    if (erasure.marker) answer.set("DeleteMarker", true);
  }
  return answer;
}

struct DeleteObjects {
  struct Entry {
    std::string key;
    std::optional<std::string> version;  // as on the wire
    std::optional<std::string> etag;
  };
  Target target;
  std::vector<Entry> entries;
  bool quiet = false;
  bool past_governance = false;
};

DeleteObjects read_delete_many(const View& in) {
  DeleteObjects ask{.target = read_target(in), .entries = {}};
  ask.past_governance = in.take("BypassGovernanceRetention").flag_or(false);
  // The body's digest is checked where bodies are read.
  static_cast<void>(in.take("ChecksumAlgorithm").present());
  const View asked = in.take("Delete").view();
  ask.quiet = asked.take("Quiet").flag_or(false);
  for (const View& entry : asked.take("Objects").views()) {
    ask.entries.push_back({.key = entry.take("Key").text(),
                           .version = entry.take("VersionId").optional_text(),
                           .etag = entry.take("ETag").optional_text()});
  }
  return ask;
}

objects::KeyToErase to_erase(const DeleteObjects& ask, const DeleteObjects::Entry& entry) {
  objects::KeyToErase key{.key = entry.key,
                          .precondition = matching(entry.etag),
                          .past_governance = ask.past_governance};
  if (entry.version) key.version = engine_version(*entry.version);
  return key;
}

// Why this key may not even be tried.
std::optional<aws::Error> refusal(const Call& call, const DeleteObjects& ask,
                                  const DeleteObjects::Entry& entry) {
  const std::string arn = objects::object_arn(ask.target.bucket, entry.key);
  const bool may_erase =
      call.allowed(entry.version ? "s3:DeleteObjectVersion" : "s3:DeleteObject", arn) &&
      (!ask.past_governance || call.allowed("s3:BypassGovernanceRetention", arn));
  if (!may_erase) return access_denied();
  const bool is_id =
      !entry.version || *entry.version == "null" || objects::is_version_id(*entry.version);
  if (is_id) return std::nullopt;
  return aws::Error("NoSuchVersion", "The specified version does not exist.");
}

// Which keys were erased and which not, in the order asked.
class Report {
 public:
  Report(const Service& service, const DeleteObjects& ask, bool has_versions)
      : bucket_(ask.target.bucket),
        quiet_(ask.quiet),
        has_versions_(has_versions),
        is_watched_(is_watched(service, ask.target.bucket)) {}

  void fail(const DeleteObjects::Entry& entry, const aws::Error& error) {
    note(entry, status_of(error), error.code());
    Map value{{"Key", entry.key}, {"Code", error.code()}, {"Message", error.message()}};
    value.set_if("VersionId", entry.version);
    errors_.emplace_back(std::move(value));
  }
  void succeed(const DeleteObjects::Entry& entry, const Erasure& erasure) {
    note(entry, no_content_status, {});
    if (quiet_) return;
    Map value{{"Key", entry.key}};
    value.set_if("VersionId", entry.version);
    if (has_versions_ && erasure.marker) {
      value.set("DeleteMarker", true);
      value.set("DeleteMarkerVersionId", wire_version(erasure.version));
    }
    deleted_.emplace_back(std::move(value));
  }
  [[nodiscard]] Value answer() {
    Map map;
    if (!deleted_.empty()) map.set("Deleted", std::move(deleted_));
    if (!errors_.empty()) map.set("Errors", std::move(errors_));
    return map;
  }
  // For the bucket's access log: a record of each key.
  void leave_note(const Service& service, const Call& call) {
    if (is_watched_) note_request(service, call, std::move(note_));
  }

 private:
  void note(const DeleteObjects::Entry& entry, int status, const std::string& code) {
    if (!is_watched_) return;
    note_.parts.push_back({.operation = "BATCH.DELETE.OBJECT",
                           .bucket = bucket_,
                           .key = entry.key,
                           .version = entry.version.value_or(""),
                           .status = status,
                           .error = code});
  }

  const std::string& bucket_;
  bool quiet_;
  bool has_versions_;
  bool is_watched_;
  RequestNote note_;
  List deleted_;
  List errors_;
};

void check_entries(Call& call, const DeleteObjects& ask) {
  require_body_checksum(call);
  if (!ask.entries.empty() && ask.entries.size() <= most_keys) return;
  throw malformed_document();
}

// Tries what may be tried, and says of each key what became of it.
void erase_all(Service& service, const Call& call, const DeleteObjects& ask, Report& report) {
  std::vector<const DeleteObjects::Entry*> tried;
  std::vector<objects::KeyToErase> keys;
  for (const auto& entry : ask.entries) {
    if (const auto refused = refusal(call, ask, entry)) {
      report.fail(entry, *refused);
      continue;
    }
    tried.push_back(&entry);
    keys.push_back(to_erase(ask, entry));
  }
  if (keys.empty()) return;
  const identity::Permit permit =
      call.require(tried.front()->version ? "s3:DeleteObjectVersion" : "s3:DeleteObject",
                   objects::object_arn(ask.target.bucket, keys.front().key));
  const auto erasures =
      translated([&] { return service.objects.erase(permit, ask.target.bucket, keys); });
  for (std::size_t at = 0; at < tried.size(); ++at) {
    if (const auto refused = refusal(erasures[at], tried[at]->key, "ETag")) {
      report.fail(*tried[at], *refused);
    } else {
      report.succeed(*tried[at], erasures[at]);
    }
  }
}

Value delete_objects(Service& service, Call& call, const DeleteObjects& ask) {
  const objects::Bucket bucket = locate(service, call, ask.target);
  check_entries(call, ask);
  Report report(service, ask, has_versions(bucket));
  erase_all(service, call, ask, report);
  report.leave_note(service, call);
  return report.answer();
}

std::vector<aws::Need> to_delete(const Call&, const Value& input) {
  const bool version = !member_text(input, "VersionId").empty();
  std::vector<aws::Need> needs = {
      need_on_object(version ? "DeleteObjectVersion" : "DeleteObject", input)};
  add_bypass(input, needs);
  return needs;
}

// Each key is asked for by itself: some may go and others stay.
std::vector<aws::Need> nothing_yet(const Call&, const Value&) { return {}; }

constexpr aws::Operation table[] = {
    aws::operation<read_delete, delete_object>("DeleteObject", {.access = to_delete}),
    aws::operation<read_delete_many, delete_objects>("DeleteObjects", {.access = nothing_yet}),
};

}  // namespace

const std::span<const aws::Operation> delete_operations = table;

}  // namespace millrace::service::s3
