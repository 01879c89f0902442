// The checks of a token, in an order in which nothing that it says counts before its signature
// does.
#include "identity/web_identity.hpp"

#include "identity/web_token.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

using base::Value;
using Kind = IdentityFault::Kind;

constexpr std::string_view google = "accounts.google.com";
// Known to every account, without a provider of its own.
constexpr std::string_view known_to_all[] = {google, "cognito-identity.amazonaws.com"};
constexpr std::string_view tags_claim = "https://aws.amazon.com/tags";
constexpr std::string_view source_claim = "https://aws.amazon.com/source_identity";
// Clocks of providers differ from ours.
constexpr std::int64_t skew_of_providers_s = 300;
constexpr std::size_t most_tags = 50;

[[noreturn]] void invalid(const std::string& what) { throw IdentityFault(Kind::invalid, what); }

// --- claims

std::string text_claim(const Value& claims, std::string_view name) {
  const Value* value = claims.find(name);
  if (value == nullptr || !value->is_text() || value->text().empty())
    invalid("Missing a required claim: " + std::string(name));
  return value->text();
}

// A text or a list of texts.
std::vector<std::string> texts_of(const Value* value) {
  std::vector<std::string> all;
  if (value == nullptr) return all;
  if (value->is_text()) return {value->text()};
  if (!value->is_list()) return all;
  for (const Value& one : value->list()) {
    if (one.is_text()) all.push_back(one.text());
  }
  return all;
}

std::optional<std::int64_t> seconds_claim(const Value& claims, std::string_view name) {
  constexpr double most = 1e15;
  const Value* value = claims.find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number() || !(value->number() >= 0 && value->number() < most))
    invalid("The claim " + std::string(name) + " is not a time");
  return static_cast<std::int64_t>(value->number());
}

void check_times(const Value& claims, base::Timestamp now) {
  const std::int64_t now_s =
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const auto expires = seconds_claim(claims, "exp");
  const auto issued = seconds_claim(claims, "iat");
  const auto not_before = seconds_claim(claims, "nbf");
  if (!expires) invalid("Missing a required claim: exp");
  if (!issued) invalid("Missing a required claim: iat");
  if (now_s >= *expires) {
    throw IdentityFault(Kind::expired, "Token expired: current date/time " + std::to_string(now_s) +
                                           " must be before the expiration date/time" +
                                           std::to_string(*expires));
  }
  if (std::max(*issued, not_before.value_or(0)) > now_s + skew_of_providers_s)
    invalid("Token is not valid yet");
}

// --- provider

struct Issuer {
  std::string name;  // without "https://"
  std::string provider;
  std::optional<OidcProvider> record;
};

// Google's tokens name it without the scheme too.
std::string issuer_name(const std::string& issuer) {
  if (issuer == google) return issuer;
  try {
    return issuer_of_url(issuer);
  } catch (const InvalidProvider&) {
    invalid("No OpenIDConnect provider found in your account for " + issuer);
  }
}

Issuer find_issuer(OidcProviders& providers, std::string_view account, const std::string& said) {
  Issuer issuer{.name = issuer_name(said), .provider = "", .record = std::nullopt};
  issuer.provider = oidc_provider_arn(account, issuer.name);
  issuer.record = providers.find(account, issuer.provider);
  if (issuer.record) return issuer;
  issuer.provider = issuer.name;
  const bool is_known = std::find(std::begin(known_to_all), std::end(known_to_all), issuer.name) !=
                        std::end(known_to_all);
  if (!is_known) invalid("No OpenIDConnect provider found in your account for " + said);
  return issuer;
}

void check_signature(const WebToken& token, const IssuerKeys& keys, const Issuer& issuer) {
  const auto set = keys.of(issuer.name);
  if (!set) {
    throw IdentityFault(Kind::unreachable,
                        "There are no keys of https://" + issuer.name + " here to verify with");
  }
  switch (verify(token, *set)) {
    case Verdict::good:
      return;
    case Verdict::no_key:
      invalid(
          "Couldn't retrieve verification key from your identity provider,  please reference "
          "AssumeRoleWithWebIdentity documentation for requirements");
    case Verdict::bad_signature:
      invalid("The token's signature does not verify");
  }
}

// The party that the token was made for, where it is said, stands for the audience.
std::string check_audience(const Value& claims, const Issuer& issuer) {
  auto audiences = texts_of(claims.find("aud"));
  if (audiences.empty()) invalid("Missing a required claim: aud");
  if (const auto party = texts_of(claims.find("azp")); !party.empty()) audiences = party;
  if (!issuer.record) return audiences.front();
  const auto& clients = issuer.record->client_ids;
  const auto found = std::find_if(audiences.begin(), audiences.end(), [&](const auto& one) {
    return std::find(clients.begin(), clients.end(), one) != clients.end();
  });
  if (found == audiences.end()) invalid("Incorrect token audience");
  return *found;
}

// --- what the token asks for

void add_tag(const std::string& name, const Value& value, FederatedIdentity& into) {
  const auto values = texts_of(&value);
  if (values.size() != 1 || name.empty() || into.tags.size() == most_tags)
    invalid("The session tags of the token are not well-formed");
  into.tags.emplace_back(name, values.front());
}

// As one claim, or as a claim for each tag.
void read_tags(const Value& claims, FederatedIdentity& into) {
  const std::string one_by_one = std::string(tags_claim) + "/principal_tags/";
  for (const auto& [name, value] : claims.map()) {
    if (name.starts_with(one_by_one)) add_tag(name.substr(one_by_one.size()), value, into);
  }
  into.transitive_tags = texts_of(claims.find(std::string(tags_claim) + "/transitive_tag_keys"));
  const Value* tags = claims.find(tags_claim);
  if (tags == nullptr) return;
  const Value* principal = tags->find("principal_tags");
  if (principal != nullptr && principal->is_map()) {
    for (const auto& [name, value] : principal->map()) add_tag(name, value, into);
  }
  for (std::string& name : texts_of(tags->find("transitive_tag_keys")))
    into.transitive_tags.push_back(std::move(name));
}

void read_source(const Value& claims, FederatedIdentity& into) {
  if (claims.find(source_claim) == nullptr) return;
  const std::string source = text_claim(claims, source_claim);
  if (!is_session_word(source) || source.starts_with("aws:")) {
    invalid("Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"");
  }
  into.source_identity = source;
}

void add_keys(const Value& claims, const Issuer& issuer, FederatedIdentity& into) {
  auto& keys = into.caller.federated_keys;
  keys[issuer.name + ":aud"] = {into.audience};
  keys[issuer.name + ":sub"] = {into.subject};
  if (issuer.name == google) keys[issuer.name + ":oaud"] = texts_of(claims.find("aud"));
  for (const std::string_view name : {"amr", "azp", "email"}) {
    auto values = texts_of(claims.find(name));
    if (!values.empty()) keys[issuer.name + ":" + std::string(name)] = std::move(values);
  }
}

}  // namespace

bool is_session_word(std::string_view text) {
  constexpr std::string_view others = "_+=,.@-";
  return text.size() >= 2 && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  others.find(c) != std::string_view::npos;
         });
}

FederatedIdentity web_identity(OidcProviders& providers, const IssuerKeys& keys,
                               std::string_view account, std::string_view token,
                               base::Timestamp now) try {
  const WebToken parsed = parse_web_token(token);
  const Value& claims = parsed.claims;
  const Issuer issuer = find_issuer(providers, account, text_claim(claims, "iss"));
  check_signature(parsed, keys, issuer);
  check_times(claims, now);
  FederatedIdentity who;
  who.subject = text_claim(claims, "sub");
  who.audience = check_audience(claims, issuer);
  who.provider = issuer.provider;
  who.caller.kind = policy::Principal::Kind::federated_identity;
  who.caller.federated_provider = issuer.provider;
  who.caller.user_id = issuer.provider + ":" + who.audience + ":" + who.subject;
  add_keys(claims, issuer, who);
  read_tags(claims, who);
  read_source(claims, who);
  return who;
} catch (const MalformedToken&) {
  invalid(
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an "
      "Access Token)");
}

}  // namespace millrace::identity
