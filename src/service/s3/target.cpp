#include "service/s3/target.hpp"

#include "base/text.hpp"
#include "policy/principal_ids.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/versions.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3 {

namespace {

constexpr std::size_t key_limit = 1024;  // bytes
constexpr std::size_t shortest_bucket_name = 3;
constexpr std::size_t longest_bucket_name = 63;
constexpr std::size_t account_digits = 12;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower_or_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); }

bool looks_like_address(std::string_view name) {
  const auto pieces = base::split(name, '.');
  return pieces.size() == 4 && std::ranges::all_of(pieces, [](std::string_view piece) {
           return !piece.empty() && piece.size() <= 3 && std::ranges::all_of(piece, is_digit);
         });
}

// Prefixes and suffixes that S3 keeps for itself.
bool is_reserved(std::string_view name) {
  constexpr std::array<std::string_view, 3> prefixes = {"xn--", "sthree-", "amzn-s3-demo-"};
  constexpr std::array<std::string_view, 5> suffixes = {"-s3alias", "--ol-s3", ".mrap", "--x-s3",
                                                        "--table-s3"};
  return std::ranges::any_of(prefixes, [&](auto prefix) { return name.starts_with(prefix); }) ||
         std::ranges::any_of(suffixes, [&](auto suffix) { return name.ends_with(suffix); });
}

void check_owner(const objects::Bucket& bucket, const Target& target) {
  if (!target.expected_owner) return;
  const std::string& owner = *target.expected_owner;
  if (owner.size() != account_digits || !std::ranges::all_of(owner, is_digit)) {
    throw aws::Error("InvalidBucketOwnerAWSAccountID",
                     "The value of the expected bucket owner parameter must be an AWS account ID");
  }
  if (owner != bucket.account) throw access_denied();
}

// Where the requester pays, others than the owner must say that they do; nobody cannot.
void check_payer(aws::Call& call, const objects::Bucket& bucket) {
  if (!requester_pays(bucket) || call.principal.account == bucket.account) return;
  const bool pays = call.request.headers.get("x-amz-request-payer") == "requester";
  if (!pays || call.principal.account.empty()) throw access_denied();
  call.answer_headers.set("x-amz-request-charged", "requester");
}

void check_key(std::string_view key) {
  if (!base::is_utf8(key)) throw aws::Error("InvalidURI", "Couldn't parse the specified URI.");
  if (key.size() <= key_limit) return;
  throw aws::Error("KeyTooLongError", "Your key is too long")
      .with("Size", std::to_string(key.size()))
      .with("MaxSizeAllowed", std::to_string(key_limit));
}

objects::Bucket existing(const Service& service, std::string_view name) {
  service.provide(name);
  auto bucket = service.objects.bucket(name);
  if (bucket) return *std::move(bucket);
  throw is_bucket_name(name) ? no_such_bucket(name) : invalid_bucket_name(name);
}

// SDKs read the header, sign anew for that region and come back. Who signs nothing names no region.
void check_region(aws::Call& call, const objects::Bucket& bucket) {
  if (bucket.region == call.region || call.access_key_id.empty()) return;
  call.answer_headers.set("x-amz-bucket-region", bucket.region);
  throw aws::Error("PermanentRedirect",
                   "The bucket you are attempting to access must be addressed using the specified "
                   "endpoint. Please send all future requests to this endpoint.")
      .with("Endpoint", bucket.name + ".s3." + bucket.region + ".amazonaws.com")
      .with("Bucket", bucket.name)
      .with("Region", bucket.region);
}

void check_open(const aws::Call& call, const objects::Bucket& bucket) {
  if (!objects::opens(call.permit(), bucket.name, bucket.account)) throw access_denied();
}

}  // namespace

Target read_target(const aws::View& in) {
  return {.bucket = in.take("Bucket").text(),
          .expected_owner = in.take("ExpectedBucketOwner").optional_text()};
}

ObjectTarget read_object_target(const aws::View& in) {
  return {.in = read_target(in), .key = in.take("Key").text()};
}

ObjectTarget read_version_target(const aws::View& in) {
  ObjectTarget target = read_object_target(in);
  const auto version = in.take("VersionId").optional_text();
  if (version) target.version = engine_version(*version);
  return target;
}

objects::Bucket locate_in_any_region(const Service& service, const Target& target) {
  objects::Bucket bucket = existing(service, target.bucket);
  check_owner(bucket, target);
  return bucket;
}

objects::Bucket locate(const Service& service, aws::Call& call, const Target& target) {
  objects::Bucket bucket = existing(service, target.bucket);
  check_region(call, bucket);
  check_owner(bucket, target);
  check_payer(call, bucket);
  return bucket;
}

objects::Bucket reach_in_any_region(const Service& service, const aws::Call& call,
                                    const Target& target) {
  objects::Bucket bucket = locate_in_any_region(service, target);
  check_open(call, bucket);
  return bucket;
}

objects::Bucket reach_to_read(const Service& service, aws::Call& call, const Target& target) {
  objects::Bucket bucket = locate(service, call, target);
  if (!objects::opens_to_read(call.permit(), bucket.name, bucket.account)) throw access_denied();
  return bucket;
}

objects::Bucket reach(const Service& service, aws::Call& call, const Target& target) {
  objects::Bucket bucket = locate(service, call, target);
  check_open(call, bucket);
  return bucket;
}

objects::Bucket reach_to_read(const Service& service, aws::Call& call, const ObjectTarget& target) {
  objects::Bucket bucket = reach_to_read(service, call, target.in);
  check_key(target.key);
  return bucket;
}

objects::Bucket reach(const Service& service, aws::Call& call, const ObjectTarget& target) {
  objects::Bucket bucket = reach(service, call, target.in);
  check_key(target.key);
  return bucket;
}

bool requester_pays(const objects::Bucket& bucket) { return !bucket.setting(payment_kind).empty(); }

bool is_bucket_name(std::string_view name) {
  const bool length_fits =
      name.size() >= shortest_bucket_name && name.size() <= longest_bucket_name;
  return length_fits && is_lower_or_digit(name.front()) && is_lower_or_digit(name.back()) &&
         std::ranges::all_of(name,
                             [](char c) { return is_lower_or_digit(c) || c == '-' || c == '.'; }) &&
         name.find("..") == std::string_view::npos && !looks_like_address(name) &&
         !is_reserved(name);
}

aws::Error invalid_bucket_name(std::string_view name) {
  return aws::Error("InvalidBucketName", "The specified bucket is not valid.")
      .with("BucketName", name);
}

aws::Error missing_key(const aws::Call& call, std::string_view bucket, std::string_view key) {
  const bool may_list = call.allowed("s3:ListBucket", objects::bucket_arn(bucket));
  return may_list ? no_such_key(key) : access_denied();
}

std::string canonical_user(std::string_view account) { return policy::canonical_user(account); }

}  // namespace millrace::service::s3
