// Artifacts go up as one object each; a refusal becomes the words that AWS gives for it.
#include "jobs/outputs.hpp"

#include "base/files.hpp"
#include "objects/encryption.hpp"

namespace millrace::jobs {
namespace {

OutputRefused upload_failed(const std::string& uri, std::string_view why) {
  return OutputRefused("ClientError: Artifact upload failed:Unable to upload " + uri + " (" +
                       std::string(why) + ")");
}

}  // namespace

void Outputs::store(const policy::Principal& role, const std::string& path, const std::string& uri,
                    bool by_kms) {
  const auto place = objects::parse_s3_uri(uri);
  if (!place) throw upload_failed(uri, "InvalidURI: Couldn't parse the specified URI.");
  base::SystemFiles files;
  const auto file = files.open(path, base::Open::read);
  base::SourceReader reader(*file);
  try {
    const identity::Permit permit =
        authority_.permit({.principal = role,
                           .action = "s3:PutObject",
                           .resource = objects::object_arn(place->bucket, place->key),
                           .conditions = {}});
    objects::PutOptions options;
    if (by_kms) options.traits.encryption = {{"kind", std::string(objects::sse_kms)}};
    objects_.put(permit, place->bucket, place->key, reader, options);
  } catch (const identity::Denied&) {
    throw upload_failed(uri, "AccessDenied: Access Denied");
  } catch (const objects::NoSuchBucket&) {
    throw upload_failed(uri, "NoSuchBucket: The specified bucket does not exist");
  }
}

bool Outputs::remove(const policy::Principal& role, const std::string& uri) {
  const auto place = objects::parse_s3_uri(uri);
  if (!place) throw upload_failed(uri, "InvalidURI: Couldn't parse the specified URI.");
  try {
    const identity::Permit permit =
        authority_.permit({.principal = role,
                           .action = "s3:DeleteObject",
                           .resource = objects::object_arn(place->bucket, place->key),
                           .conditions = {}});
    objects_.remove(permit, place->bucket, place->key);
    return true;
  } catch (const identity::Denied&) {
    return false;
  } catch (const objects::NoSuchBucket&) {
    throw upload_failed(uri, "NoSuchBucket: The specified bucket does not exist");
  }
}

std::string artifact_uri(std::string_view output_uri, std::string_view job, std::string_view file) {
  std::string uri(output_uri);
  while (uri.ends_with('/')) uri.pop_back();
  return uri + "/" + std::string(job) + "/output/" + std::string(file);
}

}  // namespace millrace::jobs
