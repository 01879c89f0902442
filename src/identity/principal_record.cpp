// The stored form of a principal. Names are part of the format: they may be added to, not renamed.
#include "identity/principal_record.hpp"

#include "base/assert.hpp"
#include "base/json.hpp"
#include "base/value.hpp"

namespace millrace::identity {
namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::pair<policy::Principal::Kind, std::string_view> kind_names[] = {
    {policy::Principal::Kind::root, "root"},
    {policy::Principal::Kind::user, "user"},
    {policy::Principal::Kind::role_session, "role_session"},
    {policy::Principal::Kind::federated_user, "federated_user"},
    {policy::Principal::Kind::federated_identity, "federated_identity"},
    {policy::Principal::Kind::service, "service"},
    {policy::Principal::Kind::anonymous, "anonymous"},
};

std::string_view name_of(policy::Principal::Kind kind) {
  for (const auto& [known, name] : kind_names) {
    if (known == kind) return name;
  }
  MILLRACE_ASSERT(false);
}

policy::Principal::Kind kind_of(std::string_view text) {
  for (const auto& [kind, name] : kind_names) {
    if (name == text) return kind;
  }
  return policy::Principal::Kind::anonymous;
}

std::optional<std::string> optional_text_at(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  if (value == nullptr) return std::nullopt;
  return value->text();
}

std::string text_at(const Value& document, std::string_view name) {
  return optional_text_at(document, name).value_or("");
}

std::optional<base::Timestamp> time_at(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  if (value == nullptr) return std::nullopt;
  return base::Timestamp(base::Milliseconds(value->integer()));
}

std::vector<std::string> texts_of(const Value& list) {
  std::vector<std::string> all;
  for (const Value& one : list.list()) all.push_back(one.text());
  return all;
}

std::vector<std::string> texts_at(const Value& document, std::string_view name) {
  const Value* values = document.find(name);
  return values != nullptr ? texts_of(*values) : std::vector<std::string>{};
}

List list_of(const std::vector<std::string>& texts) {
  List all;
  for (const std::string& text : texts) all.emplace_back(text);
  return all;
}

void set_time(Map& document, std::string name, const std::optional<base::Timestamp>& time) {
  if (time) document.set(std::move(name), std::int64_t{time->time_since_epoch().count()});
}

// What only some sessions have; one that was stored before there was any of it reads as without.
void write_session_facts(const policy::Principal& principal, Map& document) {
  if (!principal.session_policy_arns.empty())
    document.set("session_policy_arns", list_of(principal.session_policy_arns));
  if (!principal.transitive_tags.empty())
    document.set("transitive_tags", list_of(principal.transitive_tags));
  if (!principal.voucher_id.empty()) document.set("voucher_id", principal.voucher_id);
  set_time(document, "token_issued_ms", principal.token_issued);
  set_time(document, "mfa_authenticated_ms", principal.mfa_authenticated);
  if (principal.federated_provider.empty()) return;
  Map keys;
  for (const auto& [name, values] : principal.federated_keys) keys.set(name, list_of(values));
  document.set("federated_provider", principal.federated_provider);
  document.set("federated_keys", std::move(keys));
}

void read_session_facts(const Value& document, policy::Principal& principal) {
  principal.session_policy_arns = texts_at(document, "session_policy_arns");
  principal.transitive_tags = texts_at(document, "transitive_tags");
  principal.voucher_id = text_at(document, "voucher_id");
  principal.token_issued = time_at(document, "token_issued_ms");
  principal.mfa_authenticated = time_at(document, "mfa_authenticated_ms");
  principal.federated_provider = text_at(document, "federated_provider");
  const Value* keys = document.find("federated_keys");
  if (keys == nullptr) return;
  for (const auto& [name, values] : keys->map()) principal.federated_keys[name] = texts_of(values);
}

}  // namespace

std::string write_principal(const policy::Principal& principal) {
  Map tags;
  for (const auto& [name, value] : principal.tags) tags.set(name, value);
  Map document{{"kind", name_of(principal.kind)},
               {"account", principal.account},
               {"arn", principal.arn},
               {"user_id", principal.user_id},
               {"name", principal.name},
               {"role_arn", principal.role_arn},
               {"session_name", principal.session_name},
               {"tags", std::move(tags)}};
  document.set_if("session_policy", principal.session_policy);
  document.set_if("source_identity", principal.source_identity);
  write_session_facts(principal, document);
  return base::write_json(document);
}

policy::Principal read_principal(std::string_view json) {
  const Value document = base::parse_json(json);
  policy::Principal principal{.kind = kind_of(text_at(document, "kind")),
                              .account = text_at(document, "account"),
                              .arn = text_at(document, "arn"),
                              .user_id = text_at(document, "user_id"),
                              .name = text_at(document, "name"),
                              .role_arn = text_at(document, "role_arn"),
                              .session_name = text_at(document, "session_name"),
                              .session_policy = optional_text_at(document, "session_policy"),
                              .source_identity = optional_text_at(document, "source_identity")};
  for (const auto& [name, value] : document.find("tags")->map())
    principal.tags.emplace_back(name, value.text());
  read_session_facts(document, principal);
  return principal;
}

}  // namespace millrace::identity
