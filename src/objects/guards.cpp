#include "objects/guards.hpp"

#include "base/text.hpp"
#include "objects/openness.hpp"
#include "policy/principal_ids.hpp"

#include <algorithm>
#include <array>

namespace millrace::objects {

namespace {

using policy::Guard;
using policy::KeyValues;
using policy::Principal;
using policy::Question;

constexpr std::size_t policies_kept = 1024;
constexpr std::string_view bucket_prefix = "arn:aws:s3:::";

// The part of a key's name that follows, where it begins so.
std::optional<std::string_view> after(std::string_view prefix, std::string_view key) {
  const bool begins =
      key.size() > prefix.size() && base::equal_ignoring_case(key.substr(0, prefix.size()), prefix);
  return begins ? std::optional(key.substr(prefix.size())) : std::nullopt;
}

std::optional<KeyValues> value_of(const Attributes& tags, std::string_view name) {
  for (const auto& [key, value] : tags) {
    if (key == name) return KeyValues{value};
  }
  return std::nullopt;
}

// Of what the decision knows as resources, keys compare without case; two spellings of one are
// none.
std::optional<KeyValues> value_ignoring_case(const Attributes& tags, std::string_view name) {
  std::optional<KeyValues> found;
  for (const auto& [key, value] : tags) {
    if (!base::equal_ignoring_case(key, name)) continue;
    if (found) return std::nullopt;
    found = KeyValues{value};
  }
  return found;
}

std::optional<KeyValues> value_of(const policy::Conditions& conditions, std::string_view key) {
  for (const auto& [name, values] : conditions) {
    if (base::equal_ignoring_case(name, key)) return values;
  }
  return std::nullopt;
}

template <std::size_t N>
bool is_one_of(std::string_view action, const std::array<std::string_view, N>& names) {
  return std::ranges::find(names, action) != names.end();
}

// The owner's root may always see and change the policy, though it lock everybody out.
bool is_rescue(const Question& question, const Bucket& bucket) {
  constexpr std::array<std::string_view, 3> actions = {"s3:GetBucketPolicy", "s3:PutBucketPolicy",
                                                       "s3:DeleteBucketPolicy"};
  return question.principal.kind == Principal::Kind::root &&
         question.principal.account == bucket.account && is_one_of(question.action, actions);
}

// What is decided by the bucket's owner, whoever owns the object.
bool is_of_bucket(std::string_view action) {
  constexpr std::array<std::string_view, 10> actions = {"s3:PutObject",
                                                        "s3:DeleteObject",
                                                        "s3:DeleteObjectVersion",
                                                        "s3:AbortMultipartUpload",
                                                        "s3:ListMultipartUploadParts",
                                                        "s3:BypassGovernanceRetention",
                                                        "s3:ReplicateObject",
                                                        "s3:ReplicateDelete",
                                                        "s3:ReplicateTags",
                                                        "s3:ObjectOwnerOverrideToBucketOwner"};
  return is_one_of(action, actions);
}

// No policy and no list of grants could decide otherwise than the caller's own policies do.
bool is_plain(const Bucket& bucket) {
  return bucket.setting(policy_setting).empty() && bucket.setting(ownership_setting).empty();
}

std::shared_ptr<const Guard> absent_guard(const Question& question) {
  if (question.principal.kind != Principal::Kind::anonymous) return nullptr;
  Guard guard;
  guard.is_absent = true;
  return std::make_shared<const Guard>(std::move(guard));
}

std::string owner_of(const ObjectInfo& object, const Bucket& bucket) {
  return object.traits.owner.empty() ? bucket.account : object.traits.owner;
}

// Whether a caller with WRITE may put an object in the place of this one, or delete it.
bool is_own(const std::optional<ObjectInfo>& object, const Bucket& bucket, const Principal& who) {
  if (!object) return true;
  return owner_of(*object, bucket) ==
         (who.account.empty() ? policy::anonymous_user : std::string_view(who.account));
}

}  // namespace

std::optional<BucketGuards::Place> BucketGuards::place_of(std::string_view resource) const {
  if (resource.starts_with(bucket_prefix)) {
    resource.remove_prefix(bucket_prefix.size());
    const auto slash = resource.find('/');
    if (slash == std::string_view::npos) return Place{.point = {}, .bucket = resource, .key = {}};
    return Place{
        .point = {}, .bucket = resource.substr(0, slash), .key = resource.substr(slash + 1)};
  }
  const auto path = parse_point_arn(resource);
  if (!path) return std::nullopt;
  auto point = source_.point(path->point);
  if (!point) return std::nullopt;
  const std::string_view bucket = point->bucket;
  const std::size_t key_size = path->key ? path->key->size() : 0;
  return Place{.point = std::move(point),
               .bucket = bucket,
               .key = resource.substr(resource.size() - key_size)};
}

std::shared_ptr<const AccessPoint> BucketGuards::point_of(const Question& question) const {
  const auto arn = question.conditions.find(point_arn_key);
  if (arn == question.conditions.end() || arn->second.empty()) return nullptr;
  const auto path = parse_point_arn(arn->second.front());
  const auto point = path ? source_.point(path->point) : nullptr;
  // One that was deleted meanwhile lets nobody through.
  return point ? point : std::make_shared<const AccessPoint>();
}

std::shared_ptr<const Guard> BucketGuards::guard(const Question& question) {
  // Access points have no policy about themselves: only what passes them is held to it.
  if (!question.resource.starts_with(bucket_prefix)) return nullptr;
  const auto place = place_of(question.resource);
  // Whoever makes a bucket that is there hears so, and gets nothing of it.
  if (!place || question.action == "s3:CreateBucket") return nullptr;
  const auto bucket = source_.bucket(place->bucket);
  if (!bucket) return absent_guard(question);
  const auto point = point_of(question);
  const bool is_services = bucket->account == service_account;
  const bool is_inside = bucket->account == question.principal.account;
  if (!point && (is_services || (is_inside && is_plain(*bucket)))) return nullptr;
  const PublicBlock block =
      point ? strictest(point->block, public_block(*bucket)) : public_block(*bucket);
  Guard guard{.arn = bucket_arn(bucket->name),
              .account = bucket->account,
              .owner = bucket->account,
              .policy = nullptr,
              .acl = nullptr};
  if (!is_rescue(question, *bucket)) add_policy(*bucket, block, guard);
  if (ownership(*bucket) != Ownership::enforced) add_acl(*bucket, block, question, guard);
  return std::make_shared<const Guard>(std::move(guard));
}

std::optional<policy::Way> BucketGuards::way(const Question& question) {
  if (!question.resource.starts_with(bucket_prefix)) return std::nullopt;
  const auto point = point_of(question);
  if (!point) return std::nullopt;
  const auto place = place_of(question.resource);
  const std::string arn = point->name.arn();
  policy::Way way{.resource = place->key.empty() ? arn : arn + "/object/" + std::string(place->key),
                  .guard = Guard{.arn = arn,
                                 .account = point->name.account,
                                 .owner = point->name.account,
                                 .policy = nullptr,
                                 .acl = nullptr}};
  if (point->policy.empty()) return way;
  const auto bucket = source_.bucket(place->bucket);
  PublicBlock block = strictest(point->block, point->account_block);
  if (bucket) block = strictest(block, public_block(*bucket));
  ReadPolicy found = read(point->policy);
  way.guard.policy = std::move(found.policy);
  way.guard.is_restricted = found.is_public && block.restricts_policies;
  return way;
}

void BucketGuards::add_policy(const Bucket& bucket, const PublicBlock& block, Guard& guard) {
  const std::string_view document = bucket.setting(policy_setting);
  if (document.empty()) return;
  ReadPolicy found = read(document);
  guard.policy = std::move(found.policy);
  guard.is_restricted = found.is_public && block.restricts_policies;
}

void BucketGuards::add_acl(const Bucket& bucket, const PublicBlock& block, const Question& question,
                           Guard& guard) {
  const auto place = place_of(question.resource);
  const bool of_object = !place->key.empty() && !is_of_bucket(question.action);
  const auto object = place->key.empty() ? std::nullopt : object_of(question);
  Reach reach = Reach::bucket;
  if (!place->key.empty() && is_own(object, bucket, question.principal)) {
    reach = Reach::bucket_and_object;
  }
  std::string_view text = bucket.setting(acl_setting);
  if (of_object && object) {
    guard.owner = owner_of(*object, bucket);
    guard.policy_allows = guard.owner == bucket.account;
    text = object->traits.acl;
    reach = Reach::object;
  } else if (of_object) {
    reach = Reach::absent_object;
  }
  if (!text.empty()) guard.acl = grants(text, block.ignores_acls, reach);
}

std::optional<ObjectInfo> BucketGuards::object_of(const Question& question) const {
  const auto place = place_of(question.resource);
  if (!place || place->key.empty()) return std::nullopt;
  ObjectName name{.bucket = place->bucket, .key = place->key};
  const auto version = question.conditions.find("s3:VersionId");
  if (version != question.conditions.end() && !version->second.empty()) {
    const std::string& id = version->second.front();
    name.version = id == "null" ? std::string_view() : std::string_view(id);
  }
  return source_.object(name);
}

std::optional<KeyValues> BucketGuards::tag_values(const Question& question,
                                                  std::string_view key) const {
  const auto place = place_of(question.resource);
  const auto of_resource = after("aws:ResourceTag/", key);
  const auto of_point =
      place && place->point && of_resource ? of_resource : after("s3:AccessPointTag/", key);
  if (of_point) {
    const auto point = place && place->point ? place->point : point_of(question);
    return point ? value_ignoring_case(point->tags, *of_point) : std::nullopt;
  }
  const auto of_bucket = of_resource ? of_resource : after("s3:BucketTag/", key);
  const auto bucket = place && of_bucket ? source_.bucket(place->bucket) : nullptr;
  if (!bucket || bucket->setting(abac_setting).empty()) return std::nullopt;
  return value_ignoring_case(to_attributes(std::string(bucket->setting(tags_setting))), *of_bucket);
}

std::optional<KeyValues> BucketGuards::values(const Question& question, std::string_view key) {
  if (const auto name = after("s3:ExistingObjectTag/", key)) {
    const auto object = object_of(question);
    return object ? value_of(object->tags, *name) : std::nullopt;
  }
  if (auto tags = tag_values(question, key)) return tags;
  const bool asks_account = base::equal_ignoring_case(key, "aws:ResourceAccount") ||
                            base::equal_ignoring_case(key, "s3:ResourceAccount");
  const auto place = place_of(question.resource);
  if (place && place->point) {
    return asks_account ? KeyValues{place->point->name.account}
                        : value_of(place->point->conditions(), key);
  }
  // Asked of what nobody signed: a signature names the region itself.
  const bool asks_region = base::equal_ignoring_case(key, "aws:RequestedRegion");
  if (!asks_account && !asks_region) return std::nullopt;
  const auto bucket = place ? source_.bucket(place->bucket) : nullptr;
  if (!bucket) return std::nullopt;
  return KeyValues{asks_region ? bucket->region : bucket->account};
}

std::shared_ptr<const policy::Policy> BucketGuards::grants(std::string_view text,
                                                           bool ignores_public, Reach reach) {
  std::string name = ignores_public ? "-" : "+";
  name.append(1, static_cast<char>('0' + static_cast<int>(reach))).append(text);
  {
    const std::lock_guard lock(mutex_);
    const auto known = grants_.find(name);
    if (known != grants_.end()) return known->second;
  }
  const Acl acl = to_acl(text, {});
  auto policy = grants_policy(ignores_public ? without_public(acl) : acl, reach);
  const std::lock_guard lock(mutex_);
  if (grants_.size() >= policies_kept) grants_.clear();
  grants_.insert_or_assign(std::move(name), policy);
  return policy;
}

ReadPolicy BucketGuards::read(std::string_view document) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = read_.find(document);
    if (known != read_.end()) return known->second;
  }
  auto policy = std::make_shared<const policy::Policy>(
      policy::parse_policy(document, policy::PolicyKind::resource));
  const ReadPolicy fresh{.policy = policy, .is_public = is_public(*policy)};
  const std::lock_guard lock(mutex_);
  if (read_.size() >= policies_kept) read_.clear();
  read_.insert_or_assign(std::string(document), fresh);
  return fresh;
}

}  // namespace millrace::objects
