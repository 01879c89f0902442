// CopyObject: the bytes are read and digested anew, so that the copy has the ETag of an object put
// whole.
#include "service/s3/access.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/copy_source.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/lifecycle.hpp"
#include "service/s3/object_headers.hpp"
#include "service/s3/points.hpp"
#include "service/s3/target.hpp"
#include "service/s3/versions.hpp"
#include "service/s3/watch.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;
using objects::ObjectDetail;

struct CopyObject {
  ObjectTarget target;
  CopySource source;
  ObjectHeaders headers;
  WriteConditions conditions;
  bool replaces_metadata = false;
  bool replaces_tags = false;
  bool says_class_or_redirect = false;
  std::string checksum_algorithm;
};

CopyObject read_copy(const View& in) {
  return {.target = read_object_target(in),
          .source = read_copy_source(in),
          .headers = read_object_headers(in),
          .conditions = read_write_conditions(in),
          .replaces_metadata = in.take("MetadataDirective").text_or("COPY") == "REPLACE",
          .replaces_tags = in.take("TaggingDirective").text_or("COPY") == "REPLACE",
          .says_class_or_redirect =
              in.take("StorageClass").present() || in.take("WebsiteRedirectLocation").present(),
          .checksum_algorithm = in.take("ChecksumAlgorithm").text_or("")};
}

objects::ByteRange whole(const ObjectDetail& object) {
  if (object.info.size > objects::put_limit) {
    throw invalid_request(
        "The specified copy source is larger than the maximum allowable size for a copy source: " +
        std::to_string(objects::put_limit));
  }
  return {.offset = 0, .length = object.info.size};
}

// A bucket's default encryption counts as a change, though the object has it already.
void refuse_idle_copy(const CopyObject& ask, const objects::Bucket& bucket,
                      const SourceName& source) {
  const bool itself = source.bucket == ask.target.in.bucket && source.key == ask.target.key;
  const bool changes = ask.replaces_metadata || ask.says_class_or_redirect ||
                       ask.headers.encryption.present() || !bucket.setting("encryption").empty();
  if (!itself || source.version || changes) return;
  throw invalid_request(
      "This copy request is illegal because it is trying to copy an object to itself without "
      "changing the object's metadata, storage class, website redirect location or encryption "
      "attributes.");
}

// Reading and setting tags have permissions of their own, asked where there are tags to copy.
void require_tagging(const Call& call, const CopyObject& ask, const SourceName& source) {
  static_cast<void>(call.require("s3:GetObjectTagging",
                                 objects::object_arn(source.bucket, source.key), source.way));
  static_cast<void>(call.require("s3:PutObjectTagging",
                                 objects::object_arn(ask.target.in.bucket, ask.target.key)));
}

// The source's, but where the copy leads a visitor is its own.
objects::Attributes system_of_copy(const objects::Attributes& asked, objects::Attributes source) {
  static constexpr std::string_view redirect = "WebsiteRedirectLocation";
  std::erase_if(source, [](const auto& one) { return one.first == redirect; });
  if (const std::string* location = objects::find_attribute(asked, redirect)) {
    source.emplace_back(redirect, *location);
  }
  return source;
}

objects::PutOptions options_of_copy(const Service& service, const Call& call, const CopyObject& ask,
                                    const objects::Bucket& bucket, const SourceName& source,
                                    const ObjectDetail& object) {
  objects::PutOptions options = checked_options(service, call, bucket, ask.target.key, ask.headers);
  options.traits.lock = lock_of_new(call, bucket, ask.target.name(), ask.headers.lock);
  if (!ask.replaces_metadata) {
    options.content_type = object.info.content_type;
    options.system = system_of_copy(options.system, object.info.system);
    options.user = object.info.user;
  }
  if (!ask.replaces_tags) {
    options.tags = object.info.tags;
    if (!options.tags.empty()) require_tagging(call, ask, source);
  }
  return options;
}

// The algorithm asked for, else the source's.
const objects::ChecksumKind* kind_of_copy(const CopyObject& ask, const ObjectDetail& object) {
  if (const auto* asked = objects::find_checksum_kind(ask.checksum_algorithm)) return asked;
  if (object.info.checksums.empty()) return &objects::default_checksum_kind();
  return kind_of_member(object.info.checksums.front().first);
}

Value copy_object(Service& service, Call& call, const CopyObject& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  const objects::Precondition precondition = to_precondition(ask.conditions);
  const SourceName source = resolve_source(service, call, parse_copy_source(ask.source.header));
  refuse_idle_copy(ask, bucket, source);
  const objects::Protection protection =
      protection_of(service, call, bucket, ask.target.key, ask.headers.encryption);
  Map answer;
  const objects::ObjectInfo info = translated([&] {
    objects::OpenRange open = open_copy_source(service, call, ask.source, source, whole);
    show_source_version(service, source, open.object.info, answer);
    const objects::PutOptions options =
        options_of_copy(service, call, ask, bucket, source, open.object);
    const auto reader = objects::read_pieces(std::move(open.pieces));
    objects::Draft draft = service.objects.receive(*reader, {kind_of_copy(ask, open.object)},
                                                   objects::put_limit, protection);
    return service.objects.put(call.permit(), ask.target.in.bucket, ask.target.key,
                               std::move(draft), options, precondition);
  });
  note_size(service, call, bucket.name, info.size);
  Map result{{"ETag", quoted(info.etag)}, {"LastModified", info.modified}};
  show_checksums(info.checksums, info.checksum_type, result);
  answer.set("CopyObjectResult", std::move(result));
  show_new_encryption(protection.encryption, protection.customer_key, answer);
  show_version(bucket, info.version, answer);
  show_expiration(service, bucket, info, answer);
  return answer;
}

constexpr aws::DocumentedDefault copy_defaults[] = {
    {"AnnotationDirective", std::string_view("COPY")}};

constexpr aws::Operation table[] = {
    aws::operation<read_copy, copy_object>("CopyObject",
                                           {.access = to_write_object, .defaults = copy_defaults}),
};

}  // namespace

const std::span<const aws::Operation> copy_operations = table;

}  // namespace millrace::service::s3
