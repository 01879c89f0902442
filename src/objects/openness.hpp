// How far a bucket is open beyond its account: Block Public Access, who owns its objects, and
// whether a policy is public as S3 means it.
#pragma once

#include "objects/objects.hpp"
#include "policy/policy.hpp"

namespace millrace::objects {

constexpr std::string_view policy_setting = "policy";
constexpr std::string_view acl_setting = "acl";
constexpr std::string_view ownership_setting = "ownership";
constexpr std::string_view public_access_setting = "public_access";
// What its owner's account has set for all its buckets travels with each of them.
constexpr std::string_view account_public_access_setting = "account_public_access";
// Where it is set, the bucket's tags take part in decisions, and travel with it.
constexpr std::string_view abac_setting = "abac";
constexpr std::string_view tags_setting = "tags";

// All four hold in a new bucket, which has no such setting.
struct PublicBlock {
  bool refuses_acls = true;
  bool ignores_acls = true;
  bool refuses_policies = true;
  bool restricts_policies = true;
};
constexpr PublicBlock nothing_blocked = {.refuses_acls = false,
                                         .ignores_acls = false,
                                         .refuses_policies = false,
                                         .restricts_policies = false};
// Of a bucket whose block was deleted, the document that blocks nothing.
constexpr std::string_view no_block = "{}";
// The one set for the bucket itself.
[[nodiscard]] PublicBlock own_public_block(const Bucket& bucket);
// What counts: the bucket's and its owner's account's together.
[[nodiscard]] PublicBlock public_block(const Bucket& bucket);
// Of each setting the one that blocks.
[[nodiscard]] PublicBlock strictest(const PublicBlock& one, const PublicBlock& other);
[[nodiscard]] std::string to_text(const PublicBlock& block);
[[nodiscard]] PublicBlock to_public_block(std::string_view text);  // nothing is blocked by ""

// A new bucket enforces its owner's ownership; one whose setting was deleted leaves objects to
// their writers.
enum class Ownership { enforced, preferred, writer };
constexpr std::string_view enforced_ownership = "BucketOwnerEnforced";
constexpr std::string_view no_ownership = "{}";
[[nodiscard]] Ownership ownership(const Bucket& bucket);
[[nodiscard]] std::string_view ownership_name(Ownership ownership);
[[nodiscard]] std::string ownership_text(std::string_view name);

// It allows something to others than fixed principals, networks or sources.
[[nodiscard]] bool is_public(const policy::Policy& policy);

}  // namespace millrace::objects
