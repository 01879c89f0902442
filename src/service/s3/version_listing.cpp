// ListObjectVersions: every version and delete marker, of a key the newest first.
#include "service/s3/access.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/listing.hpp"
#include "service/s3/target.hpp"
#include "service/s3/versions.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

struct ListVersions {
  Target target;
  std::string prefix;
  std::string delimiter;
  std::string key_marker;
  std::string version_marker;
  std::int64_t limit = page_limit;
  bool encoded = false;
};

ListVersions read_versions(const View& in) {
  return {.target = read_target(in),
          .prefix = in.take("Prefix").text_or(""),
          .delimiter = in.take("Delimiter").text_or(""),
          .key_marker = in.take("KeyMarker").text_or(""),
          .version_marker = in.take("VersionIdMarker").text_or(""),
          .limit = in.take("MaxKeys").integer_or(page_limit),
          .encoded = in.take("EncodingType").present()};
}

objects::VersionQuery query_of(const ListVersions& ask) {
  objects::VersionQuery query{.bucket = ask.target.bucket,
                              .prefix = ask.prefix,
                              .delimiter = ask.delimiter,
                              .key_after = ask.key_marker,
                              .version_after = std::nullopt,
                              .limit = std::min(ask.limit, page_limit)};
  if (ask.version_marker.empty()) return query;
  if (ask.key_marker.empty()) {
    throw invalid_argument("version-id-marker", ask.version_marker,
                           "A version-id marker cannot be specified without a key marker.");
  }
  query.version_after = engine_version(ask.version_marker);
  return query;
}

Map version_value(const ListVersions& ask, const objects::Bucket& bucket,
                  const objects::ListedVersion& version) {
  Map value = version.marker ? Map{{"Key", listed_name(version.info.key, ask.encoded)},
                                   {"LastModified", version.info.modified}}
                             : listed_object(version.info, ask.encoded);
  value.set("VersionId", wire_version(version.info.version));
  value.set("IsLatest", version.newest);
  value.set("Owner", owner_value(bucket, version.info));
  return value;
}

void add_versions(const ListVersions& ask, const objects::Bucket& bucket,
                  const objects::VersionListing& found, Map& answer) {
  List versions;
  List markers;
  for (const objects::ListedVersion& version : found.versions) {
    (version.marker ? markers : versions).emplace_back(version_value(ask, bucket, version));
  }
  if (!versions.empty()) answer.set("Versions", std::move(versions));
  if (!markers.empty()) answer.set("DeleteMarkers", std::move(markers));
  if (!found.common_prefixes.empty()) {
    answer.set("CommonPrefixes", common_prefixes_value(found.common_prefixes, ask.encoded));
  }
}

Value list_versions(Service& service, Call& call, const ListVersions& ask) {
  const objects::Bucket bucket = reach_to_read(service, call, ask.target);
  check_page_size(ask.limit, "max-keys");
  const objects::VersionQuery query = query_of(ask);
  const objects::VersionListing found = translated([&] {
    try {
      return service.objects.list_versions(call.permit(), query);
    } catch (const objects::NoSuchVersion&) {
      throw invalid_argument("version-id-marker", ask.version_marker,
                             "Invalid version id specified");
    }
  });
  Map answer{{"Name", ask.target.bucket},
             {"Prefix", listed_name(ask.prefix, ask.encoded)},
             {"KeyMarker", listed_name(ask.key_marker, ask.encoded)},
             {"VersionIdMarker", ask.version_marker},
             {"MaxKeys", query.limit},
             {"IsTruncated", found.truncated}};
  if (!ask.delimiter.empty()) answer.set("Delimiter", listed_name(ask.delimiter, ask.encoded));
  if (ask.encoded) answer.set("EncodingType", "url");
  add_versions(ask, bucket, found, answer);
  if (!found.truncated) return answer;
  answer.set("NextKeyMarker", listed_name(found.last_key, ask.encoded));
  if (found.last_version) answer.set("NextVersionIdMarker", wire_version(*found.last_version));
  return answer;
}

std::vector<aws::Need> to_list_versions(const Call& call, const Value& input) {
  auto needs = to_list_bucket(call, input);
  needs.front().action = "s3:ListBucketVersions";
  return needs;
}

constexpr aws::Operation table[] = {
    aws::operation<read_versions, list_versions>("ListObjectVersions",
                                                 {.access = to_list_versions}),
};

}  // namespace

const std::span<const aws::Operation> version_listing_operations = table;

}  // namespace millrace::service::s3
