#include "policy/testing/asked_case.hpp"

#include "base/json.hpp"
#include "policy/context.hpp"
#include "policy/decision.hpp"
#include "policy/organization_keys.hpp"
#include "policy/testing/plain_statement.hpp"
#include "policy/testing/plain_text.hpp"

#include <map>
#include <memory>
#include <type_traits>

namespace millrace::policy::testing {
namespace {

NamedPolicy parsed(const Document& document, PolicyKind kind) {
  return {.name = "p",
          .policy = std::make_shared<const Policy>(parse_policy(base::write_json(document), kind))};
}

std::vector<NamedPolicy> parsed(const Documents& documents, PolicyKind kind) {
  std::vector<NamedPolicy> policies;
  for (const Document& document : documents) policies.push_back(parsed(document, kind));
  return policies;
}

// AWS attaches one that allows everything, which no customer may write.
PolicyKind resource_control_kind(const Document& document) {
  const bool is_aws = base::write_json(document).find("Allow") != std::string::npos;
  return is_aws ? PolicyKind::resource : PolicyKind::resource_control;
}

Ceiling ceiling_of(const Overlay& overlay) {
  Ceiling ceiling{.organization_id = overlay.id,
                  .path = overlay.path,
                  .is_management = overlay.is_management,
                  .service_controls = {},
                  .resource_controls = {}};
  for (const Documents& level : overlay.service_controls) {
    ceiling.service_controls.push_back(parsed(level, PolicyKind::service_control));
  }
  for (const Documents& level : overlay.resource_controls) {
    std::vector<NamedPolicy> policies;
    for (const Document& one : level) policies.push_back(parsed(one, resource_control_kind(one)));
    ceiling.resource_controls.push_back(std::move(policies));
  }
  return ceiling;
}

Principal::Kind kind_of(Who who) {
  switch (who) {
    case Who::root:
      return Principal::Kind::root;
    case Who::user:
      return Principal::Kind::user;
    case Who::role_session:
      return Principal::Kind::role_session;
    case Who::federated_user:
      return Principal::Kind::federated_user;
    case Who::service:
      return Principal::Kind::service;
    case Who::anonymous:
      break;
  }
  return Principal::Kind::anonymous;
}

Principal principal_of(const Caller& caller) {
  Principal principal{.kind = kind_of(caller.who),
                      .account = caller.account,
                      .arn = own_arn(caller),
                      .name = caller.name,
                      .session_name = caller.session,
                      .tags = {caller.tags.begin(), caller.tags.end()},
                      .token_issued = caller.issued,
                      .mfa_authenticated = caller.mfa,
                      .federated_provider = caller.provider};
  if (caller.who == Who::role_session) principal.role_arn = holder_arn(caller);
  if (caller.who == Who::user) principal.user_id = holder_id(caller);
  if (caller.who == Who::role_session) principal.user_id = holder_id(caller) + ":" + caller.session;
  if (caller.who == Who::federated_user) {
    principal.user_id = caller.account + ":" + caller.session;
    principal.voucher_id = holder_id(caller);
  }
  return principal;
}

// Of a bucket only its policy says whose it is; others are the account's that their ARN names.
std::optional<Guard> guard_of(const Case& asked) {
  const bool is_named_by_arn = arn_parts(asked.resource).at(4) == asked.owner;
  if (!asked.resource_policy && is_named_by_arn) return std::nullopt;
  Guard guard{.arn = asked.resource,
              .account = asked.owner,
              .owner = asked.owner,
              .policy = nullptr,
              .acl = nullptr};
  if (asked.resource_policy) {
    guard.policy = parsed(*asked.resource_policy, PolicyKind::resource).policy;
  }
  return guard;
}

Outcome outcome_of(const Decision& decision) {
  if (decision.allowed()) return Outcome::allowed;
  const bool is_explicit = decision.effect == Decision::Effect::explicit_deny;
  return is_explicit ? Outcome::explicit_deny : Outcome::implicit_deny;
}

Standing standing_of(const Case& asked) {
  Standing standing{.identity = parsed(asked.identity, PolicyKind::inline_identity)};
  if (asked.boundary) standing.boundary = parsed(*asked.boundary, PolicyKind::managed);
  return standing;
}

bool has_standing(Who who) {
  return who == Who::user || who == Who::role_session || who == Who::federated_user;
}

class Overlays final : public Ceilings {
 public:
  explicit Overlays(const Case& asked) {
    for (const auto& [account, overlay] : asked.overlays) {
      ceilings_[account] = std::make_shared<const Ceiling>(ceiling_of(overlay));
    }
  }
  std::shared_ptr<const Ceiling> ceiling(std::string_view account) override {
    const auto found = ceilings_.find(account);
    return found == ceilings_.end() ? nullptr : found->second;
  }

 private:
  std::map<std::string, std::shared_ptr<const Ceiling>, std::less<>> ceilings_;
};

// What a service says of its resource, and what follows from the organisations.
std::optional<KeyValues> further_key(const Case& asked, Ceilings& overlays,
                                     const Question& question, std::string_view key) {
  if (lower_case(key) == "aws:resourceaccount") return KeyValues{asked.owner};
  if (!is_organization_key(key)) return std::nullopt;
  return organization_key(overlays, question, asked.owner, key);
}

Question question_of(const Case& asked) {
  return {.principal = principal_of(asked.caller),
          .action = asked.action,
          .resource = asked.resource,
          .conditions = asked.keys};
}

Outcome decided(const Case& asked) {
  const Question question = question_of(asked);
  Overlays overlays(asked);
  const Context context(question, asked.now, nullptr, [&](std::string_view key) {
    return further_key(asked, overlays, question, key);
  });
  const Standing standing = standing_of(asked);
  std::vector<NamedPolicy> session;
  if (asked.session) session = parsed(*asked.session, PolicyKind::session);
  const auto guard = guard_of(asked);
  const auto over_caller = overlays.ceiling(asked.caller.account);
  const auto over_resource = overlays.ceiling(asked.owner);
  const Bearing bearing{.standing = has_standing(asked.caller.who) ? &standing : nullptr,
                        .session = asked.session ? &session : nullptr,
                        .guard = guard ? &*guard : nullptr,
                        .over_caller = over_caller.get(),
                        .over_resource = over_resource.get()};
  return outcome_of(decide_by(bearing, context));
}

Trusted trusted(const Case& asked) {
  const Question question = question_of(asked);
  Overlays overlays(asked);
  const Context context(question, asked.now, nullptr, [&](std::string_view key) {
    return further_key(asked, overlays, question, key);
  });
  switch (trust_of(*parsed(asked.resource_policy.value(), PolicyKind::trust).policy, context)) {
    case Trust::denied:
      return Trusted::denied;
    case Trust::account_named:
      return Trusted::by_account;
    case Trust::caller_named:
      return Trusted::by_name;
    case Trust::not_named:
      break;
  }
  return Trusted::no;
}

template <class Ask>
std::optional<std::invoke_result_t<Ask, const Case&>> unless_refused(Ask ask, const Case& asked) {
  try {
    return ask(asked);
  } catch (const MalformedPolicy&) {
    return std::nullopt;
  } catch (const UnsupportedPolicy&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<Outcome> fast_decision(const Case& asked) { return unless_refused(decided, asked); }

std::optional<Trusted> fast_trust(const Case& asked) { return unless_refused(trusted, asked); }

}  // namespace millrace::policy::testing
