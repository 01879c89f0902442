#include "aws/auditor.hpp"

#include <algorithm>
#include <array>

namespace millrace::aws {

namespace {

constexpr std::string_view hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";

constexpr auto looks =
    std::to_array<std::string_view>({"Describe", "Generate", "Get", "List", "Simulate"});
constexpr auto sessions = std::to_array<std::string_view>(
    {"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot",
     "GetFederationToken", "GetSessionToken"});
constexpr auto secret_members = std::to_array<std::string_view>(
    {"AuthenticationCode1", "AuthenticationCode2", "NewPassword", "OldPassword", "Password",
     "PrivateKey", "SAMLAssertion", "SecretAccessKey", "SessionToken", "TokenCode",
     "WebIdentityToken"});

}  // namespace

bool is_identity_change(std::string_view service, std::string_view operation) {
  if (service == "sts") return std::ranges::find(sessions, operation) != sessions.end();
  if (service != "iam" && service != "organizations") return false;
  return std::ranges::none_of(looks,
                              [&](std::string_view look) { return operation.starts_with(look); });
}

base::Value without_secrets(const Shape& shape, const base::Value& value) {
  if (shape.sensitive) return hidden;
  if (value.is_list() && shape.kind == Kind::list) {
    base::List list;
    for (const base::Value& element : value.list())
      list.push_back(without_secrets(*shape.element.shape, element));
    return list;
  }
  if (!value.is_map() || shape.kind != Kind::structure) return value;
  base::Map map;
  for (const auto& [name, member] : value.map()) {
    const MemberShape* known = shape.member(name);
    const bool is_secret = std::ranges::find(secret_members, name) != secret_members.end();
    if (is_secret) {
      map.set(name, hidden);
    } else {
      map.set(name, known != nullptr ? without_secrets(*known->shape, member) : member);
    }
  }
  return map;
}

std::string issued_key(const base::Value& answer) {
  for (const std::string_view holder : {"AccessKey", "Credentials"}) {
    const base::Value* keys = answer.find(holder);
    const base::Value* id = keys != nullptr ? keys->find("AccessKeyId") : nullptr;
    if (id != nullptr && id->is_text()) return id->text();
  }
  return "";
}

}  // namespace millrace::aws
