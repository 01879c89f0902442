// DeleteObject and DeleteObjects.
#include "service/s3/access.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/object_headers.hpp"
#include "service/s3/target.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;
using objects::Erased;

constexpr std::size_t most_keys = 1000;

struct DeleteObject {
  ObjectTarget target;
  std::optional<std::string> match;
};

DeleteObject read_delete(const View& in) {
  return {.target = read_version_target(in), .match = in.take("IfMatch").optional_text()};
}

objects::Precondition matching(const std::optional<std::string>& etag) {
  objects::Precondition precondition;
  if (etag) precondition.etag = unquoted(*etag);
  return precondition;
}

Value delete_object(Service& service, Call& call, const DeleteObject& ask) {
  reach(service, call, ask.target);
  const auto outcome = translated([&] {
    return service.objects.erase(call.permit(), ask.target.in.bucket,
                                 {{.key = ask.target.key, .precondition = matching(ask.match)}});
  });
  if (outcome.front() == Erased::no_such_key) throw no_such_key(ask.target.key);
  if (outcome.front() == Erased::precondition_failed) throw precondition_failed("If-Match");
  return Map{};
}

struct DeleteObjects {
  struct Entry {
    std::string key;
    std::optional<std::string> version;
    std::optional<std::string> etag;
  };
  Target target;
  std::vector<Entry> entries;
  bool quiet = false;
};

DeleteObjects read_delete_many(const View& in) {
  DeleteObjects ask{.target = read_target(in), .entries = {}};
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

Map failure(const DeleteObjects::Entry& entry, const aws::Error& error) {
  Map value{{"Key", entry.key}, {"Code", error.code()}, {"Message", error.message()}};
  value.set_if("VersionId", entry.version);
  return value;
}

// Why this key may not even be tried.
std::optional<aws::Error> refusal(const Call& call, const DeleteObjects& ask,
                                  const DeleteObjects::Entry& entry) {
  if (entry.version.value_or("null") != "null") {
    return aws::Error("NoSuchVersion", "The specified version does not exist.");
  }
  const char* action = entry.version ? "s3:DeleteObjectVersion" : "s3:DeleteObject";
  if (call.allowed(action, objects::object_arn(ask.target.bucket, entry.key))) return std::nullopt;
  return access_denied();
}

aws::Error refusal(Erased outcome, const DeleteObjects::Entry& entry) {
  return outcome == Erased::no_such_key ? no_such_key(entry.key) : precondition_failed("ETag");
}

// Which keys were erased and which not, in the order asked.
class Report {
 public:
  explicit Report(bool quiet) : quiet_(quiet) {}

  void fail(const DeleteObjects::Entry& entry, const aws::Error& error) {
    errors_.emplace_back(failure(entry, error));
  }
  void succeed(const DeleteObjects::Entry& entry) {
    if (quiet_) return;
    Map value{{"Key", entry.key}};
    value.set_if("VersionId", entry.version);
    deleted_.emplace_back(std::move(value));
  }
  [[nodiscard]] Value answer() {
    Map map;
    if (!deleted_.empty()) map.set("Deleted", std::move(deleted_));
    if (!errors_.empty()) map.set("Errors", std::move(errors_));
    return map;
  }

 private:
  bool quiet_;
  List deleted_;
  List errors_;
};

Value delete_objects(Service& service, Call& call, const DeleteObjects& ask) {
  reach(service, call, ask.target);
  require_body_checksum(call);
  if (ask.entries.empty() || ask.entries.size() > most_keys) {
    throw aws::Error("MalformedXML",
                     "The XML you provided was not well-formed or did not validate against our "
                     "published schema");
  }
  Report report(ask.quiet);
  std::vector<const DeleteObjects::Entry*> tried;
  std::vector<objects::KeyToErase> keys;
  for (const auto& entry : ask.entries) {
    if (const auto refused = refusal(call, ask, entry)) {
      report.fail(entry, *refused);
      continue;
    }
    tried.push_back(&entry);
    keys.push_back({.key = entry.key, .precondition = matching(entry.etag)});
  }
  if (keys.empty()) return report.answer();
  const identity::Permit permit =
      call.require(tried.front()->version ? "s3:DeleteObjectVersion" : "s3:DeleteObject",
                   objects::object_arn(ask.target.bucket, keys.front().key));
  const auto outcomes =
      translated([&] { return service.objects.erase(permit, ask.target.bucket, keys); });
  for (std::size_t at = 0; at < tried.size(); ++at) {
    if (outcomes[at] == Erased::done) {
      report.succeed(*tried[at]);
    } else {
      report.fail(*tried[at], refusal(outcomes[at], *tried[at]));
    }
  }
  return report.answer();
}

std::vector<aws::Need> to_delete(const Call&, const Value& input) {
  const bool version = !member_text(input, "VersionId").empty();
  return {need_on_object(version ? "DeleteObjectVersion" : "DeleteObject", input)};
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
