// CreateJob: what a job is asked to do is checked and kept; the rest is the batch jobs' own.
#include "base/hash.hpp"
#include "base/json.hpp"
#include "service/s3control/job_operation.hpp"
#include "service/s3control/job_request.hpp"

namespace millrace::service::s3control {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::string_view key_arn_start = "arn:aws:s3:::";

constexpr Kept report_members[] = {{"Bucket"}, {"Format"},      {"Enabled"},
                                   {"Prefix"}, {"ReportScope"}, {"ExpectedBucketOwner"}};
constexpr Kept spec_members[] = {{"Format"}, {"Fields"}};
constexpr Kept location_members[] = {{"ObjectArn"}, {"ObjectVersionId"}, {"ETag"}};
constexpr Kept manifest_members[] = {{"Spec", spec_members}, {"Location", location_members}};
constexpr Kept name_members[] = {{"MatchAnyPrefix"}, {"MatchAnySuffix"}, {"MatchAnySubstring"}};
constexpr Kept filter_members[] = {
    {"EligibleForReplication"},
    {"ObjectReplicationStatuses"},
    {"CreatedAfter"},
    {"CreatedBefore"},
    {"KeyNameConstraint", name_members},
    {"ObjectSizeGreaterThanBytes"},
    {"ObjectSizeLessThanBytes"},
    {"MatchAnyStorageClass"},
    {"MatchAnyObjectEncryption"},
};
constexpr Kept s3_generator_members[] = {
    {"SourceBucket"}, {"ExpectedBucketOwner"}, {"Filter", filter_members}};
constexpr Kept generator_members[] = {{"S3JobManifestGenerator", s3_generator_members}};
constexpr Kept job_members[] = {{"Description"},
                                {"Report", report_members},
                                {"Manifest", manifest_members},
                                {"ManifestGenerator", generator_members},
                                {"RoleArn"}};

aws::Error invalid(std::string message) { return {"InvalidRequest", std::move(message)}; }

struct CreateJob {
  Job job;
  store::Tags tags;
};

// That no list is to be kept is what is shown; true is refused, as it is not taken.
void say_nothing_is_kept(Map& shown) {
  Value* generator = shown.find("ManifestGenerator");
  if (generator == nullptr) return;
  Value* one = generator->map().find("S3JobManifestGenerator");
  if (one != nullptr) one->map().set("EnableManifestOutput", false);
}

CreateJob read_create(const View& in) {
  read_account(in);
  CreateJob ask;
  Job& job = ask.job;
  job.shown.set("Operation", read_operation(in.take("Operation").view()));
  keep_members(in, job_members, job.shown);
  say_nothing_is_kept(job.shown);
  job.priority = in.take("Priority").integer();
  job.needs_confirmation = in.take("ConfirmationRequired").flag_or(true);
  job.shown.set("ConfirmationRequired", job.needs_confirmation);
  job.token = in.take("ClientRequestToken").text();
  ask.tags = read_job_tags(in);
  return ask;
}

void check_report(const Value& report) {
  if (!report.find("Enabled")->flag()) return;
  for (const std::string_view name : {"Bucket", "Format", "ReportScope"}) {
    if (report.find(name) == nullptr) {
      throw invalid("A report that is enabled must have " + std::string(name));
    }
  }
  if (bucket_in_arn(report.find("Bucket")->text()).empty()) {
    throw invalid("The report's bucket is not the ARN of a bucket");
  }
}

void check_manifest(const Value& manifest) {
  const Value& spec = *manifest.find("Spec");
  const bool is_list = spec.find("Format")->text() == "S3BatchOperations_CSV_20180820";
  const Value* fields = spec.find("Fields");
  if (is_list != (fields != nullptr && !fields->list().empty())) {
    throw invalid(is_list ? "A manifest in CSV must say its fields"
                          : "The fields of an inventory are in its manifest");
  }
  if (is_list) {
    bool has_bucket = false;
    bool has_key = false;
    for (const Value& field : fields->list()) {
      has_bucket = has_bucket || field.text() == "Bucket";
      has_key = has_key || field.text() == "Key";
    }
    if (!has_bucket || !has_key) throw invalid("The manifest's fields must have Bucket and Key");
  }
  const std::string& arn = manifest.find("Location")->find("ObjectArn")->text();
  const bool is_key =
      arn.starts_with(key_arn_start) &&
      objects::parse_s3_uri("s3://" + arn.substr(key_arn_start.size())).has_value() &&
      arn.find('/') != std::string::npos;
  if (!is_key) throw invalid("The manifest's location is not the ARN of an object");
}

void check_generator(const Value& generator) {
  const Value* one = generator.find("S3JobManifestGenerator");
  if (one == nullptr) throw invalid("A manifest generator must be given");
  if (bucket_in_arn(one->find("SourceBucket")->text()).empty()) {
    throw invalid("The source bucket is not the ARN of a bucket");
  }
  const Value* filter = one->find("Filter");
  const Value* kinds = filter != nullptr ? filter->find("MatchAnyObjectEncryption") : nullptr;
  if (kinds == nullptr) return;
  for (const Value& kind : kinds->list()) {
    if (kind.map().size() != 1) throw invalid("A filter by encryption must have one kind");
    if (kind.find("DSSEKMS") != nullptr) {
      throw aws::Error("NotImplemented", "CreateJob: Millrace does not implement DSSE-KMS.", 501);
    }
  }
}

void check_job(const Job& job) {
  check_operation(job.find("Operation")->map());
  check_report(*job.find("Report"));
  const Value* manifest = job.find("Manifest");
  const Value* generator = job.find("ManifestGenerator");
  if ((manifest != nullptr) == (generator != nullptr)) {
    throw invalid("A job must have either a manifest or a manifest generator");
  }
  if (manifest != nullptr) check_manifest(*manifest);
  if (generator != nullptr) check_generator(*generator);
}

void authorise(const Call& call, const CreateJob& ask) {
  policy::Conditions conditions = tag_conditions(ask.tags);
  conditions["s3:RequestJobPriority"] = {std::to_string(ask.job.priority)};
  const Map& operation = ask.job.find("Operation")->map();
  if (!operation.empty()) {
    conditions["s3:RequestJobOperation"] = {operation.begin()->first};
  }
  static_cast<void>(call.require("s3:CreateJob", "*", conditions));
  if (!ask.tags.empty()) {
    static_cast<void>(
        call.require("s3:PutJobTagging", own_arn(call, "job/*"), tag_conditions(ask.tags)));
  }
  static_cast<void>(call.require("iam:PassRole", ask.job.text("RoleArn"),
                                 {{"iam:PassedToService", {std::string(batch_principal)}}}));
}

std::string digest_of(const CreateJob& ask) {
  return base::sha256_hex(base::write_json(Map{
      {"Shown", ask.job.shown}, {"Priority", ask.job.priority}, {"Tags", tags_value(ask.tags)}}));
}

Value create_job(Service& service, const Call& call, const CreateJob& ask) {
  authorise(call, ask);
  check_job(ask.job);
  check_job_tags(ask.tags);
  Job job = ask.job;
  job.key = job_key(call, "");
  job.digest = digest_of(ask);
  try {
    return Map{{"JobId", service.batch.create(std::move(job), ask.tags)}};
  } catch (const TokenTaken&) {
    throw aws::Error("IdempotencyException",
                     "The client request token was used for a job with other parameters.");
  }
}

constexpr aws::Operation table[] = {
    aws::operation<read_create, create_job>("CreateJob", {.access = asked_later}),
};

}  // namespace

const std::span<const aws::Operation> job_create_operations = table;

}  // namespace millrace::service::s3control
