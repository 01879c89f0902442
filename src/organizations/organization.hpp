// An organisation as plain data: its tree, its accounts, its policies and what is being agreed on.
// Changes are functions on a copy, which then becomes durable and visible as a whole.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "policy/policy.hpp"
#include "store/records.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::organizations {

enum class FeatureSet { all, consolidated_billing };
// Control policies decide; management policies come to an effective one (management_policies.hpp).
enum class PolicyType { service_control, resource_control, aiservices_opt_out, tag };
constexpr PolicyType policy_types[] = {PolicyType::service_control, PolicyType::resource_control,
                                       PolicyType::aiservices_opt_out, PolicyType::tag};

// The root or an organisational unit.
struct Unit {
  std::string id;  // r-..., ou-...
  std::string name;
  std::string parent;                 // empty: this is the root
  std::vector<std::string> attached;  // ids of policies
  bool operator==(const Unit&) const = default;
};

struct Member {
  std::string account;
  std::string name;
  std::string email;
  std::string parent;
  bool was_invited = false;
  base::Timestamp joined;
  std::optional<base::Timestamp> closed;
  std::vector<std::string> attached;
  std::map<std::string, base::Timestamp> delegations;  // by service principal: since when
  bool operator==(const Member&) const = default;
};

struct ControlPolicy {
  std::string id;
  PolicyType type = PolicyType::service_control;
  std::string name;
  std::string description;
  std::string content;
  // Shared: decisions under way go on with it. Null for a management policy.
  std::shared_ptr<const policy::Policy> parsed;
  bool is_aws_managed = false;
  bool operator==(const ControlPolicy&) const = default;
};

struct ResourcePolicy {
  std::string id;  // rp-...
  std::string content;
  std::shared_ptr<const policy::Policy> parsed;  // shared: as above
  bool operator==(const ResourcePolicy&) const = default;
};

enum class HandshakeAction { invite, enable_all_features, approve_all_features };
enum class HandshakeState { requested, open, canceled, accepted, declined, expired };

struct Handshake {
  std::string id;
  HandshakeAction action = HandshakeAction::invite;
  HandshakeState state = HandshakeState::open;
  std::string account;               // the recipient; empty while no account has the address
  std::optional<std::string> email;  // by which an account was invited
  std::optional<std::string> notes;
  std::optional<std::string> parent;  // of an approval: the request for all features
  base::Timestamp requested;
  base::Timestamp expires;
  std::optional<base::Timestamp> ended;
  store::Tags tags;  // of the account once it has joined
  bool operator==(const Handshake&) const = default;
};

// A request for a new account. It is under way until it is completed.
struct Creation {
  std::string id;  // car-...
  std::string account;
  std::string name;
  std::string email;
  std::string role;
  base::Timestamp requested;
  std::optional<base::Timestamp> completed;
  std::optional<std::string> failure;  // AWS's reason
  store::Tags tags;
  bool operator==(const Creation&) const = default;
};

struct Organization {
  std::string id;          // o-...
  std::string management;  // account
  FeatureSet features = FeatureSet::all;
  base::Timestamp created;
  std::string root;
  std::set<PolicyType> enabled;
  std::map<std::string, base::Timestamp> trusted_services;  // by principal: since when
  std::optional<ResourcePolicy> resource_policy;

  std::map<std::string, Unit, std::less<>> units;  // the root too
  std::map<std::string, Member, std::less<>> members;
  std::map<std::string, ControlPolicy, std::less<>> policies;
  std::map<std::string, Handshake, std::less<>> handshakes;
  std::map<std::string, Creation, std::less<>> creations;

  // Tags of what this change makes, by id; they become facets of its records.
  std::map<std::string, store::Tags> tags_at_birth;
};

constexpr std::string_view full_access = "p-FullAWSAccess";
constexpr std::string_view full_resource_access = "p-RCPFullAWSAccess";

struct Founding {
  std::string management;
  std::string name;
  std::string email;
  FeatureSet features = FeatureSet::all;
};
// A new organisation with its root and its management account in it.
[[nodiscard]] Organization found(const Founding& asked, base::Timestamp now, base::Random& random);
// The policies that every organisation has from AWS.
[[nodiscard]] std::vector<ControlPolicy> shipped_policies();
// Of a type, what everything in a tree is attached to from the start; empty: nothing.
[[nodiscard]] std::string_view default_policy(PolicyType type);

// Of all types that are enabled.
[[nodiscard]] std::vector<std::string> default_policies(const Organization& organization);

[[nodiscard]] std::string make_id(base::Random& random, std::string_view prefix,
                                  std::size_t length);

// From the root down to this one, by id; of an account its unit is the last. Empty when there is no
// such thing.
[[nodiscard]] std::vector<std::string> path_to(const Organization& organization,
                                               std::string_view id);
// "o-.../r-.../ou-.../ID/"
[[nodiscard]] std::string path_text(const Organization& organization, std::string_view id);

// A closed account is gone from the lists after a while.
[[nodiscard]] bool is_gone(const Member& member, base::Timestamp now);
[[nodiscard]] const Member* find_member(const Organization& organization, std::string_view account,
                                        base::Timestamp now);
// What hangs policies: a root, unit or account; null when there is no such thing.
[[nodiscard]] std::vector<std::string>* find_attached(Organization& organization,
                                                      std::string_view id);
[[nodiscard]] const std::vector<std::string>* find_attached(const Organization& organization,
                                                            std::string_view id);

}  // namespace millrace::organizations
