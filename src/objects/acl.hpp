// Access control lists of buckets and objects: grants to accounts and groups, and what they allow
// in the language of policies.
#pragma once

#include "policy/policy.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::objects {

constexpr std::string_view all_users = "http://acs.amazonaws.com/groups/global/AllUsers";
constexpr std::string_view authenticated_users =
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
constexpr std::string_view log_delivery = "http://acs.amazonaws.com/groups/s3/LogDelivery";

struct Grant {
  std::string user;   // a canonical user id; empty for a group
  std::string group;  // its URI
  std::string permission;
  bool operator==(const Grant&) const = default;
};
using Acl = std::vector<Grant>;

// As kept in a bucket's setting and an object's traits; the empty text is the private list, which
// grants everything to the owner.
[[nodiscard]] std::string to_text(const Acl& acl);
[[nodiscard]] Acl to_acl(std::string_view text, std::string_view owner_id);

// Grants to everybody, or to every account.
[[nodiscard]] bool is_public(const Grant& grant);
[[nodiscard]] bool is_public(const Acl& acl);
[[nodiscard]] Acl without_public(Acl acl);

// What a list's grants reach.
enum class Reach {
  bucket,
  bucket_and_object,  // the same of an object in it that is the caller's own, or is not there
  object,
  // Who may list the bucket may hear that it is not there, who may write to it bring its list.
  absent_object,
};
[[nodiscard]] std::shared_ptr<const policy::Policy> grants_policy(const Acl& acl, Reach reach);

}  // namespace millrace::objects
