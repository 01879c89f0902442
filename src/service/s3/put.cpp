// PutObject.
#include "service/s3/access.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/conditions.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/lifecycle.hpp"
#include "service/s3/object_headers.hpp"
#include "service/s3/target.hpp"
#include "service/s3/versions.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

struct PutObject {
  ObjectTarget target;
  ObjectHeaders headers;
  GivenChecksums given;
  WriteConditions conditions;
  std::optional<std::int64_t> length;
};

PutObject read_put(const View& in) {
  static_cast<void>(in.take("Body").present());
  return {.target = read_object_target(in),
          .headers = read_object_headers(in),
          .given = read_checksums(in),
          .conditions = read_write_conditions(in),
          .length = in.take("ContentLength").optional_integer()};
}

Value put_object(Service& service, Call& call, const PutObject& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  objects::PutOptions options = checked_options(service, call, bucket, ask.target.key, ask.headers);
  options.traits.lock = lock_of_new(call, bucket, ask.target.name(), ask.headers.lock);
  if (!ask.headers.lock.empty()) require_checksum(ask.given);
  const objects::Precondition precondition = to_precondition(ask.conditions);
  check_forms(ask.given);
  check_length(call, ask.length);
  const auto* kind = given_kind(call, ask.given);
  const objects::Protection protection =
      protection_of(service, call, bucket, ask.target.key, ask.headers.encryption);
  objects::ObjectInfo info = translated([&] {
    objects::Draft draft = service.objects.receive(
        call.body(), {kind == nullptr ? &objects::default_checksum_kind() : kind},
        objects::put_limit, protection);
    verify(call, ask.given, draft);
    return service.objects.put(call.permit(), ask.target.in.bucket, ask.target.key,
                               std::move(draft), options, precondition);
  });
  Map answer{{"ETag", quoted(info.etag)}};
  show_checksums(info.checksums, info.checksum_type, answer);
  show_new_encryption(protection.encryption, protection.customer_key, answer);
  show_version(bucket, info.version, answer);
  show_expiration(service, bucket, info, answer);
  return answer;
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_object>("PutObject", {.access = to_write_object}),
};

}  // namespace

const std::span<const aws::Operation> put_operations = table;

}  // namespace millrace::service::s3
