// GetObject and HeadObject: conditions, ranges, parts, and the bytes themselves.
#include "objects/replication.hpp"
#include "objects/tiering.hpp"
#include "service/s3/access.hpp"
#include "service/s3/conditions.hpp"
#include "service/s3/encryption.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/lifecycle.hpp"
#include "service/s3/object_headers.hpp"
#include "service/s3/range.hpp"
#include "service/s3/target.hpp"
#include "service/s3/versions.hpp"
#include "service/s3/watch.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;
using objects::ByteRange;
using objects::ObjectDetail;

constexpr int not_modified_status = 304;
constexpr int partial_status = 206;

struct ReadObject {
  ObjectTarget target;
  Conditions conditions;
  std::string range;
  std::optional<int> part;
  bool with_checksums = false;
  Map overrides;  // of the answer's headers, by output member
  CustomerKeyHeaders customer;
};

Map read_overrides(const View& in) {
  Map overrides;
  for (const char* name : {"CacheControl", "ContentDisposition", "ContentEncoding",
                           "ContentLanguage", "ContentType"}) {
    overrides.set_if(name, in.take("Response" + std::string(name)).optional_text());
  }
  if (const auto expires = in.take("ResponseExpires").optional_time()) {
    overrides.set("Expires", base::http_date(*expires));
  }
  return overrides;
}

ReadObject read_object(const View& in) {
  ReadObject ask{.target = read_version_target(in),
                 .conditions = read_conditions(in, ""),
                 .range = in.take("Range").text_or(""),
                 .part = std::nullopt,
                 .with_checksums = in.take("ChecksumMode").present(),
                 .overrides = read_overrides(in),
                 .customer = read_customer_key(in)};
  if (const auto part = in.take("PartNumber").optional_integer()) {
    ask.part = static_cast<int>(std::clamp<std::int64_t>(*part, 0, objects::last_part_number + 1));
  }
  return ask;
}

// Which bytes are sent, and how the answer says so.
struct Choice {
  bool modified = true;
  bool partial = false;
  ByteRange range;
};

ByteRange part_range(const ReadObject& ask, const ObjectDetail& object) {
  if (object.part) return object.part->range;
  const bool whole = object.parts == 0 && *ask.part == 1;
  if (whole) return {.offset = 0, .length = object.info.size};
  throw aws::Error("InvalidPartNumber", "The requested partnumber is not satisfiable")
      .with("ActualPartCount", std::to_string(std::max<std::int64_t>(object.parts, 1)))
      .with("PartNumberRequested", std::to_string(*ask.part));
}

void check_part(const ReadObject& ask) {
  if (!ask.part) return;
  if (*ask.part < 1 || *ask.part > objects::last_part_number) {
    throw invalid_argument("partNumber", std::to_string(*ask.part),
                           "Part number must be an integer between 1 and 10000, inclusive");
  }
  if (!ask.range.empty()) {
    throw invalid_request("Cannot specify both Range header and partNumber query parameter");
  }
}

// Who signs nothing may not say what the answer's headers are.
void check_overrides(const Call& call, const ReadObject& ask) {
  if (ask.overrides.empty() || !call.access_key_id.empty()) return;
  throw invalid_request(
      "Request specific response headers cannot be used for anonymous GET requests.");
}

Choice choose(const ReadObject& ask, const ObjectDetail& object) {
  const Judgement judgement = judge(ask.conditions, object.info);
  if (judgement.verdict == Verdict::failed) throw precondition_failed(judgement.condition);
  if (judgement.verdict == Verdict::not_modified) return {.modified = false, .range = {}};
  const std::uint64_t size = object.info.size;
  if (ask.part) return {.partial = true, .range = part_range(ask, object)};
  const RangeAnswer asked = parse_range(ask.range, size);
  switch (asked.kind) {
    case RangeKind::none:
      return {.range = objects::ByteRange{.offset = 0, .length = size}};
    case RangeKind::part:
      return {.partial = true, .range = asked.range};
    case RangeKind::unsatisfiable:
      break;
  }
  throw aws::Error("InvalidRange", "The requested range is not satisfiable")
      .with("RangeRequested", ask.range)
      .with("ActualObjectSize", std::to_string(size));
}

// A checksum goes with the bytes it is of: all, or one part. A client checks what it gets by it.
void show_fitting_checksums(const ReadObject& ask, const Choice& choice, const ObjectDetail& object,
                            Map& answer) {
  if (!ask.with_checksums) return;
  if (!choice.partial) {
    show_checksums(object.info.checksums, object.info.checksum_type, answer);
  } else if (object.part) {
    show_checksums(object.part->checksums, object.info.checksum_type, answer);
  }
}

Map show(Service& service, Call& call, const ReadObject& ask, const objects::Bucket& bucket,
         const Choice& choice, const ObjectDetail& object) {
  Map answer;
  show_version(bucket, object.info.version, answer);
  if (!choice.modified) {
    call.answer_status = not_modified_status;
    answer.set("ETag", quoted(object.info.etag));
    answer.set("LastModified", object.info.modified);
    return answer;
  }
  show_object(object, answer);
  show_encryption(objects::to_encryption(object.info.traits.encryption),
                  checked_customer_key(ask.customer), answer);
  answer.set("ContentLength", choice.range.length);
  if (choice.partial && choice.range.length > 0) {
    call.answer_status = partial_status;
    answer.set("ContentRange", content_range(choice.range, object.info.size));
  }
  if (object.parts > 0 && ask.part) answer.set("PartsCount", object.parts);
  if (!object.info.tags.empty()) answer.set("TagCount", std::int64_t{std::ssize(object.info.tags)});
  show_lock(call, object.info, answer);
  const std::string_view replication = objects::shown_replication(object.info.traits);
  if (!replication.empty()) answer.set("ReplicationStatus", std::string(replication));
  show_expiration(service, bucket, object.info, answer);
  show_restore(object.info, call.now, answer);
  show_fitting_checksums(ask, choice, object, answer);
  for (const auto& [name, value] : ask.overrides) answer.set(name, value);
  return answer;
}

// A small one is in memory already, a large one goes out by its descriptor; several pieces are read
// one after the other.
void send(Call& call, objects::OpenRange open, std::uint64_t length) {
  if (length == 0) {
    call.answer_payload = std::string();
    return;
  }
  const bool single = open.pieces.size() == 1;
  if (const auto held = single ? open.pieces.front().blob->held() : std::nullopt) {
    const ByteRange range = open.pieces.front().range;
    call.answer_payload = std::string(held->substr(range.offset, range.length));
    return;
  }
  if (!single || open.pieces.front().blob->descriptor() < 0) {
    call.answer_payload =
        http::Streamed{.reader = objects::read_pieces(std::move(open.pieces)), .length = length};
    return;
  }
  const ByteRange range = open.pieces.front().range;
  // Shared because the reply outlives this call.
  const std::shared_ptr<const store::Blob> blob = std::move(open.pieces.front().blob);
  call.answer_payload = http::FileSlice{.descriptor = blob->descriptor(),
                                        .offset = blob->offset() + range.offset,
                                        .length = length,
                                        .owner = blob};
}

Value get_object(Service& service, Call& call, const ReadObject& ask) {
  const objects::Bucket bucket = reach_to_read(service, call, ask.target);
  check_part(ask);
  check_overrides(call, ask);
  Choice choice;
  const auto decide = [&](const ObjectDetail& object) -> std::optional<ByteRange> {
    choice = choose(ask, object);
    if (!choice.modified) return std::nullopt;
    return choice.range;
  };
  return reading(call, ask.target, [&] {
    objects::OpenRange open = service.objects.open_range(
        call.permit(), ask.target.name(), ask.part, decide, checked_customer_key(ask.customer));
    Value answer = show(service, call, ask, bucket, choice, open.object);
    if (!choice.modified) return answer;
    if (service.watch != nullptr) {
      service.watch->readings().note(open.object.info, choice.range.length, call.now);
    }
    send(call, std::move(open), choice.range.length);
    return answer;
  });
}

Value head_object(Service& service, Call& call, const ReadObject& ask) {
  const objects::Bucket bucket = reach_to_read(service, call, ask.target);
  check_part(ask);
  const auto object = reading(call, ask.target, [&] {
    return service.objects.look(call.permit(), ask.target.name(), ask.part);
  });
  if (!object) throw missing_key(call, ask.target.in.bucket, ask.target.key);
  check_reader(call, object->info, checked_customer_key(ask.customer));
  Map answer = show(service, call, ask, bucket, choose(ask, *object), *object);
  const std::string tier = object->info.traits.lying.archive;
  if (!tier.empty()) answer.set("ArchiveStatus", tier);
  return answer;
}

constexpr aws::Operation table[] = {
    aws::operation<read_object, get_object>("GetObject",
                                            {.access = to_read_object, .runs_inline = true}),
    aws::operation<read_object, head_object>("HeadObject",
                                             {.access = to_read_object, .runs_inline = true}),
};

}  // namespace

const std::span<const aws::Operation> get_operations = table;

}  // namespace millrace::service::s3
