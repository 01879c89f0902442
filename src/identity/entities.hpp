// Accounts' contents as plain data: users, groups, roles, instance profiles, managed policies,
// access keys.
#pragma once

#include "base/time.hpp"
#include "policy/policy.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::identity {

// A policy as it was put, and as it decides. Shared: copies of an entity, and decisions under way,
// share what was parsed.
struct PolicyText {
  std::string document;
  std::shared_ptr<const policy::Policy> parsed;
};
// Throws MalformedPolicy or UnsupportedPolicy.
[[nodiscard]] PolicyText policy_text(std::string document, policy::PolicyKind kind);

// One that is put: held to AWS's rules too. Throws MalformedPolicy and UnsupportedPolicy.
[[nodiscard]] PolicyText put_text(std::string document, policy::PolicyKind kind);

using NamedTexts = std::map<std::string, PolicyText, std::less<>>;

enum class Holder { user, role, group };  // who can hold policies

// What a holder is granted.
struct Grants {
  NamedTexts inline_policies;
  std::vector<std::string> attached;    // ARNs of managed policies, in the order of attachment
  std::optional<std::string> boundary;  // ARN
};

struct Entity {
  std::string account;
  std::string name;
  std::string path = "/";
  std::string id;  // AIDA..., AROA..., AGPA..., AIPA..., ANPA...
  std::string arn;
  base::Timestamp created;
  std::vector<std::pair<std::string, std::string>> tags;
};

// A user's password, of which only a slow hash is kept (password.hpp).
struct LoginProfile {
  std::string hash;
  base::Timestamp created;
  base::Timestamp changed;  // when the password was last set
  bool reset_required = false;
  std::vector<std::string> former;  // hashes of earlier passwords, the newest first
};

struct User {
  Entity entity;
  Grants grants;
  std::vector<std::string> groups;  // ids, in the order of joining: they outlive a group's renaming
  std::optional<LoginProfile> login = std::nullopt;
};

struct Group {
  Entity entity;
  Grants grants;
};

struct Role {
  Entity entity;
  Grants grants;
  PolicyText trust;
  std::optional<std::string> description;
  std::int64_t max_session_s = 3600;
  std::optional<std::string> linked_service = std::nullopt;  // which alone may change the role
};

struct InstanceProfile {
  Entity entity;
  std::optional<std::string> role;  // its name
};

struct PolicyVersion {
  std::int64_t number = 1;  // "v1"
  PolicyText text;
  base::Timestamp created;
};

struct ManagedPolicy {
  Entity entity;
  std::optional<std::string> description;
  base::Timestamp updated;
  std::int64_t default_version = 1;
  std::int64_t newest_version = 1;  // numbers are not used twice
  std::vector<PolicyVersion> versions;

  [[nodiscard]] const PolicyVersion* version(std::int64_t number) const;
  [[nodiscard]] const PolicyText& text() const;  // of the default version
};

struct AccessKey {
  std::string id;
  std::string account;
  std::string user;  // empty: the account's root
  std::string secret;
  bool active = true;
  base::Timestamp created;
};

struct Account {
  std::string id;
  base::Timestamp created;
  AccessKey root_key;
};

}  // namespace millrace::identity
