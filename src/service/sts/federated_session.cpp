// Sessions for who is known to an identity provider: AssumeRoleWithWebIdentity, AssumeRoleWithSAML.
#include "identity/errors.hpp"
#include "identity/saml_identity.hpp"
#include "identity/web_identity.hpp"
#include "service/sts/session_request.hpp"

#include <algorithm>

namespace millrace::service::sts {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::FederatedIdentity;
using identity::IdentityFault;
using policy::Principal;

[[noreturn]] void refuse(const IdentityFault& fault) {
  using Kind = IdentityFault::Kind;
  switch (fault.kind) {
    case Kind::invalid:
      throw aws::Error("InvalidIdentityToken", fault.what(), 400);
    case Kind::expired:
      throw aws::Error("ExpiredTokenException", fault.what(), 400);
    case Kind::rejected:
      throw aws::Error("IDPRejectedClaim", fault.what(), 403);
    case Kind::unreachable:
      throw aws::Error("IDPCommunicationError", fault.what(), 400);
    case Kind::unauthorised:
      throw aws::Error("AccessDenied", fault.what(), 403);
  }
  throw aws::Error("InvalidIdentityToken", fault.what(), 400);
}

SessionAsk request_of(const aws::Call& call, const std::string& role_arn,
                      const std::string& session_name, const FederatedIdentity& who,
                      const Narrowing& narrowing) {
  return {.request = identity::AssumeRequest{.role_arn = role_arn,
                                             .caller = who.caller,
                                             .session_name = session_name,
                                             .session_tags = who.tags,
                                             .source_identity = who.source_identity,
                                             .conditions = call.conditions},
          .narrowing = narrowing,
          .transitive_tags = who.transitive_tags};
}

// --- AssumeRoleWithWebIdentity

struct AssumeRoleWithWebIdentity {
  std::string role_arn;
  std::string session_name;
  std::string token;
  Narrowing narrowing;
  std::optional<std::int64_t> duration_s;
};

AssumeRoleWithWebIdentity read_with_web_identity(const View& in) {
  return {.role_arn = in.take("RoleArn").text(),
          .session_name = in.take("RoleSessionName").text(),
          .token = in.take("WebIdentityToken").text(),
          .narrowing = read_narrowing(in),
          .duration_s = in.take("DurationSeconds").optional_integer()};
}

FederatedIdentity identity_of(Service& service, const std::string& account,
                              const std::string& token) {
  try {
    return identity::web_identity(service.directory.oidc_providers, service.issuer_keys, account,
                                  token, service.clock.service());
  } catch (const IdentityFault& fault) {
    refuse(fault);
  }
}

Value assume_role_with_web_identity(Service& service, const aws::Call& call,
                                    const AssumeRoleWithWebIdentity& ask) {
  const std::string account = account_of_role(ask.role_arn);
  const FederatedIdentity who = identity_of(service, account, ask.token);
  check_narrowing(service, account, ask.narrowing);
  check_session_tags(who.caller, who.tags, who.transitive_tags);
  const Principal session =
      assume(service, request_of(call, ask.role_arn, ask.session_name, who, ask.narrowing));
  const std::int64_t duration_s = role_duration_s(service, session, ask.duration_s);
  Map answer{{"Credentials", issue(service, session, duration_s)},
             {"SubjectFromWebIdentityToken", who.subject},
             {"AssumedRoleUser", assumed_role_answer(session)},
             {"Provider", who.provider},
             {"Audience", who.audience}};
  answer.set_if("SourceIdentity", session.source_identity);
  return answer;
}

// --- AssumeRoleWithSAML

struct AssumeRoleWithSaml {
  std::string role_arn;
  std::string provider_arn;
  std::string response;
  Narrowing narrowing;
  std::optional<std::int64_t> duration_s;
};

AssumeRoleWithSaml read_with_saml(const View& in) {
  return {.role_arn = in.take("RoleArn").text(),
          .provider_arn = in.take("PrincipalArn").text(),
          .response = in.take("SAMLAssertion").text(),
          .narrowing = read_narrowing(in),
          .duration_s = in.take("DurationSeconds").optional_integer()};
}

identity::SamlProvider provider_of(Service& service, const std::string& account,
                                   const std::string& arn) {
  try {
    return service.directory.saml_providers.provider(account, arn);
  } catch (const identity::NoSuchEntity&) {
    throw aws::Error("InvalidIdentityToken", "Specified provider doesn't exist", 400);
  } catch (const identity::InvalidProvider&) {
    throw aws::Error("ValidationError", arn + " is invalid", 400);
  }
}

identity::SamlIdentity identity_of(Service& service, const std::string& account,
                                   const AssumeRoleWithSaml& ask) {
  const identity::SamlProvider provider = provider_of(service, account, ask.provider_arn);
  try {
    return identity::saml_identity({provider, ask.role_arn, service.clock.service()}, ask.response);
  } catch (const IdentityFault& fault) {
    refuse(fault);
  }
}

void use_up(Service& service, const std::string& account, const AssumeRoleWithSaml& ask,
            const identity::SamlIdentity& said) {
  if (!said.one_time_id) return;
  const identity::SamlProvider provider = provider_of(service, account, ask.provider_arn);
  try {
    if (service.directory.saml_providers.use_once(provider, *said.one_time_id,
                                                  said.redeemable_until)) {
      return;
    }
  } catch (const identity::LimitExceeded&) {
    throw aws::Error("Throttling", "Rate exceeded", 400);
  }
  throw aws::Error("InvalidIdentityToken", "The assertion may be used once, and was used before",
                   400);
}

// What the assertion says shortens a session only.
std::int64_t duration_s(Service& service, const Principal& session, const AssumeRoleWithSaml& ask,
                        const identity::SamlIdentity& said) {
  std::int64_t duration = role_duration_s(service, session, ask.duration_s);
  if (said.longest_s) duration = std::min(duration, *said.longest_s);
  if (!said.ends) return duration;
  const auto left =
      std::chrono::floor<std::chrono::seconds>(*said.ends - service.clock.service()).count();
  return std::clamp<std::int64_t>(left, 0, duration);
}

Value assume_role_with_saml(Service& service, const aws::Call& call,
                            const AssumeRoleWithSaml& ask) {
  const std::string account = account_of_role(ask.role_arn);
  const identity::SamlIdentity said = identity_of(service, account, ask);
  check_narrowing(service, account, ask.narrowing);
  check_session_tags(said.who.caller, said.who.tags, said.who.transitive_tags);
  const Principal session =
      assume(service, request_of(call, ask.role_arn, said.session_name, said.who, ask.narrowing));
  const std::int64_t lasts_s = duration_s(service, session, ask, said);
  use_up(service, account, ask, said);
  Map answer{{"Credentials", issue(service, session, lasts_s)},
             {"AssumedRoleUser", assumed_role_answer(session)},
             {"Subject", said.who.subject},
             {"SubjectType", said.subject_type},
             {"Issuer", said.issuer},
             {"Audience", said.who.audience},
             {"NameQualifier", said.name_qualifier}};
  answer.set_if("SourceIdentity", session.source_identity);
  return answer;
}

constexpr aws::Operation table[] = {
    aws::operation<read_with_saml, assume_role_with_saml>("AssumeRoleWithSAML",
                                                          {.access = nothing_needed}),
    aws::operation<read_with_web_identity, assume_role_with_web_identity>(
        "AssumeRoleWithWebIdentity", {.access = nothing_needed}),
};

}  // namespace

const std::span<const aws::Operation> federated_session_operations = table;

}  // namespace millrace::service::sts
