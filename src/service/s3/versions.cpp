#include "service/s3/versions.hpp"

#include "base/encoding.hpp"
#include "base/time.hpp"
#include "objects/versioning.hpp"

namespace millrace::service::s3 {

namespace {

constexpr std::string_view null_version = "null";

void show_marker(aws::Call& call, const std::string& version) {
  call.answer_headers.set("x-amz-delete-marker", "true");
  call.answer_headers.set("x-amz-version-id", wire_version(version));
}

}  // namespace

std::string engine_version(std::string_view wire) {
  if (wire == null_version) return {};
  if (objects::is_version_id(wire)) return std::string(wire);
  throw invalid_argument("versionId", wire, "Invalid version id specified");
}

std::string wire_version(std::string_view version) {
  return std::string(version.empty() ? null_version : version);
}

bool has_versions(const objects::Bucket& bucket) {
  return objects::versioning_of(bucket) != objects::Versioning::never;
}

void show_version(const objects::Bucket& bucket, const std::string& version, aws::Map& answer) {
  if (has_versions(bucket)) answer.set("VersionId", wire_version(version));
}

aws::Error no_such_version(const objects::ObjectName& name) {
  return aws::Error("NoSuchVersion", "The specified version does not exist.")
      .with("Key", name.key)
      .with("VersionId", wire_version(name.version.value_or("")));
}

void rethrow_as_missing(aws::Call& call, const ObjectTarget& target) {
  try {
    throw;
  } catch (const objects::DeletedKey& deleted) {
    show_marker(call, deleted.version);
    throw missing_key(call, target.in.bucket, target.key);
  } catch (const objects::NoSuchKey&) {
    throw missing_key(call, target.in.bucket, target.key);
  } catch (const objects::NoSuchVersion&) {
    throw no_such_version(target.name());
  } catch (const objects::MarkerAsked& asked) {
    show_marker(call, asked.marker.version);
    call.answer_headers.set("Last-Modified", base::http_date(asked.marker.modified));
    call.answer_headers.set("Allow", "DELETE");
    throw aws::Error("MethodNotAllowed",
                     "The specified method is not allowed against this resource.")
        .with("Method", call.request.method)
        .with("ResourceType", "DeleteMarker");
  } catch (...) {
    rethrow_as_refusal();
  }
}

}  // namespace millrace::service::s3
