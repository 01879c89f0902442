// Multipart uploads as a whole: CreateMultipartUpload, CompleteMultipartUpload,
// AbortMultipartUpload, ListMultipartUploads.
#include "base/text.hpp"
#include "service/s3/access.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/conditions.hpp"
#include "service/s3/encryption.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/lifecycle.hpp"
#include "service/s3/listing.hpp"
#include "service/s3/object_headers.hpp"
#include "service/s3/target.hpp"
#include "service/s3/versions.hpp"
#include "service/s3/watch.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

struct CreateUpload {
  ObjectTarget target;
  ObjectHeaders headers;
  std::string checksum_algorithm;
  std::string checksum_type;
};

CreateUpload read_create(const View& in) {
  return {.target = read_object_target(in),
          .headers = read_object_headers(in),
          .checksum_algorithm = in.take("ChecksumAlgorithm").text_or(""),
          .checksum_type = in.take("ChecksumType").text_or("")};
}

// The type that the algorithm has unless another one is asked for, and which of them it can have.
std::string checksum_type_of(const CreateUpload& ask) {
  const auto* kind = objects::find_checksum_kind(ask.checksum_algorithm);
  if (kind == nullptr) {
    if (ask.checksum_type.empty()) return {};
    throw invalid_request(
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm "
        "header.");
  }
  if (ask.checksum_type.empty()) {
    return std::string(kind->composite ? objects::composite_type : objects::full_object_type);
  }
  const bool possible =
      ask.checksum_type == objects::composite_type ? kind->composite : kind->full_object;
  if (possible) return ask.checksum_type;
  throw invalid_request("The " + ask.checksum_type + " checksum type cannot be used with the " +
                        base::lower(kind->name) + " checksum algorithm.");
}

Value create_upload(Service& service, Call& call, const CreateUpload& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  objects::Upload wanted;
  wanted.bucket = ask.target.in.bucket;
  wanted.key = ask.target.key;
  wanted.options = checked_options(service, call, bucket, ask.target.key, ask.headers);
  const objects::Protection protection =
      protection_of(service, call, bucket, ask.target.key, ask.headers.encryption);
  wanted.options.traits.encryption = objects::to_attributes(protection.encryption);
  wanted.options.traits.lock = lock_of_new(call, bucket, ask.target.name(), ask.headers.lock);
  wanted.checksum_algorithm = ask.checksum_algorithm;
  wanted.checksum_type = checksum_type_of(ask);
  const objects::Upload upload =
      translated([&] { return service.objects.begin_upload(call.permit(), wanted); });
  Map answer{{"Bucket", upload.bucket}, {"Key", upload.key}, {"UploadId", upload.id}};
  show_abort(service, bucket, upload, answer);
  show_new_encryption(protection.encryption, protection.customer_key, answer);
  if (!upload.checksum_algorithm.empty()) {
    answer.set("ChecksumAlgorithm", upload.checksum_algorithm);
    answer.set("ChecksumType", upload.checksum_type);
  }
  return answer;
}

struct CompleteUpload {
  ObjectTarget target;
  std::string id;
  std::vector<objects::AskedPart> parts;
  objects::Attributes checksums;
  std::string checksum_type;
  std::optional<std::int64_t> size;
  WriteConditions conditions;
  CustomerKeyHeaders customer;
};

CompleteUpload read_complete(const View& in) {
  CompleteUpload ask{.target = read_object_target(in),
                     .id = in.take("UploadId").text(),
                     .parts = {},
                     .checksums = read_checksum_values(in),
                     .checksum_type = in.take("ChecksumType").text_or(""),
                     .size = in.take("MpuObjectSize").optional_integer(),
                     .conditions = read_write_conditions(in),
                     .customer = read_customer_key(in)};
  for (const View& part : in.take("MultipartUpload").view().take("Parts").views()) {
    const std::int64_t number = part.take("PartNumber").integer_or(0);
    ask.parts.push_back({.number = static_cast<int>(
                             std::clamp<std::int64_t>(number, 0, objects::last_part_number + 1)),
                         .etag = unquoted(part.take("ETag").text_or("")),
                         .checksums = read_checksum_values(part)});
  }
  return ask;
}

void check_parts(const CompleteUpload& ask) {
  const bool named = std::ranges::all_of(
      ask.parts, [](const auto& part) { return part.number > 0 && !part.etag.empty(); });
  if (ask.parts.empty() || !named) {
    throw malformed_document();
  }
  const auto disorder = std::ranges::adjacent_find(ask.parts, std::ranges::greater_equal{},
                                                   [](const auto& part) { return part.number; });
  if (disorder == ask.parts.end()) return;
  throw aws::Error("InvalidPartOrder",
                   "The list of parts was not in ascending order. Parts must be ordered by part "
                   "number.")
      .with("UploadId", ask.id);
}

// A composite checksum is made of the parts' own, so each must be vouched for.
void check_part_checksums(const objects::Upload& upload, const CompleteUpload& ask) {
  if (upload.checksum_type != objects::composite_type) return;
  for (const auto& part : ask.parts) {
    if (!part.checksums.empty()) continue;
    const std::string number = std::to_string(part.number);
    throw invalid_request("The upload was created using a " +
                          base::lower(upload.checksum_algorithm) +
                          " checksum. The complete request must include the checksum for each "
                          "part. It was missing for part " +
                          number + " in the request.");
  }
}

void check_checksum_type(const objects::Upload& upload, const CompleteUpload& ask) {
  if (ask.checksum_type.empty()) return;
  const std::string type =
      upload.checksum_type.empty() ? std::string(objects::full_object_type) : upload.checksum_type;
  if (ask.checksum_type == type) return;
  throw invalid_request("The upload was created using the " + type +
                        " checksum mode. The complete request must use the same checksum mode.");
}

// The whole's checksum and size, where the request gives them.
void check_whole(const CompleteUpload& ask, const objects::Assembly& whole) {
  for (const auto& [member, value] : ask.checksums) {
    const auto* kind = kind_of_member(member);
    const std::string* computed = objects::find_attribute(whole.checksums, member);
    if (computed == nullptr || *computed != value) throw checksum_differs(*kind);
  }
  if (ask.size && static_cast<std::uint64_t>(*ask.size) != whole.size) {
    throw invalid_request("The provided 'x-amz-mp-object-size' header value " +
                          std::to_string(*ask.size) +
                          " does not match what was computed: " + std::to_string(whole.size));
  }
}

objects::ObjectInfo complete(Service& service, const Call& call, const CompleteUpload& ask) {
  const objects::Upload upload =
      service.objects.upload(call.permit(), ask.target.in.bucket, ask.target.key, ask.id);
  check_customer_key(upload, ask.customer);
  check_parts(ask);
  check_part_checksums(upload, ask);
  check_checksum_type(upload, ask);
  return service.objects.complete_upload(
      call.permit(), upload, ask.parts, to_precondition(ask.conditions),
      [&](const objects::Assembly& whole) { check_whole(ask, whole); });
}

// A client that lost the answer and asks again gets it.
objects::ObjectInfo complete_once(Service& service, const Call& call, const CompleteUpload& ask) {
  try {
    return complete(service, call, ask);
  } catch (const objects::NoSuchUpload&) {
    const auto former =
        service.objects.completed_upload(call.permit(), ask.target.name(), ask.id, ask.parts);
    if (former) return *former;
    throw;
  }
}

Value complete_upload(Service& service, Call& call, const CompleteUpload& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  const objects::ObjectInfo info = translated([&] { return complete_once(service, call, ask); });
  note_size(service, call, bucket.name, info.size);
  Map answer{{"Location", call.base_url + call.request.path},
             {"Bucket", info.bucket},
             {"Key", info.key},
             {"ETag", quoted(info.etag)}};
  show_checksums(info.checksums, info.checksum_type, answer);
  show_encryption(objects::to_encryption(info.traits.encryption), "", answer);
  show_version(bucket, info.version, answer);
  show_expiration(service, bucket, info, answer);
  return answer;
}

struct AbortUpload {
  ObjectTarget target;
  std::string id;
  std::optional<base::Timestamp> initiated;
};

AbortUpload read_abort(const View& in) {
  return {.target = read_object_target(in),
          .id = in.take("UploadId").text(),
          .initiated = in.take("IfMatchInitiatedTime").optional_time()};
}

Value abort_upload(Service& service, Call& call, const AbortUpload& ask) {
  reach(service, call, ask.target);
  translated([&] {
    const objects::Upload upload =
        service.objects.upload(call.permit(), ask.target.in.bucket, ask.target.key, ask.id);
    if (ask.initiated && *ask.initiated != upload.initiated) {
      throw precondition_failed("x-amz-if-match-initiated-time");
    }
    service.objects.abort_upload(call.permit(), upload);
  });
  return Map{};
}

struct ListUploads {
  Target target;
  std::string prefix;
  std::string delimiter;
  std::string key_marker;
  std::string upload_marker;
  std::int64_t limit = page_limit;
  bool encoded = false;
};

ListUploads read_list(const View& in) {
  return {.target = read_target(in),
          .prefix = in.take("Prefix").text_or(""),
          .delimiter = in.take("Delimiter").text_or(""),
          .key_marker = in.take("KeyMarker").text_or(""),
          .upload_marker = in.take("UploadIdMarker").text_or(""),
          .limit = in.take("MaxUploads").integer_or(page_limit),
          .encoded = in.take("EncodingType").present()};
}

Value upload_value(const objects::Bucket& bucket, const ListUploads& ask,
                   const objects::Upload& upload) {
  const Map owner{{"ID", owner_id(bucket, upload.options.traits)}};
  Map value{{"UploadId", upload.id},
            {"Key", listed_name(upload.key, ask.encoded)},
            {"Initiated", upload.initiated},
            {"StorageClass", upload.options.traits.storage_class},
            {"Owner", owner},
            {"Initiator", Map{{"ID", upload.initiator}}}};
  if (!upload.checksum_algorithm.empty()) {
    value.set("ChecksumAlgorithm", upload.checksum_algorithm);
    value.set("ChecksumType", upload.checksum_type);
  }
  return value;
}

Map uploads_answer(const objects::Bucket& bucket, const ListUploads& ask,
                   const objects::UploadListing& found) {
  Map answer{{"Bucket", ask.target.bucket},
             {"KeyMarker", listed_name(ask.key_marker, ask.encoded)},
             {"UploadIdMarker", ask.upload_marker},
             {"Prefix", listed_name(ask.prefix, ask.encoded)},
             {"MaxUploads", std::min(ask.limit, page_limit)},
             {"IsTruncated", found.truncated}};
  if (!ask.delimiter.empty()) answer.set("Delimiter", listed_name(ask.delimiter, ask.encoded));
  if (ask.encoded) answer.set("EncodingType", "url");
  List uploads;
  for (const auto& upload : found.uploads) uploads.push_back(upload_value(bucket, ask, upload));
  if (!uploads.empty()) answer.set("Uploads", std::move(uploads));
  if (!found.common_prefixes.empty()) {
    answer.set("CommonPrefixes", common_prefixes_value(found.common_prefixes, ask.encoded));
  }
  if (found.truncated) {
    answer.set("NextKeyMarker", listed_name(found.last_key, ask.encoded));
    answer.set("NextUploadIdMarker", found.last_upload);
  }
  return answer;
}

Value list_uploads(Service& service, Call& call, const ListUploads& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  check_page_size(ask.limit, "max-uploads");
  const auto found = translated([&] {
    return service.objects.list_uploads(call.permit(), {.bucket = ask.target.bucket,
                                                        .prefix = ask.prefix,
                                                        .delimiter = ask.delimiter,
                                                        .key_after = ask.key_marker,
                                                        .upload_after = ask.upload_marker,
                                                        .limit = std::min(ask.limit, page_limit)});
  });
  return uploads_answer(bucket, ask, found);
}

constexpr aws::Operation table[] = {
    aws::operation<read_create, create_upload>("CreateMultipartUpload",
                                               {.access = to_write_object}),
    aws::operation<read_complete, complete_upload>("CompleteMultipartUpload",
                                                   {.access = to_write_upload}),
    aws::operation<read_abort, abort_upload>("AbortMultipartUpload",
                                             {.access = on_object<"AbortMultipartUpload">}),
    aws::operation<read_list, list_uploads>("ListMultipartUploads",
                                            {.access = on_bucket<"ListBucketMultipartUploads">}),
};

}  // namespace

const std::span<const aws::Operation> upload_operations = table;

}  // namespace millrace::service::s3
