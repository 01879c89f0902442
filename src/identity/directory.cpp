// Composition, and the authority over what a directory holds.
#include "identity/directory.hpp"

#include "base/arn.hpp"
#include "base/assert.hpp"
#include "identity/errors.hpp"
#include "identity/session_policies.hpp"
#include "identity/sessions.hpp"
#include "policy/context.hpp"
#include "policy/decision.hpp"
#include "policy/explain.hpp"
#include "policy/explanation.hpp"
#include "policy/organization_keys.hpp"

namespace millrace::identity {
namespace {

struct RoleName {
  std::string account;
  std::string name;
};

// The name is what follows the last slash: paths are no part of a role's key.
std::optional<RoleName> role_name(std::string_view role_arn) {
  const auto arn = base::parse_arn(role_arn);
  if (!arn || arn->service != "iam" || !arn->resource.starts_with("role/")) return std::nullopt;
  return RoleName{.account = arn->account,
                  .name = arn->resource.substr(arn->resource.rfind('/') + 1)};
}

policy::Principal root_of(const std::string& account) {
  return {.kind = policy::Principal::Kind::root,
          .account = account,
          .arn = base::arn("iam", "", account, "root"),
          .user_id = account};
}

policy::Principal principal_of(const Entity& user) {
  return {.kind = policy::Principal::Kind::user,
          .account = user.account,
          .arn = user.arn,
          .user_id = user.id,
          .name = user.name,
          .tags = user.tags};
}

// What bears on a question, held while it is decided.
struct Gathered {
  bool is_gone = false;  // the user or role that the caller was a session of
  std::shared_ptr<const policy::Standing> standing;
  std::optional<std::vector<policy::NamedPolicy>> session;
  std::shared_ptr<const policy::Ceiling> over_caller;
  std::shared_ptr<const policy::Ceiling> over_resource;

  [[nodiscard]] policy::Bearing bearing(const policy::Guard* guard) const {
    return {.standing = standing.get(),
            .session = session ? &*session : nullptr,
            .guard = guard,
            .over_caller = over_caller.get(),
            .over_resource = over_resource.get()};
  }
};

// The session of a role or user has what that one has, and ends with it.
bool has_holder(const policy::Principal& who) {
  if (who.kind == policy::Principal::Kind::federated_user) return !who.name.empty();
  return who.kind == policy::Principal::Kind::user ||
         who.kind == policy::Principal::Kind::role_session;
}

// What an account's password policy can give to all of its users, without a policy of theirs.
bool is_about_passwords(const policy::Question& question) {
  if (question.principal.kind != policy::Principal::Kind::user) return false;
  if (question.action == "iam:GetAccountPasswordPolicy") return true;
  return question.action == "iam:ChangePassword" && question.resource == question.principal.arn;
}

policy::Policy password_grant() {
  return policy::parse_policy(
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*",
          "Action":["iam:ChangePassword","iam:GetAccountPasswordPolicy"]}})",
      policy::PolicyKind::inline_identity);
}

// Whoever has the name since is somebody else.
policy::Decision nothing_left() {
  return {.effect = policy::Decision::Effect::implicit_deny,
          .policy_kind = std::string(policy::identity_kind)};
}

policy::Guard trust_guard(const Role& role) {
  return {.arn = role.entity.arn,
          .account = role.entity.account,
          .owner = role.entity.account,
          .policy = role.trust.parsed,
          .acl = nullptr,
          .is_trust = true};
}

policy::Question with_action(policy::Question question, std::string_view action) {
  question.action = action;
  return question;
}

// Who is known to a provider alone is told neither of the role nor of itself.
CannotAssume cannot(const policy::Question& question) {
  if (question.principal.kind == policy::Principal::Kind::federated_identity)
    return CannotAssume("Not authorized to perform " + question.action);
  return CannotAssume(policy::refusal(question, policy::Decision{}));
}

class DirectoryAuthority final : public Authority {
 public:
  DirectoryAuthority(Directory& directory, base::Clock& clock, policy::Guards* guards,
                     policy::Ways* ways, policy::Ceilings* ceilings)
      : directory_(directory),
        clock_(clock),
        guards_(guards),
        ways_(ways),
        ceilings_(ceilings),
        password_grant_(std::make_shared<const policy::Policy>(password_grant())) {}

  policy::Decision decide(const policy::Question& question) override;
  policy::Explanation explain(const policy::Question& question) override;
  std::optional<Credential> credential(std::string_view access_key_id) override;
  policy::Principal assume(const AssumeRequest& request) override;
  Credential issue(const policy::Principal& session, base::Timestamp expires) override;
  std::optional<policy::Principal> session_of(std::string_view role_arn,
                                              std::string_view session_name) override;

 private:
  [[nodiscard]] policy::Context context_of(const policy::Question& question);
  [[nodiscard]] policy::Decision decide_guarded(const policy::Question& question,
                                                const policy::Guard* guard);
  [[nodiscard]] std::optional<policy::Decision> denied_on_way(const policy::Question& question);
  [[nodiscard]] std::shared_ptr<const policy::Guard> guard_of(const policy::Question& question);
  [[nodiscard]] Gathered gather(const policy::Question& question, const policy::Guard* guard);
  [[nodiscard]] policy::Explanation told_of(const Gathered& gathered,
                                            const policy::Question& question,
                                            const policy::Guard* guard);
  [[nodiscard]] std::vector<policy::NamedPolicy> session_policies_of(
      const policy::Principal& principal);
  void add_password_grant(const policy::Principal& user, Gathered& gathered);
  [[nodiscard]] std::shared_ptr<const policy::Ceiling> ceiling(std::string_view account);
  [[nodiscard]] Shared<Role> find_role(std::string_view role_arn);
  [[nodiscard]] bool is_alive(policy::Principal& session);
  void check_trust(const Role& role, const policy::Question& question);
  void note_engine_use(const Role& role);

  Directory& directory_;
  base::Clock& clock_;
  policy::Guards* guards_;
  policy::Ways* ways_;
  policy::Ceilings* ceilings_;
  SessionPolicies session_policies_;
  // Shared as all policies are.
  std::shared_ptr<const policy::Policy> password_grant_;
};

policy::Context DirectoryAuthority::context_of(const policy::Question& question) {
  const auto tags_of = [this](std::string_view arn) {
    return directory_.roster.resource_tags(arn);
  };
  const auto keys_of = [this, &question](std::string_view key) -> std::optional<policy::KeyValues> {
    if (auto values = guards_ == nullptr ? std::nullopt : guards_->values(question, key)) {
      return values;
    }
    if (ceilings_ == nullptr || !policy::is_organization_key(key)) return std::nullopt;
    const auto owner =
        guards_ == nullptr ? std::nullopt : guards_->values(question, "aws:ResourceAccount");
    return policy::organization_key(*ceilings_, question, owner ? owner->front() : "", key);
  };
  return policy::Context(question, clock_.service(), tags_of, keys_of);
}

std::shared_ptr<const policy::Ceiling> DirectoryAuthority::ceiling(std::string_view account) {
  return ceilings_ == nullptr || account.empty() ? nullptr : ceilings_->ceiling(account);
}

std::vector<policy::NamedPolicy> DirectoryAuthority::session_policies_of(
    const policy::Principal& principal) {
  std::vector<policy::NamedPolicy> policies;
  if (principal.session_policy) {
    policies.push_back({.name = "", .policy = session_policies_.parsed(*principal.session_policy)});
  }
  for (const std::string& arn : principal.session_policy_arns) {
    try {
      const auto managed = directory_.roster.policy(principal.account, arn);
      policies.push_back(
          {.name = managed->entity.name, .policy = managed->text().parsed, .arn = arn});
    } catch (const NoSuchEntity&) {
      continue;  // a policy that was deleted meanwhile allows nothing
    }
  }
  return policies;
}

void DirectoryAuthority::add_password_grant(const policy::Principal& user, Gathered& gathered) {
  const auto policy = directory_.settings.password_policy(user.account);
  if (!policy || !policy->users_may_change) return;
  policy::Standing standing = *gathered.standing;
  standing.identity.push_back({.name = "PasswordPolicy", .policy = password_grant_});
  gathered.standing = std::make_shared<const policy::Standing>(std::move(standing));
}

Gathered DirectoryAuthority::gather(const policy::Question& question, const policy::Guard* guard) {
  const policy::Principal& who = question.principal;
  Gathered gathered;
  if (has_holder(who)) {
    gathered.standing = directory_.roster.standing(who.account, holder_id(who));
    gathered.is_gone = !gathered.standing;
  }
  if (is_about_passwords(question) && !gathered.is_gone) add_password_grant(who, gathered);
  if (who.session_policy || !who.session_policy_arns.empty())
    gathered.session = session_policies_of(who);
  if (ceilings_ == nullptr) return gathered;
  gathered.over_caller = ceiling(who.account);
  const std::string owner = guard != nullptr ? guard->account : policy::owner_of(question);
  gathered.over_resource = owner == who.account ? gathered.over_caller : ceiling(owner);
  return gathered;
}

policy::Decision DirectoryAuthority::decide_guarded(const policy::Question& question,
                                                    const policy::Guard* guard) {
  const bool is_anonymous = question.principal.kind == policy::Principal::Kind::anonymous;
  if (guard != nullptr && guard->is_absent && is_anonymous) {
    return {.effect = policy::Decision::Effect::allowed};
  }
  const Gathered gathered = gather(question, guard);
  if (gathered.is_gone) return nothing_left();
  return policy::decide_by(gathered.bearing(guard), context_of(question));
}

std::optional<policy::Decision> DirectoryAuthority::denied_on_way(
    const policy::Question& question) {
  const auto way = ways_ == nullptr ? std::nullopt : ways_->way(question);
  if (!way) return std::nullopt;
  policy::Question before = question;
  before.resource = way->resource;
  policy::Decision decision = decide_guarded(before, &way->guard);
  return decision.allowed() ? std::nullopt : std::optional(std::move(decision));
}

std::shared_ptr<const policy::Guard> DirectoryAuthority::guard_of(
    const policy::Question& question) {
  if (question.action.starts_with("sts:")) {
    const auto role = find_role(question.resource);
    if (role) return std::make_shared<const policy::Guard>(trust_guard(*role));
  }
  return guards_ == nullptr ? nullptr : guards_->guard(question);
}

policy::Decision DirectoryAuthority::decide(const policy::Question& question) {
  if (auto denied = denied_on_way(question)) return *std::move(denied);
  const auto guard = guard_of(question);
  return decide_guarded(question, guard.get());
}

policy::Explanation DirectoryAuthority::told_of(const Gathered& gathered,
                                                const policy::Question& question,
                                                const policy::Guard* guard) {
  policy::Explanation told = policy::explain(gathered.bearing(guard), context_of(question));
  if (!gathered.is_gone) return told;
  told.decision = nothing_left();
  told.sentence = policy::refusal(question, told.decision);
  return told;
}

policy::Explanation DirectoryAuthority::explain(const policy::Question& question) {
  const auto way = ways_ == nullptr ? std::nullopt : ways_->way(question);
  if (way) {
    policy::Question before = question;
    before.resource = way->resource;
    const Gathered gathered = gather(before, &way->guard);
    policy::Explanation on_way = told_of(gathered, before, &way->guard);
    if (!on_way.decision.allowed()) return on_way;
  }
  const auto guard = guard_of(question);
  const Gathered gathered = gather(question, guard.get());
  return told_of(gathered, question, guard.get());
}

// Whether the user or role of the session is still there. A user's own session goes by what its
// user is called now.
bool DirectoryAuthority::is_alive(policy::Principal& session) {
  if (!has_holder(session)) return true;
  const std::string_view id = holder_id(session);
  if (session.kind == policy::Principal::Kind::role_session)
    return directory_.roster.find_id<Role>(session.account, id) != nullptr;
  const auto user = directory_.roster.find_id<User>(session.account, id);
  if (!user) return false;
  session.name = user->entity.name;
  if (session.kind == policy::Principal::Kind::federated_user) return true;
  session.arn = user->entity.arn;
  session.tags = user->entity.tags;
  return true;
}

std::optional<Credential> DirectoryAuthority::credential(std::string_view access_key_id) {
  if (access_key_id.starts_with("ASIA")) {
    auto session = directory_.keys.find_session(access_key_id);
    return session && is_alive(session->principal) ? session : std::nullopt;
  }
  const auto key = directory_.keys.find(access_key_id);
  if (!key) return std::nullopt;
  Credential credential{.access_key_id = key->id, .secret = key->secret, .active = key->active};
  if (key->user.empty()) {
    credential.principal = root_of(key->account);
    return credential;
  }
  const auto user = directory_.roster.find_user(key->account, key->user);
  if (!user) return std::nullopt;
  credential.principal = principal_of(user->entity);
  return credential;
}

Shared<Role> DirectoryAuthority::find_role(std::string_view role_arn) {
  const auto name = role_name(role_arn);
  if (!name) return nullptr;
  auto role = directory_.roster.find_role(name->account, name->name);
  return role && role->entity.arn == role_arn ? role : nullptr;
}

policy::Principal DirectoryAuthority::assume(const AssumeRequest& request) {
  policy::Question question{.principal = request.caller,
                            .action = std::string(assuming_action(request.caller)),
                            .resource = request.role_arn,
                            .conditions = request_conditions(request)};
  if (request.caller.kind == policy::Principal::Kind::root) {
    throw CannotAssume("Roles may not be assumed by root accounts.");
  }
  const auto role = find_role(request.role_arn);
  if (!role) throw cannot(question);
  // A service acts for the account that passed it the role, which can only be the role's own.
  if (request.caller.kind == policy::Principal::Kind::service) {
    question.conditions.try_emplace("aws:SourceAccount", policy::KeyValues{role->entity.account});
  }
  check_trust(*role, question);
  // Tagging the session and naming its source, which a chain of roles hands on, are actions of
  // their own, which the trust policy must allow too.
  if (!request.session_tags.empty()) check_trust(*role, with_action(question, "sts:TagSession"));
  if (request.source_identity || request.caller.source_identity)
    check_trust(*role, with_action(question, "sts:SetSourceIdentity"));
  // What engines do for a role they ask for here alone.
  if (request.caller.kind == policy::Principal::Kind::service) note_engine_use(*role);
  return session_for(*role, request);
}

void DirectoryAuthority::note_engine_use(const Role& role) {
  directory_.uses.note({.account = role.entity.account,
                        .id = role.entity.id,
                        .access_key = "",
                        .service = "",
                        .operation = "",
                        .region = "",
                        .at = clock_.service()});
}

// Within one account, a trust policy that names the caller itself is enough; one that names the
// account leaves the decision to the caller's policies. Across accounts both must allow.
void DirectoryAuthority::check_trust(const Role& role, const policy::Question& question) {
  const policy::Guard guard = trust_guard(role);
  if (!decide_guarded(question, &guard).allowed()) throw cannot(question);
}

Credential DirectoryAuthority::issue(const policy::Principal& session, base::Timestamp expires) {
  policy::Principal issued = session;
  issued.token_issued = clock_.service();
  return directory_.keys.issue(issued, expires);
}

std::optional<policy::Principal> DirectoryAuthority::session_of(std::string_view role_arn,
                                                                std::string_view session_name) {
  const auto role = find_role(role_arn);
  if (!role) return std::nullopt;
  return session_of_role(*role, session_name);
}

}  // namespace

Directory::Directory(store::Database& database, store::Records& records, const Vault& vault,
                     base::Clock& clock, base::Random& random)
    : keys(database, vault, clock, random),
      uses(database),
      roster(database, records, keys, clock, random),
      settings(records, clock),
      accounts(database, records, keys, uses, roster, clock, random),
      mfa_devices(records, vault, clock, random),
      oidc_providers(records, clock),
      saml_providers(records, clock, random),
      server_certificates(database, records, vault, clock, random) {}

std::unique_ptr<Authority> make_authority(Directory& directory, base::Clock& clock,
                                          policy::Guards* guards, policy::Ways* ways,
                                          policy::Ceilings* ceilings) {
  directory.ceilings = ceilings;
  return std::make_unique<DirectoryAuthority>(directory, clock, guards, ways, ceilings);
}

}  // namespace millrace::identity
