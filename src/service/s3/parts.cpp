// Parts of a multipart upload: UploadPart, UploadPartCopy, ListParts.
#include "base/text.hpp"
#include "service/s3/access.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/copy_source.hpp"
#include "service/s3/encryption.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/listing.hpp"
#include "service/s3/object_headers.hpp"
#include "service/s3/points.hpp"
#include "service/s3/range.hpp"
#include "service/s3/target.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

// One part of one upload.
struct PartTarget {
  ObjectTarget object;
  std::string upload;
  std::int64_t number = 0;
};

PartTarget read_part_target(const View& in) {
  return {.object = read_object_target(in),
          .upload = in.take("UploadId").text(),
          .number = in.take("PartNumber").integer()};
}

objects::Upload find_upload(const Service& service, Call& call, const ObjectTarget& object,
                            const std::string& upload) {
  return translated(
      [&] { return service.objects.upload(call.permit(), object.in.bucket, object.key, upload); });
}

objects::Upload reach_upload(const Service& service, Call& call, const ObjectTarget& object,
                             const std::string& upload) {
  reach(service, call, object);
  return find_upload(service, call, object, upload);
}

int checked_number(std::int64_t number) {
  if (number >= 1 && number <= objects::last_part_number) return static_cast<int>(number);
  throw invalid_argument("partNumber", std::to_string(number),
                         "Part number must be an integer between 1 and 10000, inclusive");
}

// The kinds that a part is digested by: the upload's, or where it has none the default and
// whatever the sender gives.
std::vector<const objects::ChecksumKind*> kinds_of_part(const objects::Upload& upload,
                                                        const objects::ChecksumKind* given) {
  const auto* wanted = objects::find_checksum_kind(upload.checksum_algorithm);
  if (wanted == nullptr) {
    std::vector<const objects::ChecksumKind*> kinds = {&objects::default_checksum_kind()};
    if (given != nullptr && given != kinds.front()) kinds.push_back(given);
    return kinds;
  }
  const bool missing = given == nullptr && upload.checksum_type == objects::composite_type;
  if (missing || (given != nullptr && given != wanted)) {
    throw invalid_request(
        "Checksum Type mismatch occurred, expected checksum Type: " + base::lower(wanted->name) +
        ", actual checksum Type: " + (given == nullptr ? "null" : base::lower(given->name)));
  }
  return {wanted};
}

struct UploadPart {
  PartTarget target;
  GivenChecksums given;
  std::optional<std::int64_t> length;
  CustomerKeyHeaders customer;
};

UploadPart read_upload_part(const View& in) {
  static_cast<void>(in.take("Body").present());
  return {.target = read_part_target(in),
          .given = read_checksums(in),
          .length = in.take("ContentLength").optional_integer(),
          .customer = read_customer_key(in)};
}

Value upload_part(Service& service, Call& call, const UploadPart& ask) {
  const int number = checked_number(ask.target.number);
  const objects::Upload upload = reach_upload(service, call, ask.target.object, ask.target.upload);
  check_forms(ask.given);
  check_length(call, ask.length);
  const auto* given = given_kind(call, ask.given);
  const auto kinds = kinds_of_part(upload, given);
  const objects::Protection protection = protection_of_part(upload, ask.customer);
  const objects::Part part = translated([&] {
    objects::Draft draft =
        service.objects.receive(call.body(), kinds, objects::put_limit, protection);
    verify(call, ask.given, draft);
    return service.objects.put_part(call.permit(), upload, number, std::move(draft));
  });
  Map answer{{"ETag", quoted(part.etag)}};
  // The one that was sent or that the upload is made with.
  show_checksums({part.checksums.back()}, "", answer);
  show_encryption(protection.encryption, protection.customer_key, answer);
  return answer;
}

struct UploadPartCopy {
  PartTarget target;
  CopySource source;
  std::optional<std::string> range;
  CustomerKeyHeaders customer;
};

UploadPartCopy read_part_copy(const View& in) {
  return {.target = read_part_target(in),
          .source = read_copy_source(in),
          .range = in.take("CopySourceRange").optional_text(),
          .customer = read_customer_key(in)};
}

objects::ByteRange range_of_source(const UploadPartCopy& ask, const objects::ObjectDetail& object) {
  const std::uint64_t size = object.info.size;
  if (!ask.range) {
    if (size > objects::put_limit) throw entity_too_large(size, objects::put_limit);
    return {.offset = 0, .length = size};
  }
  const auto range = parse_copy_range(*ask.range);
  if (!range) {
    throw invalid_argument(
        "x-amz-copy-source-range", *ask.range,
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and "
        "last are the zero-based offsets of the first and last bytes to copy");
  }
  if (range->offset >= size || range->length > size - range->offset) {
    throw invalid_argument(
        "x-amz-copy-source-range", *ask.range,
        "Range specified is not valid for source object of size: " + std::to_string(size));
  }
  return *range;
}

const objects::ChecksumKind* kind_of_copied_part(const objects::Upload& upload) {
  const auto* wanted = objects::find_checksum_kind(upload.checksum_algorithm);
  return wanted == nullptr ? &objects::default_checksum_kind() : wanted;
}

Value upload_part_copy(Service& service, Call& call, const UploadPartCopy& ask) {
  const int number = checked_number(ask.target.number);
  const objects::Upload upload = reach_upload(service, call, ask.target.object, ask.target.upload);
  const SourceName source = resolve_source(service, call, parse_copy_source(ask.source.header));
  const objects::Protection protection = protection_of_part(upload, ask.customer);
  Map answer;
  const objects::Part part = translated([&] {
    objects::OpenRange open =
        open_copy_source(service, call, ask.source, source,
                         [&](const auto& object) { return range_of_source(ask, object); });
    show_source_version(service, source, open.object.info, answer);
    const auto reader = objects::read_pieces(std::move(open.pieces));
    return service.objects.put_part(call.permit(), upload, number,
                                    service.objects.receive(*reader, {kind_of_copied_part(upload)},
                                                            objects::put_limit, protection));
  });
  Map result{{"ETag", quoted(part.etag)}, {"LastModified", part.modified}};
  if (!upload.checksum_algorithm.empty()) show_checksums(part.checksums, "", result);
  answer.set("CopyPartResult", std::move(result));
  show_encryption(protection.encryption, protection.customer_key, answer);
  return answer;
}

struct ListParts {
  ObjectTarget object;
  std::string upload;
  std::int64_t limit = page_limit;
  std::int64_t after = 0;
  CustomerKeyHeaders customer;
};

ListParts read_list(const View& in) {
  return {.object = read_object_target(in),
          .upload = in.take("UploadId").text(),
          .limit = in.take("MaxParts").integer_or(page_limit),
          .after = in.take("PartNumberMarker").integer_or(0),
          .customer = read_customer_key(in)};
}

Value part_value(const objects::Upload& upload, const objects::Part& part) {
  Map value{{"PartNumber", part.number},
            {"LastModified", part.modified},
            {"ETag", quoted(part.etag)},
            {"Size", part.size}};
  if (!upload.checksum_algorithm.empty()) show_checksums(part.checksums, "", value);
  return value;
}

Value list_parts(Service& service, Call& call, const ListParts& ask) {
  const objects::Bucket bucket = reach(service, call, ask.object);
  const objects::Upload upload = find_upload(service, call, ask.object, ask.upload);
  check_customer_key(upload, ask.customer);
  check_page_size(ask.limit, "max-parts");
  check_page_size(ask.after, "part-number-marker");
  const std::int64_t limit = std::min(ask.limit, page_limit);
  const auto page = translated([&] {
    return service.objects.list_parts(call.permit(), upload,
                                      {.after = static_cast<int>(ask.after), .limit = limit});
  });
  List parts;
  for (const auto& part : page.parts) parts.push_back(part_value(upload, part));
  Map answer{{"Bucket", upload.bucket},
             {"Key", upload.key},
             {"UploadId", upload.id},
             {"PartNumberMarker", ask.after},
             {"NextPartNumberMarker", page.parts.empty() ? 0 : page.parts.back().number},
             {"MaxParts", limit},
             {"IsTruncated", page.truncated && limit > 0},
             {"Initiator", Map{{"ID", upload.initiator}}},
             {"Owner", Map{{"ID", owner_id(bucket, upload.options.traits)}}},
             {"StorageClass", upload.options.traits.storage_class}};
  if (!parts.empty()) answer.set("Parts", std::move(parts));
  if (!upload.checksum_algorithm.empty()) {
    answer.set("ChecksumAlgorithm", upload.checksum_algorithm);
    answer.set("ChecksumType", upload.checksum_type);
  }
  return answer;
}

constexpr aws::Operation table[] = {
    aws::operation<read_upload_part, upload_part>("UploadPart", {.access = to_write_upload}),
    aws::operation<read_part_copy, upload_part_copy>("UploadPartCopy", {.access = to_write_upload}),
    aws::operation<read_list, list_parts>("ListParts",
                                          {.access = on_object<"ListMultipartUploadParts">}),
};

}  // namespace

const std::span<const aws::Operation> part_operations = table;

}  // namespace millrace::service::s3
