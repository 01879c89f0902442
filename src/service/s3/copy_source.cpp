#include "service/s3/copy_source.hpp"

#include "base/encoding.hpp"
#include "objects/points.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/target.hpp"
#include "service/s3/versions.hpp"
#include "service/s3/watch.hpp"

namespace millrace::service::s3 {

namespace {

constexpr std::string_view version_mark = "?versionId=";

aws::Error malformed(const std::string& header) {
  return invalid_argument(
      "x-amz-copy-source", header,
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
}

void check_conditions(const CopySource& source, const objects::ObjectDetail& object) {
  const Judgement judgement = judge(source.conditions, object.info);
  if (judgement.verdict == Verdict::holds) return;
  throw precondition_failed("x-amz-copy-source-" + std::string(judgement.condition));
}

}  // namespace

CopySource read_copy_source(const aws::View& in) {
  return {.header = in.take("CopySource").text(),
          .expected_owner = in.take("ExpectedSourceBucketOwner").optional_text(),
          .conditions = read_conditions(in, "CopySource"),
          .customer = read_customer_key(in, "CopySource")};
}

SourceName parse_copy_source(const std::string& header) {
  std::string_view text = header;
  std::optional<std::string> version;
  if (const auto mark = text.rfind(version_mark); mark != std::string_view::npos) {
    version = engine_version(text.substr(mark + version_mark.size()));
    text = text.substr(0, mark);
  }
  const auto decoded = base::percent_decode(text);
  if (!decoded) throw malformed(header);
  std::string_view path = *decoded;
  if (path.starts_with("/")) path.remove_prefix(1);
  if (path.starts_with("arn:")) {
    const auto point = objects::parse_point_arn(path);
    if (!point || !point->key || point->key->empty()) throw malformed(header);
    return {.bucket = point->point.arn(), .key = *point->key, .version = std::move(version)};
  }
  const auto slash = path.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == path.size()) {
    throw malformed(header);
  }
  return {.bucket = std::string(path.substr(0, slash)),
          .key = std::string(path.substr(slash + 1)),
          .version = std::move(version)};
}

void show_source_version(const Service& service, const SourceName& name,
                         const objects::ObjectInfo& source, aws::Map& answer) {
  const auto bucket = service.objects.bucket(name.bucket);
  if (bucket && has_versions(*bucket)) {
    answer.set("CopySourceVersionId", wire_version(source.version));
  }
}

namespace {

objects::OpenRange open_source(
    const Service& service, aws::Call& call, const CopySource& source, const SourceName& name,
    const std::function<objects::ByteRange(const objects::ObjectDetail&)>& choose) {
  const ObjectTarget target{
      .in = Target{.bucket = name.bucket, .expected_owner = source.expected_owner},
      .key = name.key,
      .version = name.version};
  static_cast<void>(locate_in_any_region(service, target.in));
  const identity::Permit permit =
      call.require(name.version ? "s3:GetObjectVersion" : "s3:GetObject",
                   objects::object_arn(name.bucket, name.key), name.way);
  return reading(call, target, [&] {
    return service.objects.open_range(
        permit, target.name(), std::nullopt,
        [&](const objects::ObjectDetail& object) -> std::optional<objects::ByteRange> {
          check_conditions(source, object);
          return choose(object);
        },
        checked_customer_key(source.customer));
  });
}

}  // namespace

// The source's side of a copy is a record of its own in the access log of its bucket.
objects::OpenRange open_copy_source(
    const Service& service, aws::Call& call, const CopySource& source, const SourceName& name,
    const std::function<objects::ByteRange(const objects::ObjectDetail&)>& choose) {
  if (!is_watched(service, name.bucket)) return open_source(service, call, source, name, choose);
  RequestNote::Part part{
      .operation = "REST.COPY." +
                   std::string(call.operation == "UploadPartCopy" ? "PART_GET" : "OBJECT_GET"),
      .bucket = name.bucket,
      .key = name.key,
      .version = name.version ? wire_version(*name.version) : std::string(),
      .status = 200};
  const auto leave_note = [&] {
    RequestNote note;
    note.parts.push_back(std::move(part));
    note_request(service, call, std::move(note));
  };
  try {
    objects::OpenRange open = open_source(service, call, source, name, choose);
    for (const objects::OpenPiece& piece : open.pieces) part.sent += piece.range.length;
    part.object_size = open.object.info.size;
    leave_note();
    return open;
  } catch (const aws::Error& refusal) {
    part.status = status_of(refusal);
    part.error = refusal.code();
    leave_note();
    throw;
  }
}

}  // namespace millrace::service::s3
