// Member names in the documents are part of the stored format: they may be added to, not changed.
#include "organizations/organization_record.hpp"

#include "base/arn.hpp"
#include "base/assert.hpp"
#include "organizations/arns.hpp"
#include "organizations/control_policies.hpp"
#include "organizations/delegation.hpp"
#include "organizations/management_policies.hpp"

#include <algorithm>
#include <span>

namespace millrace::organizations {
namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::string_view organization_kind = "organizations/organization";
constexpr std::string_view resource_policy_kind = "organizations/resource-policy";
constexpr std::string_view unit_kind = "organizations/unit";
constexpr std::string_view account_kind = "organizations/account";
constexpr std::string_view policy_kind = "organizations/policy";
constexpr std::string_view handshake_kind = "organizations/handshake";
constexpr std::string_view creation_kind = "organizations/creation";
constexpr std::string_view profile_kind = "organizations/profile";

constexpr FeatureSet feature_sets[] = {FeatureSet::all, FeatureSet::consolidated_billing};
constexpr HandshakeAction actions[] = {HandshakeAction::invite,
                                       HandshakeAction::enable_all_features,
                                       HandshakeAction::approve_all_features};
constexpr HandshakeState states[] = {HandshakeState::requested, HandshakeState::open,
                                     HandshakeState::canceled,  HandshakeState::accepted,
                                     HandshakeState::declined,  HandshakeState::expired};

// --- documents

template <class Enum, std::size_t size>
Enum read_enum(const Enum (&all)[size], std::string_view text) {
  const auto found =
      std::find_if(std::begin(all), std::end(all), [&](Enum one) { return text_of(one) == text; });
  MILLRACE_ASSERT(found != std::end(all));
  return *found;
}

Value seconds(base::Timestamp time) { return base::epoch_seconds(time); }

base::Timestamp time_in(const Value& value) { return base::from_epoch_seconds(value.number()); }

std::string text_at(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  return value != nullptr ? value->text() : std::string();
}

std::optional<std::string> optional_text_at(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  if (value == nullptr) return std::nullopt;
  return value->text();
}

base::Timestamp time_at(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  return value != nullptr ? time_in(*value) : base::Timestamp{};
}

std::optional<base::Timestamp> optional_time_at(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  if (value == nullptr) return std::nullopt;
  return time_in(*value);
}

void set_time_if(Map& document, std::string name, const std::optional<base::Timestamp>& time) {
  if (time) document.set(std::move(name), seconds(*time));
}

List texts_value(const std::vector<std::string>& texts) {
  List list;
  for (const std::string& text : texts) list.emplace_back(text);
  return list;
}

std::vector<std::string> texts_at(const Value& document, std::string_view name) {
  std::vector<std::string> texts;
  const Value* list = document.find(name);
  if (list == nullptr) return texts;
  for (const Value& one : list->list()) texts.push_back(one.text());
  return texts;
}

Map times_value(const std::map<std::string, base::Timestamp>& times) {
  Map map;
  for (const auto& [name, time] : times) map.set(name, seconds(time));
  return map;
}

std::map<std::string, base::Timestamp> times_at(const Value& document, std::string_view name) {
  std::map<std::string, base::Timestamp> times;
  const Value* map = document.find(name);
  if (map == nullptr) return times;
  for (const auto& [key, time] : map->map()) times[key] = time_in(time);
  return times;
}

List tags_value(const store::Tags& tags) {
  List list;
  for (const auto& [name, value] : tags) list.emplace_back(List{name, value});
  return list;
}

store::Tags tags_at(const Value& document, std::string_view name) {
  store::Tags tags;
  const Value* list = document.find(name);
  if (list == nullptr) return tags;
  for (const Value& tag : list->list())
    tags.emplace_back(tag.list()[0].text(), tag.list()[1].text());
  return tags;
}

// --- records of the parts

store::Record record_of(const Organization& organization, std::string_view kind,
                        const std::string& name, std::string arn, Map document) {
  return {.key = store::Key{.account = organization.management,
                            .region = "",
                            .kind = std::string(kind),
                            .name = name},
          .arn = std::move(arn),
          .document = std::move(document)};
}

store::Record to_record(const Organization& organization) {
  List enabled;
  for (const PolicyType type : organization.enabled) enabled.emplace_back(text_of(type));
  Map document{{"features", text_of(organization.features)},
               {"created", seconds(organization.created)},
               {"root", organization.root},
               {"enabled", std::move(enabled)},
               {"trusted_services", times_value(organization.trusted_services)}};
  return record_of(organization, organization_kind, organization.id,
                   Arns(organization).organization(), std::move(document));
}

store::Record to_record(const Organization& organization, const ResourcePolicy& policy) {
  return record_of(organization, resource_policy_kind, policy.id,
                   Arns(organization).resource_policy(policy.id), Map{{"content", policy.content}});
}

store::Record to_record(const Organization& organization, const Unit& unit) {
  return record_of(
      organization, unit_kind, unit.id, Arns(organization).unit(unit.id),
      Map{{"name", unit.name}, {"parent", unit.parent}, {"attached", texts_value(unit.attached)}});
}

store::Record to_record(const Organization& organization, const Member& member) {
  Map document{{"name", member.name},
               {"email", member.email},
               {"parent", member.parent},
               {"was_invited", member.was_invited},
               {"joined", seconds(member.joined)},
               {"attached", texts_value(member.attached)},
               {"delegations", times_value(member.delegations)}};
  set_time_if(document, "closed", member.closed);
  return record_of(organization, account_kind, member.account,
                   Arns(organization).account(member.account), std::move(document));
}

store::Record to_record(const Organization& organization, const ControlPolicy& policy) {
  return record_of(organization, policy_kind, policy.id,
                   Arns(organization).policy(policy.id, policy.type),
                   Map{{"type", text_of(policy.type)},
                       {"name", policy.name},
                       {"description", policy.description},
                       {"content", policy.content}});
}

store::Record to_record(const Organization& organization, const Handshake& handshake) {
  Map document{{"action", text_of(handshake.action)},   {"state", text_of(handshake.state)},
               {"account", handshake.account},          {"requested", seconds(handshake.requested)},
               {"expires", seconds(handshake.expires)}, {"tags", tags_value(handshake.tags)}};
  document.set_if("email", handshake.email);
  document.set_if("notes", handshake.notes);
  document.set_if("parent", handshake.parent);
  set_time_if(document, "ended", handshake.ended);
  return record_of(organization, handshake_kind, handshake.id,
                   Arns(organization).handshake(handshake.id, handshake.action),
                   std::move(document));
}

store::Record to_record(const Organization& organization, const Creation& creation) {
  Map document{{"account", creation.account},
               {"name", creation.name},
               {"email", creation.email},
               {"role", creation.role},
               {"requested", seconds(creation.requested)},
               {"tags", tags_value(creation.tags)}};
  set_time_if(document, "completed", creation.completed);
  document.set_if("failure", creation.failure);
  return record_of(organization, creation_kind, creation.id, "", std::move(document));
}

// --- back

Organization organization_from(const store::Record& record) {
  const Value& document = record.document;
  Organization organization{.id = record.key.name,
                            .management = record.key.account,
                            .features = read_enum(feature_sets, text_at(document, "features")),
                            .created = time_at(document, "created"),
                            .root = text_at(document, "root"),
                            .trusted_services = times_at(document, "trusted_services")};
  for (const std::string& type : texts_at(document, "enabled"))
    organization.enabled.insert(read_enum(policy_types, type));
  for (ControlPolicy& policy : shipped_policies()) {
    const std::string id = policy.id;
    organization.policies[id] = std::move(policy);
  }
  return organization;
}

Unit unit_from(const store::Record& record) {
  return {.id = record.key.name,
          .name = text_at(record.document, "name"),
          .parent = text_at(record.document, "parent"),
          .attached = texts_at(record.document, "attached")};
}

Member member_from(const store::Record& record) {
  const Value& document = record.document;
  const Value* was_invited = document.find("was_invited");
  return {.account = record.key.name,
          .name = text_at(document, "name"),
          .email = text_at(document, "email"),
          .parent = text_at(document, "parent"),
          .was_invited = was_invited != nullptr && was_invited->flag(),
          .joined = time_at(document, "joined"),
          .closed = optional_time_at(document, "closed"),
          .attached = texts_at(document, "attached"),
          .delegations = times_at(document, "delegations")};
}

ControlPolicy policy_from(const store::Record& record) {
  const PolicyType type = read_enum(policy_types, text_at(record.document, "type"));
  std::string content = text_at(record.document, "content");
  auto parsed = is_management(type) ? nullptr : parse_control(content, type);
  return {.id = record.key.name,
          .type = type,
          .name = text_at(record.document, "name"),
          .description = text_at(record.document, "description"),
          .content = std::move(content),
          .parsed = std::move(parsed)};
}

Handshake handshake_from(const store::Record& record) {
  const Value& document = record.document;
  return {.id = record.key.name,
          .action = read_enum(actions, text_at(document, "action")),
          .state = read_enum(states, text_at(document, "state")),
          .account = text_at(document, "account"),
          .email = optional_text_at(document, "email"),
          .notes = optional_text_at(document, "notes"),
          .parent = optional_text_at(document, "parent"),
          .requested = time_at(document, "requested"),
          .expires = time_at(document, "expires"),
          .ended = optional_time_at(document, "ended"),
          .tags = tags_at(document, "tags")};
}

Creation creation_from(const store::Record& record) {
  const Value& document = record.document;
  return {.id = record.key.name,
          .account = text_at(document, "account"),
          .name = text_at(document, "name"),
          .email = text_at(document, "email"),
          .role = text_at(document, "role"),
          .requested = time_at(document, "requested"),
          .completed = optional_time_at(document, "completed"),
          .failure = optional_text_at(document, "failure"),
          .tags = tags_at(document, "tags")};
}

// --- changes

bool is_kept(const ControlPolicy& policy) { return !policy.is_aws_managed; }
template <class Part>
bool is_kept(const Part&) {
  return true;
}

class Comparison {
 public:
  Comparison(const Organization* before, const Organization* after)
      : before_(before), after_(after) {}

  RecordChanges changes() {
    compare_heads();
    compare_resource_policies();
    compare(&Organization::units);
    compare(&Organization::members);
    compare(&Organization::policies);
    compare(&Organization::handshakes);
    compare(&Organization::creations);
    return std::move(changes_);
  }

 private:
  void compare_heads() {
    if (before_ == nullptr) made(to_record(*after_), after_->id);
    if (after_ == nullptr) changes_.erased.push_back(to_record(*before_).key);
    if (before_ == nullptr || after_ == nullptr) return;
    store::Record record = to_record(*after_);
    if (!(record.document == to_record(*before_).document))
      changes_.changed.push_back(std::move(record));
  }

  void compare_resource_policies() {
    const auto* old =
        before_ != nullptr && before_->resource_policy ? &*before_->resource_policy : nullptr;
    const auto* now =
        after_ != nullptr && after_->resource_policy ? &*after_->resource_policy : nullptr;
    const bool is_same = old != nullptr && now != nullptr && old->id == now->id;
    if (is_same && *old == *now) return;
    if (is_same) {
      changes_.changed.push_back(to_record(*after_, *now));
      return;
    }
    if (old != nullptr) changes_.erased.push_back(to_record(*before_, *old).key);
    if (now != nullptr) made(to_record(*after_, *now), now->id);
  }

  template <class Parts>
  void compare(Parts Organization::* parts) {
    const Parts none;
    const Parts& old = before_ != nullptr ? before_->*parts : none;
    const Parts& now = after_ != nullptr ? after_->*parts : none;
    for (const auto& [id, part] : now) {
      if (!is_kept(part)) continue;
      const auto former = old.find(id);
      if (former == old.end()) {
        made(to_record(*after_, part), id);
      } else if (!(former->second == part)) {
        changes_.changed.push_back(to_record(*after_, part));
      }
    }
    for (const auto& [id, part] : old) {
      if (is_kept(part) && !now.contains(id))
        changes_.erased.push_back(to_record(*before_, part).key);
    }
  }

  void made(store::Record record, const std::string& id) {
    const auto tags = after_->tags_at_birth.find(id);
    changes_.made.push_back(
        {.record = std::move(record),
         .tags = tags == after_->tags_at_birth.end() ? store::Tags{} : tags->second});
  }

  const Organization* before_;
  const Organization* after_;
  RecordChanges changes_;
};

}  // namespace

RecordChanges record_changes(const Organization* before, const Organization* after) {
  return Comparison(before, after).changes();
}

std::vector<Organization> load_organizations(store::Records& records) {
  std::map<std::string, Organization> by_account;
  for (const store::Record& record : records.list_every(organization_kind))
    by_account[record.key.account] = organization_from(record);
  const auto load = [&](std::string_view kind, const auto& put) {
    for (const store::Record& record : records.list_every(kind)) {
      const auto found = by_account.find(record.key.account);
      if (found != by_account.end()) put(found->second, record);
    }
  };
  load(resource_policy_kind, [](Organization& into, const store::Record& record) {
    const std::string content = text_at(record.document, "content");
    into.resource_policy = ResourcePolicy{
        .id = record.key.name, .content = content, .parsed = parse_resource_policy(content)};
  });
  load(unit_kind, [](Organization& into, const store::Record& record) {
    into.units[record.key.name] = unit_from(record);
  });
  load(account_kind, [](Organization& into, const store::Record& record) {
    into.members[record.key.name] = member_from(record);
  });
  load(policy_kind, [](Organization& into, const store::Record& record) {
    into.policies[record.key.name] = policy_from(record);
  });
  load(handshake_kind, [](Organization& into, const store::Record& record) {
    into.handshakes[record.key.name] = handshake_from(record);
  });
  load(creation_kind, [](Organization& into, const store::Record& record) {
    into.creations[record.key.name] = creation_from(record);
  });
  std::vector<Organization> all;
  for (auto& [account, organization] : by_account) all.push_back(std::move(organization));
  return all;
}

store::Record to_record(const Profile& profile) {
  return {.key = store::Key{.account = profile.account,
                            .region = "",
                            .kind = std::string(profile_kind),
                            .name = profile.account},
          .arn = base::arn("account", "", profile.account, "account"),
          .document = Map{
              {"name", profile.name}, {"email", profile.email}, {"is_closed", profile.is_closed}}};
}

std::vector<Profile> load_profiles(store::Records& records) {
  std::vector<Profile> all;
  for (const store::Record& record : records.list_every(profile_kind)) {
    const Value* closed = record.document.find("is_closed");
    all.push_back({.account = record.key.name,
                   .name = text_at(record.document, "name"),
                   .email = text_at(record.document, "email"),
                   .is_closed = closed != nullptr && closed->flag()});
  }
  return all;
}

}  // namespace millrace::organizations
