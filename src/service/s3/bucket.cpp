// Buckets: CreateBucket, HeadBucket, DeleteBucket, ListBuckets, GetBucketLocation.
#include "aws/paging.hpp"
#include "base/text.hpp"
#include "objects/acl.hpp"
#include "objects/openness.hpp"
#include "objects/points.hpp"
#include "objects/versioning.hpp"
#include "service/s3/access.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/grants.hpp"
#include "service/s3/object_lock.hpp"
#include "service/s3/service.hpp"
#include "service/s3/tags.hpp"
#include "service/s3/target.hpp"

#include <algorithm>
#include <optional>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::string_view first_region = "us-east-1";
constexpr std::int64_t most_buckets_listed = 10'000;

struct CreateBucket {
  std::string name;
  std::optional<std::string> location;
  objects::Attributes tags;
  AskedAcl acl;
  std::string ownership;
  policy::Conditions conditions;  // that permission to make it may depend on
  std::string name_space;
  bool locked = false;
};

// The list asked for; empty where it is the private one.
std::string checked_acl(const Service& service, const Call& call, const CreateBucket& ask) {
  const std::string owner = canonical_user(call.account);
  const objects::Acl acl = to_acl(service, ask.acl, AclOf::bucket, owner, owner);
  if (acl == objects::to_acl("", owner)) return {};
  if (ask.ownership == objects::enforced_ownership) {
    throw aws::Error(
        "InvalidBucketAclWithObjectOwnership",
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
  }
  if (!objects::is_public(acl)) return objects::to_text(acl);
  throw aws::Error("InvalidBucketAclWithBlockPublicAccessError",
                   "Bucket cannot have public ACLs set with BlockPublicAccess enabled");
}

void check_namespace(const CreateBucket& ask) {
  if (ask.name_space != "global") {
    throw not_implemented("Buckets of a namespace other than the global one are not built");
  }
}

CreateBucket read_create(const View& in) {
  const View configuration = in.take("CreateBucketConfiguration").view();
  objects::Attributes tags = read_tags(configuration.take("Tags"), bucket_tags_limit);
  AskedAcl acl = read_acl_headers(in, true);
  const auto ownership = in.take("ObjectOwnership").optional_text();
  policy::Conditions conditions = acl_conditions(acl);
  if (ownership) conditions["s3:x-amz-object-ownership"] = {*ownership};
  auto location = configuration.take("LocationConstraint").optional_text();
  if (location) conditions["s3:locationconstraint"] = {*location};
  conditions.merge(tag_conditions(tags));
  return {.name = in.take("Bucket").text(),
          .location = std::move(location),
          .tags = std::move(tags),
          .acl = std::move(acl),
          .ownership = ownership.value_or(std::string(objects::enforced_ownership)),
          .conditions = std::move(conditions),
          .name_space = in.take("BucketNamespace").text_or("global"),
          .locked = in.take("ObjectLockEnabledForBucket").flag_or(false)};
}

aws::Error illegal_location(std::string_view subject) {
  return {"IllegalLocationConstraintException",
          "The " + std::string(subject) +
              " location constraint is incompatible for the region specific endpoint this request "
              "was sent to."};
}

// "eu-central-1": lower case, with a number at its end.
bool is_region(std::string_view name) {
  return std::ranges::count(name, '-') >= 2 && name.back() >= '0' && name.back() <= '9' &&
         base::lower(name) == name;
}

// Of a signature for no region that there is; clients (s3cmd) sign anew for the one they are told.
aws::Error wrong_region(std::string_view name) {
  return aws::Error("AuthorizationHeaderMalformed",
                    "The authorization header is malformed; the region '" + std::string(name) +
                        "' is wrong; expecting '" + std::string(first_region) + "'")
      .with("Region", first_region);
}

// The first region's endpoint makes buckets in every region, the others in their own only.
std::string region_of(const CreateBucket& ask, const Call& call) {
  if (!is_region(call.region)) throw wrong_region(call.region);
  if (call.region != first_region) {
    if (!ask.location) throw illegal_location("unspecified");
    if (*ask.location != call.region) throw illegal_location(*ask.location);
    return call.region;
  }
  if (!ask.location) return std::string(first_region);
  if (*ask.location == first_region || ask.location->empty()) {
    throw aws::Error("InvalidLocationConstraint", "The specified location-constraint is not valid")
        .with("LocationConstraint", *ask.location);
  }
  return *ask.location == "EU" ? "eu-west-1" : *ask.location;
}

// In the first region, making one's own bucket again is no error.
void refuse_taken(const objects::Bucket& existing, const Call& call) {
  if (existing.account != call.account) {
    throw aws::Error("BucketAlreadyExists",
                     "The requested bucket name is not available. The bucket namespace is shared "
                     "by all users of the system. Please select a different name and try again.")
        .with("BucketName", existing.name);
  }
  if (existing.region == first_region && call.region == first_region) return;
  throw aws::Error("BucketAlreadyOwnedByYou",
                   "Your previous request to create the named bucket succeeded and you already "
                   "own it.")
      .with("BucketName", existing.name);
}

// Locks keep versions, so that who asks for them has these too.
std::shared_ptr<const objects::Settings> first_settings(const Service& service, const Call& call,
                                                        const CreateBucket& ask) {
  auto settings = std::make_shared<objects::Settings>();
  const std::string acl = checked_acl(service, call, ask);
  if (!acl.empty()) settings->emplace(objects::acl_setting, acl);
  if (ask.ownership != objects::enforced_ownership) {
    settings->emplace(objects::ownership_setting, objects::ownership_text(ask.ownership));
  }
  if (ask.locked) {
    settings->emplace("versioning", objects::versioning_enabled);
    settings->emplace("lock", enabled_lock_setting());
  }
  return settings;
}

// Tags stand in the body, and permission may depend on them.
void require_creation(const Call& call, const CreateBucket& ask) {
  if (!call.request.has_body()) return;
  const std::string arn = objects::bucket_arn(ask.name);
  static_cast<void>(call.require("s3:CreateBucket", arn, ask.conditions));
  if (ask.tags.empty()) return;
  static_cast<void>(call.require("s3:TagResource", arn, tag_conditions(ask.tags)));
}

Value create_bucket(Service& service, const Call& call, const CreateBucket& ask) {
  require_creation(call, ask);
  if (!is_bucket_name(ask.name)) throw invalid_bucket_name(ask.name);
  check_namespace(ask);
  service.provide(ask.name);
  const objects::Bucket bucket{.name = ask.name,
                               .account = call.account,
                               .region = region_of(ask, call),
                               .created = std::chrono::floor<std::chrono::seconds>(call.now),
                               .settings = first_settings(service, call, ask)};
  try {
    service.objects.create_bucket(call.permit(), bucket, ask.tags);
  } catch (const objects::BucketExists& taken) {
    refuse_taken(taken.existing, call);
  } catch (const objects::TooManyBuckets&) {
    throw aws::Error("TooManyBuckets", "You have attempted to create more buckets than allowed");
  }
  const bool first = bucket.region == first_region;
  return Map{
      {"Location", first ? "/" + bucket.name : "http://" + bucket.name + ".s3.amazonaws.com/"}};
}

// Whether the client called the bucket by an access point's alias.
bool is_aliased(const Call& call) {
  return call.conditions.contains(objects::point_arn_key) &&
         (call.request.path.find(objects::alias_suffix) != std::string::npos ||
          call.request.headers.get("host").find(objects::alias_suffix) != std::string_view::npos);
}

Value head_bucket(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach_to_read(service, call, ask);
  call.answer_headers.set("Content-Type", "application/xml");
  return Map{{"BucketRegion", bucket.region}, {"AccessPointAlias", is_aliased(call)}};
}

Value delete_bucket(Service& service, Call& call, const Target& ask) {
  reach(service, call, ask);
  try {
    translated([&] { service.objects.delete_bucket(call.permit(), ask.bucket); });
  } catch (const objects::BucketNotEmpty&) {
    throw aws::Error("BucketNotEmpty", "The bucket you tried to delete is not empty")
        .with("BucketName", ask.bucket);
  } catch (const objects::BucketHasPoints&) {
    throw aws::Error(
        "BucketHasAccessPointsAttached",
        "The bucket you tried to delete has access points attached. Delete your access "
        "points before deleting your bucket.")
        .with("BucketName", ask.bucket);
  }
  return Map{};
}

struct ListBuckets {
  std::optional<std::int64_t> limit;
  std::optional<std::string> token;
  std::string prefix;
  std::string region;
};

ListBuckets read_list(const View& in) {
  ListBuckets ask{.limit = in.take("MaxBuckets").optional_integer(),
                  .token = in.take("ContinuationToken").optional_text(),
                  .prefix = in.take("Prefix").text_or(""),
                  .region = in.take("BucketRegion").text_or("")};
  if (ask.limit && (*ask.limit < 1 || *ask.limit > most_buckets_listed)) {
    throw invalid_argument("max-buckets", std::to_string(*ask.limit),
                           "Argument max-buckets must be an integer between 1 and 10000");
  }
  return ask;
}

std::string after_token(const ListBuckets& ask, const std::string& check) {
  if (!ask.token) return {};
  const auto last = aws::read_token(check, *ask.token);
  if (last) return *last;
  throw invalid_argument("continuation-token", *ask.token,
                         "The continuation token provided is incorrect");
}

Value bucket_value(const objects::Bucket& bucket, bool with_region) {
  Map value{{"Name", bucket.name}, {"CreationDate", bucket.created}};
  if (with_region) value.set("BucketRegion", bucket.region);
  return value;
}

Value list_buckets(Service& service, const Call& call, const ListBuckets& ask) {
  const std::string check = "ListBuckets " + ask.prefix + " " + ask.region;
  const std::int64_t limit = ask.limit.value_or(most_buckets_listed);
  auto buckets = service.objects.list_buckets(call.permit(), {.account = call.account,
                                                              .prefix = ask.prefix,
                                                              .region = ask.region,
                                                              .after = after_token(ask, check),
                                                              .limit = limit + 1});
  // Regions are told to those only who page, as S3 does.
  const bool paged = ask.limit || ask.token || !ask.prefix.empty() || !ask.region.empty();
  Map answer{{"Owner", Map{{"ID", canonical_user(call.account)}}}};
  if (std::ssize(buckets) > limit) {
    buckets.pop_back();
    answer.set("ContinuationToken", aws::make_token(check, buckets.back().name));
  }
  List values;
  for (const objects::Bucket& bucket : buckets) values.push_back(bucket_value(bucket, paged));
  answer.set("Buckets", std::move(values));
  if (!ask.prefix.empty()) answer.set("Prefix", ask.prefix);
  return answer;
}

Value get_location(Service& service, const Call& call, const Target& ask) {
  const objects::Bucket bucket = reach_in_any_region(service, call, ask);
  if (bucket.region == first_region) return Map{};
  return Map{{"LocationConstraint", bucket.region}};
}

std::vector<aws::Need> to_create(const Call& call, const Value& input) {
  aws::Need create = need_on_bucket("CreateBucket", input);
  add_acl_conditions(create, input);
  const std::string ownership = member_text(input, "ObjectOwnership");
  if (!ownership.empty()) create.conditions["s3:x-amz-object-ownership"] = {ownership};
  std::vector<aws::Need> needs;
  // With a body, the act asks for it.
  if (!call.request.has_body()) needs.push_back(std::move(create));
  const Value* locked = input.find("ObjectLockEnabledForBucket");
  if (locked != nullptr && locked->flag()) {
    needs.push_back(need_on_bucket("PutBucketObjectLockConfiguration", input));
    needs.push_back(need_on_bucket("PutBucketVersioning", input));
  }
  if (asks_for_acl(input)) needs.push_back(need_on_bucket("PutBucketAcl", input));
  if (!ownership.empty()) needs.push_back(need_on_bucket("PutBucketOwnershipControls", input));
  return needs;
}

std::vector<aws::Need> to_list_buckets(const Call&, const Value&) {
  return {{.action = "s3:ListAllMyBuckets", .resource = "*", .conditions = {}}};
}

constexpr aws::Operation table[] = {
    aws::operation<read_create, create_bucket>("CreateBucket", {.access = to_create}),
    aws::operation<read_target, head_bucket>("HeadBucket", {.access = on_bucket<"ListBucket">}),
    aws::operation<read_target, delete_bucket>("DeleteBucket",
                                               {.access = on_bucket<"DeleteBucket">}),
    aws::operation<read_list, list_buckets>("ListBuckets", {.access = to_list_buckets}),
    aws::operation<read_target, get_location>("GetBucketLocation",
                                              {.access = on_bucket<"GetBucketLocation">}),
};

}  // namespace

const std::span<const aws::Operation> bucket_operations = table;

}  // namespace millrace::service::s3
