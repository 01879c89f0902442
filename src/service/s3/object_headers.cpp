#include "service/s3/object_headers.hpp"

#include "base/text.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/tags.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3 {

namespace {

constexpr std::size_t metadata_limit = 2048;  // bytes of names and values together

// Stored under the members' names and shown by them.
constexpr std::array<const char*, 6> system_members = {
    "CacheControl", "ContentDisposition",      "ContentEncoding",
    "Expires",      "WebsiteRedirectLocation", "ContentLanguage"};

void check_storage_class(const std::string& name) {
  constexpr std::array<std::string_view, 8> known = {
      "STANDARD",   "REDUCED_REDUNDANCY",  "STANDARD_IA",
      "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR",
      "GLACIER",    "DEEP_ARCHIVE"};
  if (std::ranges::find(known, name) != known.end()) return;
  throw aws::Error("InvalidStorageClass", "The storage class you specified is not valid")
      .with("StorageClassRequested", name);
}

void check_metadata(const objects::Attributes& metadata) {
  std::size_t size = 0;
  for (const auto& [name, value] : metadata) size += name.size() + value.size();
  if (size <= metadata_limit) return;
  throw aws::Error("MetadataTooLarge",
                   "Your metadata headers exceed the maximum allowed metadata size")
      .with("Size", std::to_string(size))
      .with("MaxSizeAllowed", std::to_string(metadata_limit));
}

void check_redirect(const objects::Attributes& system) {
  const std::string* location = objects::find_attribute(system, "WebsiteRedirectLocation");
  if (!location || location->starts_with('/') || location->starts_with("http://") ||
      location->starts_with("https://")) {
    return;
  }
  throw aws::Error("InvalidRedirectLocation",
                   "The website redirect location must have a prefix of 'http://' or 'https://' or "
                   "'/'.");
}

}  // namespace

ObjectHeaders read_object_headers(const aws::View& in) {
  ObjectHeaders headers;
  headers.options.content_type = in.keep("ContentType").text_or(headers.options.content_type);
  for (const char* name : system_members) {
    const auto value = in.keep(name).optional_text();
    if (value) headers.options.system.emplace_back(name, *value);
  }
  headers.options.user = in.keep("Metadata").text_map();
  headers.tagging = in.take("Tagging").text_or("");
  headers.acl = read_acl_headers(in, false);
  headers.storage_class = in.take("StorageClass").text_or("STANDARD");
  headers.encryption = read_encryption(in);
  headers.lock = read_lock(in);
  return headers;
}

objects::PutOptions checked_options(const Service& service, const aws::Call& call,
                                    const objects::Bucket& bucket, std::string_view key,
                                    const ObjectHeaders& headers) {
  check_storage_class(headers.storage_class);
  check_metadata(headers.options.user);
  check_redirect(headers.options.system);
  objects::PutOptions options = headers.options;
  set_object_acl(service, call, bucket, key, headers.acl, options.traits);
  options.tags = parse_tagging_header(headers.tagging);
  options.traits.storage_class = headers.storage_class;
  return options;
}

void show_checksums(const objects::Attributes& checksums, const std::string& type,
                    aws::Map& answer) {
  for (const auto& [name, value] : checksums) answer.set(name, value);
  if (!checksums.empty() && !type.empty()) answer.set("ChecksumType", type);
}

void show_object(const objects::ObjectDetail& object, aws::Map& answer) {
  const objects::ObjectInfo& info = object.info;
  answer.set("AcceptRanges", "bytes");
  answer.set("LastModified", info.modified);
  answer.set("ETag", quoted(info.etag));
  answer.set("ContentType", info.content_type);
  for (const auto& [name, value] : info.system) answer.set(name, value);
  const std::string& stored = info.traits.storage_class;
  if (stored != objects::standard_class) answer.set("StorageClass", stored);
  aws::Map metadata;
  for (const auto& [name, value] : info.user) metadata.set(name, value);
  if (!metadata.empty()) answer.set("Metadata", std::move(metadata));
}

std::string quoted(const std::string& etag) { return '"' + etag + '"'; }

std::string unquoted(std::string_view etag) {
  etag = base::trim(etag);
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  // S3 takes them with either quote missing.
  if (etag.starts_with('"')) etag.remove_prefix(1);
  if (etag.ends_with('"')) etag.remove_suffix(1);
  return std::string(etag);
}

}  // namespace millrace::service::s3
