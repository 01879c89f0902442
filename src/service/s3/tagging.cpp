// Tags of buckets and of objects: put, got, deleted; whether a bucket's take part in decisions.
#include "objects/openness.hpp"
#include "service/s3/access.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/tags.hpp"
#include "service/s3/target.hpp"
#include "service/s3/versions.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

objects::Attributes read_tag_set(const View& in, std::size_t limit) {
  note_digests(in);
  return read_tags(in.take("Tagging").view().take("TagSet"), limit);
}

struct PutObjectTags {
  ObjectTarget target;
  objects::Attributes tags;
};

PutObjectTags read_put_object(const View& in) {
  return {.target = read_version_target(in), .tags = read_tag_set(in, object_tags_limit)};
}

Value set_object_tags(Service& service, Call& call, const ObjectTarget& target,
                      const objects::Attributes& tags) {
  const objects::Bucket bucket = reach(service, call, target);
  const objects::ObjectInfo changed = reading(call, target, [&] {
    return service.objects.change(call.permit(), target.name(),
                                  [&](objects::ObjectInfo& info) { info.tags = tags; });
  });
  Map answer;
  show_version(bucket, changed.version, answer);
  return answer;
}

Value put_object_tags(Service& service, Call& call, const PutObjectTags& ask) {
  return set_object_tags(service, call, ask.target, ask.tags);
}

Value delete_object_tags(Service& service, Call& call, const ObjectTarget& ask) {
  return set_object_tags(service, call, ask, {});
}

Value get_object_tags(Service& service, Call& call, const ObjectTarget& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  const auto object = reading(
      call, ask, [&] { return service.objects.look(call.permit(), ask.name(), std::nullopt); });
  if (!object) throw missing_key(call, ask.in.bucket, ask.key);
  Map answer{{"TagSet", tags_value(object->info.tags)}};
  show_version(bucket, object->info.version, answer);
  return answer;
}

struct PutBucketTags {
  Target target;
  objects::Attributes tags;
};

PutBucketTags read_put_bucket(const View& in) {
  return {.target = read_target(in), .tags = read_tag_set(in, bucket_tags_limit)};
}

void set_bucket_tags(Service& service, Call& call, const Target& target,
                     const objects::Attributes& tags) {
  // Tags that take part in decisions are changed by S3 Control alone, whose permissions see them.
  if (!reach(service, call, target).setting(objects::abac_setting).empty()) {
    throw aws::Error("MethodNotAllowed",
                     "The specified method is not allowed against this resource.");
  }
  translated([&] { service.objects.set_bucket_tags(call.permit(), target.bucket, tags); });
}

Value put_bucket_tags(Service& service, Call& call, const PutBucketTags& ask) {
  set_bucket_tags(service, call, ask.target, ask.tags);
  call.answer_status = 204;  // as S3 answers, though its model does not say so
  return Map{};
}

Value delete_bucket_tags(Service& service, Call& call, const Target& ask) {
  set_bucket_tags(service, call, ask, {});
  return Map{};
}

Value get_bucket_tags(Service& service, Call& call, const Target& ask) {
  reach(service, call, ask);
  const auto tags =
      translated([&] { return service.objects.bucket_tags(call.permit(), ask.bucket); });
  if (tags.empty()) {
    throw aws::Error("NoSuchTagSet", "The TagSet does not exist").with("BucketName", ask.bucket);
  }
  return Map{{"TagSet", tags_value(tags)}};
}

constexpr std::string_view abac_enabled = "Enabled";

struct PutAbac {
  Target target;
  std::string status;
};

PutAbac read_put_abac(const View& in) {
  note_digests(in);
  return {.target = read_target(in),
          .status = in.take("AbacStatus").view().take("Status").text_or("")};
}

Value put_abac(Service& service, Call& call, const PutAbac& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  if (ask.status.empty()) throw malformed_document();
  translated([&] {
    service.objects.set_setting(
        call.permit(),
        {.bucket = bucket.name, .kind = std::string(objects::abac_setting), .id = {}},
        ask.status == abac_enabled ? R"({"Status":"Enabled"})" : "");
  });
  return Map{};
}

Value get_abac(Service& service, Call& call, const Target& ask) {
  const bool is_on = !reach(service, call, ask).setting(objects::abac_setting).empty();
  return Map{{"AbacStatus",
              Map{{"Status", std::string(is_on ? abac_enabled : std::string_view("Disabled"))}}}};
}

// The version's own action where a version is named: GetObjectTagging, GetObjectVersionTagging.
template <Action verb>
std::vector<aws::Need> on_tags(const Call&, const Value& input) {
  const bool version = !member_text(input, "VersionId").empty();
  return {need_on_object(
      std::string(verb.text) + (version ? "ObjectVersionTagging" : "ObjectTagging"), input)};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put_object, put_object_tags>("PutObjectTagging",
                                                     {.access = on_tags<"Put">}),
    aws::operation<read_version_target, get_object_tags>("GetObjectTagging",
                                                         {.access = on_tags<"Get">}),
    aws::operation<read_version_target, delete_object_tags>("DeleteObjectTagging",
                                                            {.access = on_tags<"Delete">}),
    aws::operation<read_put_bucket, put_bucket_tags>("PutBucketTagging",
                                                     {.access = on_bucket<"PutBucketTagging">}),
    aws::operation<read_target, get_bucket_tags>("GetBucketTagging",
                                                 {.access = on_bucket<"GetBucketTagging">}),
    aws::operation<read_target, delete_bucket_tags>("DeleteBucketTagging",
                                                    {.access = on_bucket<"PutBucketTagging">}),
    aws::operation<read_put_abac, put_abac>("PutBucketAbac",
                                            {.access = on_bucket<"PutBucketAbac">}),
    aws::operation<read_target, get_abac>("GetBucketAbac", {.access = on_bucket<"GetBucketAbac">}),
};

}  // namespace

const std::span<const aws::Operation> tagging_operations = table;

}  // namespace millrace::service::s3
