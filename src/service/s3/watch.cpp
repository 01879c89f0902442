#include "service/s3/watch.hpp"

#include "objects/housekeeping.hpp"
#include "objects/openness.hpp"
#include "service/s3/access_record.hpp"
#include "service/s3/configurations.hpp"

#include <algorithm>
#include <iterator>

namespace millrace::service::s3 {

namespace {

// How late what is due may be delivered, in real time.
constexpr std::chrono::seconds look_interval(5);
// Notes of requests that nobody asked about again; they are a bucket's that was watched until then.
constexpr std::size_t notes_kept = 10'000;
constexpr std::size_t request_id_digits = 16;

// AWS's names of what a lifecycle does.
std::string_view operation_of(const objects::LifecycleDeed& deed) {
  using Kind = objects::LifecycleDeed::Kind;
  switch (deed.kind) {
    case Kind::erased:
      return "S3.EXPIRE.OBJECT";
    case Kind::hidden:
      return "S3.CREATE.DELETEMARKER";
    case Kind::aborted:
      return "S3.DELETE.UPLOAD";
    case Kind::moved:
      break;
  }
  if (deed.storage_class == "STANDARD_IA") return "S3.TRANSITION_SIA.OBJECT";
  if (deed.storage_class == "ONEZONE_IA") return "S3.TRANSITION_ZIA.OBJECT";
  if (deed.storage_class == "INTELLIGENT_TIERING") return "S3.TRANSITION_INT.OBJECT";
  if (deed.storage_class == "GLACIER_IR") return "S3.TRANSITION_GIR.OBJECT";
  if (deed.storage_class == "DEEP_ARCHIVE") return "S3.TRANSITION_GDA.OBJECT";
  return "S3.TRANSITION.OBJECT";
}

// Where no policy could have let a stranger in, the lists of grants did. (With a policy it is
// unknown which of both.)
bool needed_acl(const objects::Bucket& bucket, const RequestFacts& facts) {
  return facts.status >= 200 && facts.status < 400 && facts.account != bucket.account &&
         objects::ownership(bucket) != objects::Ownership::enforced &&
         bucket.setting(objects::policy_setting).empty();
}

policy::Principal owner_of(const objects::Bucket& bucket) {
  policy::Principal root;
  root.kind = policy::Principal::Kind::root;
  root.account = bucket.account;
  return root;
}

}  // namespace

Watch::Watch(const Parts& parts)
    : parts_(parts),
      access_log_({.objects = parts.objects,
                   .authority = parts.authority,
                   .clock = parts.clock,
                   .random = parts.random,
                   .log = parts.log}),
      meter_(parts.metrics, parts.clock),
      replication_({.objects = parts.objects,
                    .metrics = parts.metrics,
                    .logs = parts.logs,
                    .clock = parts.clock}) {
  objects::hear_lifecycles(parts.objects,
                           [this](const objects::LifecycleDeed& deed) { tell_deed(deed); });
}

void Watch::start() {
  for (const std::string_view kind : {logging_setting, metrics_setting}) {
    for (const std::string& name : objects::buckets_with(parts_.objects, kind)) look_at(name);
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Watch::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  settle();
}

void Watch::settle() { work(true); }

void Watch::work(bool all) {
  const auto attempt = [&](const char* what, const auto& step) {
    try {
      step();
    } catch (const std::exception& error) {
      parts_.log.write(base::Level::error, std::string(what) + ": " + error.what());
    }
  };
  const std::lock_guard working(working_);
  attempt("S3's request metrics", [&] {
    access_log_.deliver(all);
    meter_.publish(all);
  });
  attempt("S3's replication metrics", [&] { replication_.publish(all); });
}

void Watch::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    work(false);
    std::unique_lock lock(mutex_);
    wakes_.wait_for(lock, stop, look_interval, [] { return false; });
  }
}

void Watch::look_at(std::string_view bucket) {
  const std::unique_lock lock(names_mutex_);
  names_.emplace(bucket);
  is_active_ = true;
}

bool Watch::is_watched(std::string_view bucket) {
  if (!is_active_.load(std::memory_order_relaxed)) return false;
  const std::shared_lock lock(names_mutex_);
  return names_.contains(bucket);
}

void Watch::note(const std::string& request_id, RequestNote note) {
  const std::lock_guard lock(mutex_);
  if (notes_.size() >= notes_kept) notes_.clear();
  RequestNote& known = notes_[request_id];
  if (!note.bucket.empty()) known.bucket = std::move(note.bucket);
  if (!note.access_point.empty()) known.access_point = std::move(note.access_point);
  if (note.object_size) known.object_size = note.object_size;
  if (note.scanned) known.scanned = note.scanned;
  if (note.returned) known.returned = note.returned;
  std::ranges::move(note.parts, std::back_inserter(known.parts));
}

RequestNote Watch::take_note(const std::string& request_id) {
  const std::lock_guard lock(mutex_);
  auto found = notes_.extract(request_id);
  return found.empty() ? RequestNote() : std::move(found.mapped());
}

bool Watch::lets_logs_in(const objects::Bucket& source, const LogTarget& target,
                         const objects::Bucket& target_bucket) {
  const base::Timestamp now = parts_.clock.service();
  const std::string key = log_key(target, source, now, now, "0000000000000000");
  policy::Question question = log_delivery_question(source, target, key);
  if (!parts_.authority.decide(question).allowed()) return false;
  if (!target_bucket.setting(objects::policy_setting).empty()) return true;
  // By its list of grants alone, of which S3 asks for two.
  question.action = "s3:GetBucketAcl";
  question.resource = objects::bucket_arn(target.bucket);
  return parts_.authority.decide(question).allowed();
}

std::vector<MetricsFilter> Watch::filters_of(const objects::Bucket& bucket) {
  const identity::Permit permit = parts_.authority.permit_unchecked(owner_of(bucket));
  std::vector<MetricsFilter> filters;
  for (const auto& [id, document] : parts_.objects.settings(
           permit, {.bucket = bucket.name, .kind = std::string(metrics_setting), .id = {}},
           configurations_limit)) {
    filters.push_back(parse_metrics_filter(document));
  }
  return filters;
}

std::shared_ptr<const Watch::Watched> Watch::watched(const std::string& name) {
  const auto bucket = parts_.objects.bucket(name);
  if (!bucket) return nullptr;
  {
    const std::lock_guard lock(mutex_);
    const auto known = watched_.find(name);
    if (known != watched_.end() && known->second->bucket.settings == bucket->settings) {
      return known->second;
    }
  }
  auto fresh = std::make_shared<Watched>();
  fresh->bucket = *bucket;
  const std::string_view logging = bucket->setting(logging_setting);
  if (!logging.empty()) fresh->log = std::make_shared<const LogTarget>(parse_log_target(logging));
  fresh->owner.emplace(bucket->account);
  fresh->metrics = filters_of(*bucket);
  const std::lock_guard lock(mutex_);
  watched_.insert_or_assign(name, fresh);
  return fresh;
}

bool Watch::wants(const http::Request& request, std::string_view request_id) {
  if (!is_active_.load(std::memory_order_relaxed)) return false;
  if (is_watched(bucket_in(request))) return true;
  const std::lock_guard lock(mutex_);
  return notes_.contains(request_id);
}

void Watch::record(const Watched& of, const RequestFacts& facts) {
  if (!of.log) return;
  access_log_.add(of.bucket, of.log, facts.received, access_record(*of.owner, facts));
}

std::optional<std::string> Watch::tag_of(const RequestFacts& facts, const std::string& name) {
  policy::Question question{.principal = {},
                            .action = "s3:GetObject",
                            .resource = objects::object_arn(facts.bucket, facts.key),
                            .conditions = {}};
  if (!facts.version.empty()) question.conditions["s3:VersionId"] = {facts.version};
  auto values = parts_.objects.guards().values(question, "s3:ExistingObjectTag/" + name);
  if (!values || values->empty()) return std::nullopt;
  return std::string(values->front());
}

void Watch::count(const Watched& of, const RequestFacts& facts, const RequestNote& note) {
  const auto tag = [&](const std::string& name) { return tag_of(facts, name); };
  for (const MetricsFilter& filter : of.metrics) {
    if (!passes(filter, facts, tag)) continue;
    meter_.count({.account = of.bucket.account, .region = of.bucket.region}, filter.id, facts,
                 note);
  }
}

void Watch::tell_facts(RequestFacts facts, const RequestNote& note) {
  if (note.object_size) facts.object_size = note.object_size;
  if (!note.bucket.empty()) facts.bucket = note.bucket;
  facts.access_point = note.access_point;
  if (const auto of = watched(facts.bucket)) {
    facts.needs_acl = needed_acl(of->bucket, facts);
    record(*of, facts);
    count(*of, facts, note);
  }
  for (const RequestNote::Part& part : note.parts) {
    if (const auto of = watched(part.bucket)) record(*of, facts_of(facts, part));
  }
}

void Watch::tell(const aws::Outcome& outcome) {
  try {
    tell_facts(facts_of(outcome), take_note(outcome.request_id));
  } catch (const std::exception& error) {
    parts_.log.write(base::Level::error,
                     "request " + outcome.request_id + " leaves no record: " + error.what());
  }
}

void Watch::tell_deed(const objects::LifecycleDeed& deed) {
  if (!is_watched(deed.bucket)) return;
  const auto of = watched(deed.bucket);
  if (!of) return;
  RequestFacts facts;
  facts.bucket = deed.bucket;
  facts.key = deed.key;
  facts.operation = operation_of(deed);
  facts.received = parts_.clock.service();
  facts.requester = "AmazonS3";
  facts.request_id =
      base::random_text(parts_.random, request_id_digits, "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
  facts.object_size = deed.size;
  facts.version = deed.version;
  facts.key_encoded_once = true;
  record(*of, facts);
}

bool is_watched(const Service& service, std::string_view bucket) {
  return service.watch != nullptr && service.watch->is_watched(bucket);
}

void note_request(const Service& service, const aws::Call& call, RequestNote note) {
  if (service.watch != nullptr) service.watch->note(call.request_id, std::move(note));
}

void note_size(const Service& service, const aws::Call& call, std::string_view bucket,
               std::uint64_t object_size) {
  if (!is_watched(service, bucket)) return;
  RequestNote note;
  note.object_size = object_size;
  note_request(service, call, std::move(note));
}

}  // namespace millrace::service::s3
