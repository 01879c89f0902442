// The documents of identity's records. Member names are part of the stored format: they may be
// added to, not renamed.
#include "identity/entity_record.hpp"

#include <utility>

namespace millrace::identity {
namespace {

using base::List;
using base::Map;
using base::Value;

// --- writing

Map entity_document(const Entity& entity) { return Map{{"id", entity.id}, {"path", entity.path}}; }

Map grants_document(const Grants& grants) {
  Map inline_policies;
  for (const auto& [name, text] : grants.inline_policies) inline_policies.set(name, text.document);
  List attached;
  for (const std::string& arn : grants.attached) attached.emplace_back(arn);
  Map document{{"inline", std::move(inline_policies)}, {"attached", std::move(attached)}};
  document.set_if("boundary", grants.boundary);
  return document;
}

store::Record record_of(std::string_view kind, const Entity& entity, Map document) {
  return {.key = entity_key(kind, entity.account, entity.name),
          .arn = entity.arn,
          .document = std::move(document),
          .created = entity.created,
          .modified = entity.created,
          .status = ""};
}

// --- reading

std::string text_at(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  return value != nullptr ? value->text() : std::string();
}

std::optional<std::string> optional_text_at(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  if (value == nullptr) return std::nullopt;
  return value->text();
}

std::int64_t integer_at(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  return value != nullptr ? value->integer() : 0;
}

// Of a member that records of former versions lack, or one that may be absent: none.
std::vector<std::string> texts_at(const Value& document, std::string_view name) {
  std::vector<std::string> texts;
  const Value* list = document.find(name);
  if (list == nullptr) return texts;
  for (const Value& text : list->list()) texts.push_back(text.text());
  return texts;
}

base::Timestamp time_at(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  return value != nullptr ? base::from_epoch_seconds(value->number()) : base::Timestamp{};
}

Entity entity_from(const store::Record& record, store::Tags tags) {
  return {.account = record.key.account,
          .name = record.key.name,
          .path = text_at(record.document, "path"),
          .id = text_at(record.document, "id"),
          .arn = record.arn,
          .created = record.created,
          .tags = std::move(tags)};
}

Grants grants_from(const Value& document) {
  Grants grants;
  for (const auto& [name, text] : document.find("inline")->map()) {
    grants.inline_policies[name] = policy_text(text.text(), policy::PolicyKind::inline_identity);
  }
  grants.attached = texts_at(document, "attached");
  grants.boundary = optional_text_at(document, "boundary");
  return grants;
}

Map login_document(const LoginProfile& login) {
  List former;
  for (const std::string& hash : login.former) former.emplace_back(hash);
  return Map{{"hash", login.hash},
             {"created", base::epoch_seconds(login.created)},
             {"changed", base::epoch_seconds(login.changed)},
             {"reset_required", login.reset_required},
             {"former", std::move(former)}};
}

LoginProfile login_from(const Value& document) {
  return {.hash = text_at(document, "hash"),
          .created = time_at(document, "created"),
          .changed = time_at(document, "changed"),
          .reset_required = document.find("reset_required")->flag(),
          .former = texts_at(document, "former")};
}

Value version_document(const PolicyVersion& version) {
  return Map{{"number", version.number},
             {"document", version.text.document},
             {"created", base::epoch_seconds(version.created)}};
}

PolicyVersion version_from(const Value& document) {
  return {.number = integer_at(document, "number"),
          .text = policy_text(text_at(document, "document"), policy::PolicyKind::managed),
          .created = time_at(document, "created")};
}

}  // namespace

store::Key entity_key(std::string_view kind, std::string_view account, std::string_view name) {
  return {.account = std::string(account),
          .region = "",
          .kind = std::string(kind),
          .name = std::string(name)};
}

store::Record to_record(const User& user) {
  Map document = entity_document(user.entity);
  document.set("grants", grants_document(user.grants));
  List groups;
  for (const std::string& id : user.groups) groups.emplace_back(id);
  document.set("groups", std::move(groups));
  if (user.login) document.set("login", login_document(*user.login));
  return record_of(user_kind, user.entity, std::move(document));
}

store::Record to_record(const Group& group) {
  Map document = entity_document(group.entity);
  document.set("grants", grants_document(group.grants));
  return record_of(group_kind, group.entity, std::move(document));
}

store::Record to_record(const Role& role) {
  Map document = entity_document(role.entity);
  document.set("grants", grants_document(role.grants));
  document.set("trust", role.trust.document);
  document.set("max_session_s", role.max_session_s);
  document.set_if("description", role.description);
  document.set_if("linked_service", role.linked_service);
  return record_of(role_kind, role.entity, std::move(document));
}

store::Record to_record(const InstanceProfile& profile) {
  Map document = entity_document(profile.entity);
  document.set_if("role", profile.role);
  return record_of(instance_profile_kind, profile.entity, std::move(document));
}

store::Record to_record(const ManagedPolicy& policy) {
  Map document = entity_document(policy.entity);
  List versions;
  for (const PolicyVersion& version : policy.versions)
    versions.push_back(version_document(version));
  document.set("versions", std::move(versions));
  document.set("default_version", policy.default_version);
  document.set("newest_version", policy.newest_version);
  document.set("updated", base::epoch_seconds(policy.updated));
  document.set_if("description", policy.description);
  return record_of(policy_kind, policy.entity, std::move(document));
}

template <>
User from_record(const store::Record& record, store::Tags tags) {
  User user{.entity = entity_from(record, std::move(tags)),
            .grants = grants_from(*record.document.find("grants")),
            .groups = texts_at(record.document, "groups")};
  if (const Value* login = record.document.find("login")) user.login = login_from(*login);
  return user;
}

template <>
Group from_record(const store::Record& record, store::Tags tags) {
  return {.entity = entity_from(record, std::move(tags)),
          .grants = grants_from(*record.document.find("grants"))};
}

template <>
Role from_record(const store::Record& record, store::Tags tags) {
  return {.entity = entity_from(record, std::move(tags)),
          .grants = grants_from(*record.document.find("grants")),
          .trust = policy_text(text_at(record.document, "trust"), policy::PolicyKind::trust),
          .description = optional_text_at(record.document, "description"),
          .max_session_s = integer_at(record.document, "max_session_s"),
          .linked_service = optional_text_at(record.document, "linked_service")};
}

template <>
InstanceProfile from_record(const store::Record& record, store::Tags tags) {
  return {.entity = entity_from(record, std::move(tags)),
          .role = optional_text_at(record.document, "role")};
}

template <>
ManagedPolicy from_record(const store::Record& record, store::Tags tags) {
  ManagedPolicy policy{.entity = entity_from(record, std::move(tags)),
                       .description = optional_text_at(record.document, "description"),
                       .updated = time_at(record.document, "updated"),
                       .default_version = integer_at(record.document, "default_version"),
                       .newest_version = integer_at(record.document, "newest_version")};
  for (const Value& version : record.document.find("versions")->list()) {
    policy.versions.push_back(version_from(version));
  }
  return policy;
}

}  // namespace millrace::identity
