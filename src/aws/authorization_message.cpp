#include "aws/authorization_message.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace millrace::aws {

namespace {

using base::List;
using base::Map;

constexpr std::size_t encoded_message_limit = 10'240;  // what DecodeAuthorizationMessage takes

Map items(List list) { return Map{{"items", std::move(list)}}; }

List values_of(const std::vector<std::string>& values) {
  List list;
  for (const std::string& value : values) list.push_back(Map{{"value", value}});
  return list;
}

// Of the statement that denied it nothing is said but its name.
List matched(const policy::Question& question, const policy::Decision& decision) {
  if (decision.effect != policy::Decision::Effect::explicit_deny) return {};
  return {Map{{"statementId", decision.statement_id},
              {"effect", "DENY"},
              {"principals", items(values_of({question.principal.user_id}))},
              {"principalGroups", items({})},
              {"actions", items(values_of({question.action}))},
              {"resources", items(values_of({question.resource}))},
              {"conditions", items({})}}};
}

List conditions_of(const policy::Question& question) {
  List list;
  for (const auto& [key, values] : question.conditions)
    list.push_back(Map{{"key", key}, {"values", items(values_of(values))}});
  return list;
}

Map principal_of(const policy::Principal& who) {
  Map principal{{"id", who.user_id}};
  if (who.kind == policy::Principal::Kind::user) principal.set("name", who.name);
  principal.set("arn", who.arn);
  return principal;
}

std::string plain_message(const policy::Question& question, const policy::Decision& decision,
                          List conditions) {
  using Effect = policy::Decision::Effect;
  return base::write_json(Map{{"allowed", decision.allowed()},
                              {"explicitDeny", decision.effect == Effect::explicit_deny},
                              {"matchedStatements", items(matched(question, decision))},
                              {"failures", items({})},
                              {"context", Map{{"principal", principal_of(question.principal)},
                                              {"action", question.action},
                                              {"resource", question.resource},
                                              {"conditions", items(std::move(conditions))}}}});
}

std::string belongs_to(std::string_view account) {
  return "authorization message of " + std::string(account);
}

std::string sealed(const identity::Vault& vault, const policy::Question& question,
                   std::string_view plain) {
  std::string text = base::base64(vault.seal(plain, belongs_to(question.principal.account)));
  text = base::replace_all(base::replace_all(std::move(text), "+", "-"), "/", "_");
  while (text.ends_with('=')) text.pop_back();
  return text;
}

}  // namespace

std::string encoded_message(const identity::Vault& vault, const policy::Question& question,
                            const policy::Decision& decision) {
  std::string text =
      sealed(vault, question, plain_message(question, decision, conditions_of(question)));
  if (text.size() <= encoded_message_limit) return text;
  return sealed(vault, question, plain_message(question, decision, {}));
}

std::optional<std::string> decoded_message(const identity::Vault& vault, std::string_view account,
                                           std::string_view encoded) {
  std::string text = base::replace_all(std::string(encoded), "-", "+");
  text = base::replace_all(std::move(text), "_", "/");
  text.append((4 - text.size() % 4) % 4, '=');
  const auto bytes = base::from_base64(text);
  if (!bytes) return std::nullopt;
  try {
    return vault.open(*bytes, belongs_to(account));
  } catch (const identity::VaultError&) {
    return std::nullopt;
  }
}

}  // namespace millrace::aws
