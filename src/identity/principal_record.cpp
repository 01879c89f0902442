// The stored form of a principal. Names are part of the format: they may be added to, not renamed.
#include "identity/principal_record.hpp"

#include "base/assert.hpp"
#include "base/json.hpp"
#include "base/value.hpp"

namespace millrace::identity {
namespace {

using base::Map;
using base::Value;

constexpr std::pair<Principal::Kind, std::string_view> kind_names[] = {
    {Principal::Kind::root, "root"},
    {Principal::Kind::user, "user"},
    {Principal::Kind::role_session, "role_session"},
    {Principal::Kind::service, "service"},
    {Principal::Kind::anonymous, "anonymous"},
};

std::string_view name_of(Principal::Kind kind) {
  for (const auto& [known, name] : kind_names) {
    if (known == kind) return name;
  }
  MILLRACE_ASSERT(false);
}

Principal::Kind kind_of(std::string_view text) {
  for (const auto& [kind, name] : kind_names) {
    if (name == text) return kind;
  }
  return Principal::Kind::anonymous;
}

std::optional<std::string> optional_text_at(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  if (value == nullptr) return std::nullopt;
  return value->text();
}

std::string text_at(const Value& document, std::string_view name) {
  return optional_text_at(document, name).value_or("");
}

}  // namespace

std::string write_principal(const Principal& principal) {
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
  return base::write_json(document);
}

Principal read_principal(std::string_view json) {
  const Value document = base::parse_json(json);
  Principal principal{.kind = kind_of(text_at(document, "kind")),
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
  return principal;
}

}  // namespace millrace::identity
