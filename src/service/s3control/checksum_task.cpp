#include "service/s3control/checksum_task.hpp"

#include "aws/error.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"

namespace millrace::service::s3control {

namespace {

using base::Map;
using base::Value;

// What may be read of the object as a whole, and under which permission, S3 itself says.
void check_readable(aws::Caller& caller, const policy::Principal& role, const Task& task,
                    const std::string& region) {
  Map input{{"Bucket", task.bucket}, {"Key", task.key}};
  if (!task.version.empty()) input.set("VersionId", task.version);
  static_cast<void>(caller.ask(
      role,
      {.service = "s3", .operation = "HeadObject", .input = std::move(input), .region = region}));
}

objects::OpenRange open(objects::ObjectStore& objects, identity::Authority& authority,
                        const policy::Principal& role, const Task& task) {
  objects::ObjectName name{.bucket = task.bucket, .key = task.key};
  if (!task.version.empty()) name.version = task.version == "null" ? "" : task.version;
  const bool has_version = name.version.has_value();
  const identity::Permit permit =
      authority.permit({.principal = role,
                        .action = has_version ? "s3:GetObjectVersion" : "s3:GetObject",
                        .resource = objects::object_arn(task.bucket, task.key),
                        .conditions = {}});
  return objects.open_range(permit, name, std::nullopt, [](const objects::ObjectDetail& object) {
    return objects::ByteRange{.offset = 0, .length = object.info.size};
  });
}

std::string digest_of(base::Reader& bytes, base::HashKind kind) {
  constexpr std::size_t step = 256 * 1024;
  base::Hash hash(kind);
  std::string buffer(step, '\0');
  for (std::size_t count = bytes.read(buffer.data(), step); count > 0;
       count = bytes.read(buffer.data(), step)) {
    hash.update({buffer.data(), count});
  }
  return hash.finish();
}

}  // namespace

std::string compute_checksum(aws::Caller& caller, objects::ObjectStore& objects,
                             identity::Authority& authority, const policy::Principal& role,
                             const Map& members, const Task& task, const std::string& region) {
  check_readable(caller, role, task, region);
  const Value* asked = members.find("ChecksumAlgorithm");
  const objects::ChecksumKind* kind =
      asked != nullptr ? objects::find_checksum_kind(asked->text()) : nullptr;
  if (kind == nullptr) kind = &objects::default_checksum_kind();
  try {
    objects::OpenRange range = open(objects, authority, role, task);
    const std::string etag = range.object.info.etag;
    const auto bytes = objects::read_pieces(std::move(range.pieces));
    const std::string digest = digest_of(*bytes, kind->hash);
    return base::write_json(Map{{"checksum_base64", base::base64(digest)},
                                {"etag", etag},
                                {"checksumAlgorithm", kind->name},
                                {"checksumType", objects::full_object_type},
                                {"checksum_hex", base::hex(digest)}});
  } catch (const objects::Archived&) {
    throw aws::Error("InvalidObjectState",
                     "The operation is not valid for the object's storage class", 403);
  } catch (const identity::Denied&) {
    throw aws::Error("AccessDenied", "Access Denied", 403);
  }
}

}  // namespace millrace::service::s3control
