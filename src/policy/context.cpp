// The condition keys that follow from the principal, the resource and the time, beside those that a
// request gives.
#include "policy/context.hpp"

#include "base/arn.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace millrace::policy {
namespace {

constexpr std::string_view principal_tag_prefix = "aws:PrincipalTag/";

bool has_prefix(std::string_view text, std::string_view prefix) {
  return base::equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

// A condition's tag is either spelling of a name and not both: with two of them there is none, or
// whoever may tag could show one and mean the other.
std::optional<KeyValues> tag_value(const TagPairs& tags, std::string_view name) {
  std::optional<KeyValues> found;
  for (const auto& [tag, value] : tags) {
    if (!base::equal_ignoring_case(tag, name)) continue;
    if (found) return std::nullopt;
    found = KeyValues{value};
  }
  return found;
}

// The same of the tags in a request, "aws:RequestTag/NAME".
const KeyValues* given_value(const Conditions& conditions, std::string_view key) {
  const bool names_tag = key.find('/') != std::string_view::npos;
  const KeyValues* found = nullptr;
  for (const auto& [name, values] : conditions) {
    if (!base::equal_ignoring_case(name, key)) continue;
    if (found != nullptr) return nullptr;
    found = &values;
    if (!names_tag) break;
  }
  return found;
}

std::optional<KeyValues> if_not_empty(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return KeyValues{std::string(text)};
}

// A session's ARN stands for its role's in aws:PrincipalArn.
std::string_view principal_arn(const Principal& principal) {
  return principal.kind == Principal::Kind::role_session ? principal.role_arn : principal.arn;
}

std::string epoch_text(base::Timestamp now) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
}

// Sessions of jobs are never issued, those that were stored by older versions do not say when.
bool has_temporary_credentials(const Principal& who) {
  return who.token_issued || who.kind == Principal::Kind::role_session ||
         who.kind == Principal::Kind::federated_user;
}

std::string age_text(base::Timestamp since, base::Timestamp now) {
  const auto age = std::chrono::floor<std::chrono::seconds>(now - since).count();
  return std::to_string(std::max<std::int64_t>(age, 0));
}

// Services name a resource's tags with their own prefix too.
std::optional<std::string_view> resource_tag_name(std::string_view key) {
  for (const std::string_view prefix :
       {"aws:ResourceTag/", "iam:ResourceTag/", "sagemaker:ResourceTag/"}) {
    if (has_prefix(key, prefix)) return key.substr(prefix.size());
  }
  return std::nullopt;
}

}  // namespace

std::string_view principal_type(Principal::Kind kind) {
  switch (kind) {
    case Principal::Kind::root:
      return "Account";
    case Principal::Kind::user:
      return "User";
    case Principal::Kind::role_session:
      return "AssumedRole";
    case Principal::Kind::federated_user:
      return "FederatedUser";
    case Principal::Kind::federated_identity:
      return "Federated";
    case Principal::Kind::service:
      return "Service";
    case Principal::Kind::anonymous:
      break;
  }
  return "Anonymous";
}

std::optional<KeyValues> Context::find(std::string_view key) const {
  if (const KeyValues* given = given_value(question_.conditions, key)) return *given;
  if (base::equal_ignoring_case(key, "aws:CurrentTime")) return KeyValues{base::iso8601(now_)};
  if (base::equal_ignoring_case(key, "aws:EpochTime")) return KeyValues{epoch_text(now_)};
  if (auto values = of_principal(key)) return values;
  if (auto values = of_session(key)) return values;
  if (question_.further) {
    if (auto values = question_.further->key_values(key)) return values;
  }
  if (keys_of_) {
    if (auto values = keys_of_(key)) return values;
  }
  return of_resource(key);
}

std::optional<KeyValues> Context::of_principal(std::string_view key) const {
  const auto is = [key](std::string_view name) { return base::equal_ignoring_case(key, name); };
  const Principal& who = question_.principal;
  if (has_prefix(key, principal_tag_prefix))
    return tag_value(who.tags, key.substr(principal_tag_prefix.size()));
  if (is("aws:PrincipalType")) return KeyValues{std::string(principal_type(who.kind))};
  if (is("aws:PrincipalArn")) return if_not_empty(principal_arn(who));
  const bool is_anonymous = who.kind == Principal::Kind::anonymous;
  if (is("aws:PrincipalAccount")) return if_not_empty(is_anonymous ? "anonymous" : who.account);
  if (is("aws:userid")) return if_not_empty(who.user_id);
  if (is("aws:username") && who.kind == Principal::Kind::user) return if_not_empty(who.name);
  if (is("aws:SourceIdentity") && who.source_identity) return KeyValues{*who.source_identity};
  if (is("aws:PrincipalServiceName") && who.kind == Principal::Kind::service)
    return if_not_empty(who.name);
  if (is("aws:PrincipalIsAWSService") && !is_anonymous) {
    return KeyValues{who.kind == Principal::Kind::service ? "true" : "false"};
  }
  return std::nullopt;
}

std::optional<KeyValues> Context::of_session(std::string_view key) const {
  const auto is = [key](std::string_view name) { return base::equal_ignoring_case(key, name); };
  const Principal& who = question_.principal;
  if (is("aws:TokenIssueTime") && who.token_issued)
    return KeyValues{base::iso8601(*who.token_issued)};
  if (is("aws:MultiFactorAuthPresent") && (who.mfa_authenticated || has_temporary_credentials(who)))
    return KeyValues{who.mfa_authenticated ? "true" : "false"};
  if (is("aws:MultiFactorAuthAge") && who.mfa_authenticated)
    return KeyValues{age_text(*who.mfa_authenticated, now_)};
  if (is("aws:FederatedProvider")) return if_not_empty(who.federated_provider);
  for (const auto& [name, values] : who.federated_keys) {
    if (is(name)) return values;
  }
  return std::nullopt;
}

std::optional<KeyValues> Context::of_resource(std::string_view key) const {
  if (base::equal_ignoring_case(key, "aws:ResourceAccount")) {
    const auto arn = base::parse_arn(question_.resource);
    return arn ? if_not_empty(arn->account) : std::nullopt;
  }
  const auto name = resource_tag_name(key);
  if (!name) return std::nullopt;
  if (!resource_tags_) resource_tags_ = tags_of_ ? tags_of_(question_.resource) : TagPairs{};
  return tag_value(*resource_tags_, *name);
}

}  // namespace millrace::policy
