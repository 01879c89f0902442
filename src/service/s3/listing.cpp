// ListObjects and ListObjectsV2: one walk in key order, told in two forms; what they share with
// other listings.
#include "service/s3/listing.hpp"

#include "aws/paging.hpp"
#include "base/encoding.hpp"
#include "service/s3/access.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/grants.hpp"
#include "service/s3/object_headers.hpp"
#include "service/s3/target.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

struct ListObjects {
  Target target;
  std::string prefix;
  std::string delimiter;
  std::string start;  // Marker, StartAfter or KeyMarker
  std::optional<std::string> token;
  std::int64_t limit = page_limit;
  bool encoded = false;
  bool with_owner = false;
};

ListObjects read_common(const View& in, std::string_view start) {
  return {.target = read_target(in),
          .prefix = in.take("Prefix").text_or(""),
          .delimiter = in.take("Delimiter").text_or(""),
          .start = in.take(start).text_or(""),
          .token = std::nullopt,
          .limit = in.take("MaxKeys").integer_or(page_limit),
          .encoded = in.take("EncodingType").present()};
}

ListObjects read_v1(const View& in) {
  ListObjects ask = read_common(in, "Marker");
  ask.with_owner = true;
  return ask;
}

ListObjects read_v2(const View& in) {
  ListObjects ask = read_common(in, "StartAfter");
  ask.token = in.take("ContinuationToken").optional_text();
  ask.with_owner = in.take("FetchOwner").flag_or(false);
  return ask;
}

std::string token_check(const ListObjects& ask) {
  return "ListObjectsV2 " + ask.target.bucket + " " + ask.prefix + " " + ask.delimiter;
}

std::string after(const ListObjects& ask) {
  if (!ask.token) return ask.start;
  const auto last = aws::read_token(token_check(ask), *ask.token);
  if (last) return *last;
  throw invalid_argument("continuation-token", *ask.token,
                         "The continuation token provided is incorrect");
}

objects::Listing list(Service& service, Call& call, const ListObjects& ask) {
  check_page_size(ask.limit, "max-keys");
  return translated([&] {
    return service.objects.list(call.permit(), {.bucket = ask.target.bucket,
                                                .prefix = ask.prefix,
                                                .delimiter = ask.delimiter,
                                                .after = after(ask),
                                                .limit = std::min(ask.limit, page_limit)});
  });
}

List checksum_algorithms(const objects::ObjectInfo& object) {
  constexpr std::string_view member_prefix = "Checksum";
  List names;
  for (const auto& [member, value] : object.checksums) {
    names.emplace_back(std::string_view(member).substr(member_prefix.size()));
  }
  return names;
}

Map object_value(const ListObjects& ask, const objects::Bucket& bucket,
                 const objects::ObjectInfo& object) {
  Map value = listed_object(object, ask.encoded);
  if (ask.with_owner) value.set("Owner", owner_value(bucket, object));
  return value;
}

// What the two forms share.
Map begin_answer(const ListObjects& ask, const objects::Listing& found) {
  Map answer{{"Name", ask.target.bucket},
             {"Prefix", listed_name(ask.prefix, ask.encoded)},
             {"MaxKeys", std::min(ask.limit, page_limit)},
             {"IsTruncated", found.truncated}};
  if (!ask.delimiter.empty()) answer.set("Delimiter", listed_name(ask.delimiter, ask.encoded));
  if (ask.encoded) answer.set("EncodingType", "url");
  if (!found.common_prefixes.empty()) {
    answer.set("CommonPrefixes", common_prefixes_value(found.common_prefixes, ask.encoded));
  }
  return answer;
}

void add_contents(const ListObjects& ask, const objects::Bucket& bucket,
                  const objects::Listing& found, Map& answer) {
  List contents;
  for (const auto& object : found.objects) contents.emplace_back(object_value(ask, bucket, object));
  if (!contents.empty()) answer.set("Contents", std::move(contents));
}

Value list_v1(Service& service, Call& call, const ListObjects& ask) {
  const objects::Bucket bucket = reach_to_read(service, call, ask.target);
  const objects::Listing found = list(service, call, ask);
  Map answer = begin_answer(ask, found);
  add_contents(ask, bucket, found, answer);
  answer.set("Marker", listed_name(ask.start, ask.encoded));
  // Without a delimiter, S3 leaves it to the client to go on after the last key.
  if (found.truncated && !ask.delimiter.empty()) {
    answer.set("NextMarker", listed_name(found.last, ask.encoded));
  }
  return answer;
}

Value list_v2(Service& service, Call& call, const ListObjects& ask) {
  const objects::Bucket bucket = reach_to_read(service, call, ask.target);
  const objects::Listing found = list(service, call, ask);
  Map answer = begin_answer(ask, found);
  add_contents(ask, bucket, found, answer);
  answer.set("KeyCount",
             std::int64_t{std::ssize(found.objects) + std::ssize(found.common_prefixes)});
  answer.set_if("ContinuationToken", ask.token);
  if (!ask.start.empty()) answer.set("StartAfter", listed_name(ask.start, ask.encoded));
  if (found.truncated) {
    answer.set("NextContinuationToken", aws::make_token(token_check(ask), found.last));
  }
  return answer;
}

constexpr aws::Operation table[] = {
    aws::operation<read_v1, list_v1>("ListObjects", {.access = to_list_bucket}),
    aws::operation<read_v2, list_v2>("ListObjectsV2", {.access = to_list_bucket}),
};

}  // namespace

Map listed_object(const objects::ObjectInfo& object, bool encoded) {
  Map value{{"Key", listed_name(object.key, encoded)},
            {"LastModified", object.modified},
            {"ETag", quoted(object.etag)},
            {"Size", object.size},
            {"StorageClass", object.traits.storage_class}};
  if (!object.checksums.empty()) {
    value.set("ChecksumAlgorithm", checksum_algorithms(object));
    value.set("ChecksumType", object.checksum_type);
  }
  return value;
}

Map owner_value(const objects::Bucket& bucket, const objects::ObjectInfo& object) {
  return Map{{"ID", owner_id(bucket, object.traits)}};
}

std::string listed_name(const std::string& name, bool encoded) {
  return encoded ? base::percent_encode(name, true) : name;
}

Value common_prefixes_value(const std::vector<std::string>& prefixes, bool encoded) {
  List list;
  for (const std::string& prefix : prefixes) {
    list.emplace_back(Map{{"Prefix", listed_name(prefix, encoded)}});
  }
  return list;
}

void check_page_size(std::int64_t size, std::string_view argument) {
  constexpr std::int64_t largest = 2'147'483'647;
  if (size >= 0 && size <= largest) return;
  throw invalid_argument(
      argument, std::to_string(size),
      "Argument " + std::string(argument) + " must be an integer between 0 and 2147483647");
}

const std::span<const aws::Operation> listing_operations = table;

}  // namespace millrace::service::s3
