// Prefixes are listed and manifests read under the role's session; each object is opened under a
// permit of its own.
#include "jobs/inputs.hpp"

#include "jobs/manifest.hpp"
#include "objects/encryption.hpp"

#include <numeric>
#include <optional>

namespace millrace::jobs {
namespace {

InputRefused download_failed(const std::string& why) {
  return InputRefused("ClientError: Data download failed:" + why);
}

InputRefused listing_denied(const std::string& uri) {
  return download_failed("Unable to list " + uri + " (AccessDenied: Access Denied)");
}

InputRefused no_bucket_of(const std::string& uri) {
  return download_failed("Unable to list " + uri +
                         " (NoSuchBucket: The specified bucket does not exist)");
}

InputRefused object_refused(const std::string& bucket, const std::string& key,
                            std::string_view why) {
  return download_failed("Unable to download object s3://" + bucket + "/" + key + " (" +
                         std::string(why) + ")");
}

objects::Location location_of(const std::string& uri) {
  const auto place = objects::parse_s3_uri(uri);
  if (!place) throw download_failed("Invalid S3 URI " + uri);
  return *place;
}

// What follows the prefix's last slash: the path that SageMaker gives the file in the channel's
// folder.
std::string name_below(const std::string& prefix, const std::string& key) {
  const std::size_t slash = prefix.rfind('/');
  return slash == std::string::npos ? key : key.substr(slash + 1);
}

bool is_folder_marker(const objects::ObjectInfo& info) { return info.key.ends_with('/'); }

std::string read_whole(const objects::OpenObject& object) {
  std::string text;
  for (const auto& piece : object.pieces) text += base::read_all(*piece);
  return text;
}

InputRefused damaged(const Channel& channel, const BadManifest& error) {
  return download_failed("Failed to parse manifest file " + channel.uri + " (" + error.what() +
                         ")");
}

std::vector<std::size_t> order_of(std::size_t count, std::optional<std::int64_t> seed) {
  if (seed) return shuffled_order(count, *seed);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

}  // namespace

bool Inputs::finds_any(const policy::Principal& role, const Channel& channel,
                       std::string_view region) {
  const auto place = objects::parse_s3_uri(channel.uri);
  if (!place) return false;
  const auto bucket = objects_.bucket(place->bucket);
  if (!bucket || bucket->region != region) return false;
  try {
    const identity::Permit permit = may_list(role, *place);
    return !objects_.list(permit, {.bucket = place->bucket, .prefix = place->key, .limit = 1})
                .objects.empty();
  } catch (const identity::Denied&) {
    return false;
  }
}

std::vector<OpenChannel> Inputs::open(const policy::Principal& role,
                                      const std::vector<Channel>& channels, std::int64_t hosts) {
  std::vector<OpenChannel> opened;
  std::size_t count = 0;
  for (const Channel& channel : channels) {
    OpenChannel& target = opened.emplace_back(OpenChannel{.channel = &channel, .files = {}});
    for (const Found& found : find(role, channel)) {
      if (++count > limits_.files)
        throw download_failed("more than " + std::to_string(limits_.files) + " files");
      const auto place = static_cast<std::int64_t>(target.files.size());
      target.files.push_back({.name = found.name,
                              .object = open_object(role, found.bucket, found.key),
                              .host = channel.sharded && hosts > 1 ? 1 + place % hosts : 0});
    }
  }
  return opened;
}

std::vector<Inputs::Found> Inputs::find(const policy::Principal& role, const Channel& channel) {
  try {
    if (!channel.attributes.empty()) return find_augmented(role, channel);
    const std::vector<Found> found =
        channel.manifest ? find_manifest(role, channel) : find_prefix(role, channel);
    std::vector<Found> ordered;
    for (const std::size_t at : order_of(found.size(), channel.shuffle_seed))
      ordered.push_back(found[at]);
    return ordered;
  } catch (const BadManifest& error) {
    throw damaged(channel, error);
  } catch (const identity::Denied&) {
    throw listing_denied(channel.uri);
  } catch (const objects::NoSuchBucket&) {
    throw no_bucket_of(channel.uri);
  }
}

std::vector<InputFile> Inputs::open_below(const policy::Principal& role,
                                          const std::string& folder_uri) {
  try {
    std::vector<InputFile> files;
    for (const Found& found : list_prefix(role, folder_uri)) {
      if (files.size() == limits_.files)
        throw download_failed("more than " + std::to_string(limits_.files) + " files");
      files.push_back({.name = found.name, .object = open_object(role, found.bucket, found.key)});
    }
    return files;
  } catch (const identity::Denied&) {
    throw listing_denied(folder_uri);
  } catch (const objects::NoSuchBucket&) {
    throw no_bucket_of(folder_uri);
  }
}

std::vector<Inputs::Found> Inputs::find_prefix(const policy::Principal& role,
                                               const Channel& channel) {
  std::vector<Found> found = list_prefix(role, channel.uri);
  if (found.empty())
    throw download_failed("No S3 objects found under S3 URL \"" + channel.uri + "\"");
  return found;
}

std::vector<Inputs::Found> Inputs::list_prefix(const policy::Principal& role,
                                               const std::string& uri) {
  const objects::Location place = location_of(uri);
  const identity::Permit permit = may_list(role, place);
  std::vector<Found> found;
  objects::ListQuery query{.bucket = place.bucket, .prefix = place.key};
  for (bool more = true; more;) {
    const objects::Listing page = objects_.list(permit, query);
    for (const objects::ObjectInfo& info : page.objects) {
      if (is_folder_marker(info)) continue;
      found.push_back(
          {.bucket = place.bucket, .key = info.key, .name = name_below(place.key, info.key)});
    }
    query.after = page.last;
    more = page.truncated && found.size() <= limits_.files;
  }
  return found;
}

std::string Inputs::read_manifest(const policy::Principal& role, const Channel& channel) {
  const objects::Location place = location_of(channel.uri);
  const objects::OpenObject object = open_object(role, place.bucket, place.key);
  if (object.info.size > limits_.manifest_bytes)
    throw download_failed("The manifest " + channel.uri + " is too large");
  return read_whole(object);
}

std::vector<Inputs::Found> Inputs::find_manifest(const policy::Principal& role,
                                                 const Channel& channel) {
  const Manifest manifest = parse_manifest(read_manifest(role, channel));
  std::vector<Found> found;
  for (const std::string& name : manifest.names) {
    const objects::Location one = location_of(manifest.prefix + name);
    found.push_back({.bucket = one.bucket, .key = one.key, .name = name});
  }
  return found;
}

// What is not referred to stands in the manifest itself, which the work reads, and whose lines it
// shuffles.
std::vector<Inputs::Found> Inputs::find_augmented(const policy::Principal& role,
                                                  const Channel& channel) {
  if (!is_reference(channel.attributes.front())) {
    const objects::Location place = location_of(channel.uri);
    return {{.bucket = place.bucket, .key = place.key, .name = name_below(place.key, place.key)}};
  }
  const std::vector<std::string> uris =
      parse_references(read_manifest(role, channel), channel.attributes);
  const std::size_t in_line = channel.attributes.size();
  std::vector<Found> found;
  for (const std::size_t line : order_of(uris.size() / in_line, channel.shuffle_seed)) {
    for (std::size_t at = line * in_line; at < (line + 1) * in_line; ++at) {
      objects::Location one = location_of(uris[at]);
      found.push_back({.bucket = one.bucket, .key = one.key, .name = one.key});
    }
  }
  return found;
}

identity::Permit Inputs::may_list(const policy::Principal& role, const objects::Location& place) {
  return authority_.permit({.principal = role,
                            .action = "s3:ListBucket",
                            .resource = objects::bucket_arn(place.bucket),
                            .conditions = {{"s3:prefix", {place.key}}}});
}

objects::OpenObject Inputs::open_object(const policy::Principal& role, const std::string& bucket,
                                        const std::string& key) {
  try {
    const identity::Permit permit = authority_.permit({.principal = role,
                                                       .action = "s3:GetObject",
                                                       .resource = objects::object_arn(bucket, key),
                                                       .conditions = {}});
    return objects_.open(permit, bucket, key);
  } catch (const identity::Denied&) {
    throw object_refused(bucket, key, "AccessDenied: Access Denied");
  } catch (const objects::NoSuchKey&) {
    throw object_refused(bucket, key, "NoSuchKey: The specified key does not exist.");
  } catch (const objects::NoSuchBucket&) {
    throw object_refused(bucket, key, "NoSuchBucket: The specified bucket does not exist");
  } catch (const objects::CustomerKeyMissing&) {
    throw object_refused(bucket, key,
                         "InvalidRequest: The object was stored using a form of Server Side "
                         "Encryption. The correct parameters must be provided to retrieve the "
                         "object.");
  } catch (const objects::Undecryptable&) {
    throw object_refused(bucket, key, "AccessDenied: Access Denied");
  }
}

}  // namespace millrace::jobs
