// Composition, and the authority over what a directory holds.
#include "identity/directory.hpp"

#include "base/arn.hpp"
#include "base/assert.hpp"
#include "identity/context.hpp"
#include "identity/decision.hpp"
#include "identity/ids.hpp"
#include "identity/session_policies.hpp"

namespace millrace::identity {
namespace {

constexpr std::string_view assume_role = "sts:AssumeRole";
constexpr std::string_view administrator_access = "arn:aws:iam::aws:policy/AdministratorAccess";

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

Principal root_of(const std::string& account) {
  return {.kind = Principal::Kind::root,
          .account = account,
          .arn = base::arn("iam", "", account, "root"),
          .user_id = account};
}

Principal principal_of(const Entity& user) {
  return {.kind = Principal::Kind::user,
          .account = user.account,
          .arn = user.arn,
          .user_id = user.id,
          .name = user.name,
          .tags = user.tags};
}

Principal session_principal(const Role& role, std::string_view session_name) {
  const Entity& entity = role.entity;
  const std::string session(session_name);
  return {
      .kind = Principal::Kind::role_session,
      .account = entity.account,
      .arn = base::arn("sts", "", entity.account, "assumed-role/" + entity.name + "/" + session),
      .user_id = entity.id + ":" + session,
      .name = entity.name,
      .role_arn = entity.arn,
      .session_name = session,
      .tags = entity.tags};
}

// A session's tag hides the role's tag of that name.
void add_session_tags(TagPairs& tags, const TagPairs& of_session) {
  for (const auto& [name, value] : of_session) {
    std::erase_if(tags, [&name = name](const auto& tag) { return tag.first == name; });
    tags.emplace_back(name, value);
  }
}

bool is_of_other_account(const Question& question) {
  const auto arn = base::parse_arn(question.resource);
  if (!arn || arn->account.empty() || question.principal.account.empty()) return false;
  // AWS's own resources ("aws") and patterns are nobody's.
  return is_account_id(arn->account) && arn->account != question.principal.account;
}

Decision implicit_deny(std::string_view kind) {
  return {.effect = Decision::Effect::implicit_deny, .policy_kind = std::string(kind)};
}

Decision foreign_deny() {
  Decision decision = implicit_deny("resource-based policy");
  decision.is_foreign = true;
  return decision;
}

CannotAssume cannot(const Question& question) {
  return CannotAssume(refusal(question, Decision{}));
}

class DirectoryAuthority final : public Authority {
 public:
  DirectoryAuthority(Directory& directory, base::Clock& clock, Guards* guards, Ways* ways,
                     Ceilings* ceilings)
      : directory_(directory), clock_(clock), guards_(guards), ways_(ways), ceilings_(ceilings) {}

  Decision decide(const Question& question) override;
  std::optional<Credential> credential(std::string_view access_key_id) override;
  Principal assume(const AssumeRequest& request) override;
  Credential issue(const Principal& session, base::Timestamp expires) override;
  std::optional<Principal> session_of(std::string_view role_arn,
                                      std::string_view session_name) override;

 private:
  [[nodiscard]] Context context_of(const Question& question);
  [[nodiscard]] Decision decide_guarded(const Question& question, const Guard& guard);
  [[nodiscard]] std::optional<Decision> denied_on_way(const Question& question);
  [[nodiscard]] std::optional<Standing> standing_of(const Principal& principal);
  [[nodiscard]] std::optional<Role> find_role(std::string_view role_arn);
  void check_trust(const Role& role, const Question& question);
  [[nodiscard]] bool own_policies_allow(const Question& question, bool trusted_by_name);

  Directory& directory_;
  base::Clock& clock_;
  Guards* guards_;
  Ways* ways_;
  Ceilings* ceilings_;
  SessionPolicies session_policies_;
};

Context DirectoryAuthority::context_of(const Question& question) {
  const auto tags_of = [this](std::string_view arn) {
    return directory_.roster.resource_tags(arn);
  };
  if (guards_ == nullptr) return Context(question, clock_.service(), tags_of);
  return Context(question, clock_.service(), tags_of, [this, &question](std::string_view key) {
    return guards_->values(question, key);
  });
}

std::optional<Standing> DirectoryAuthority::standing_of(const Principal& principal) {
  const Holder holder = principal.kind == Principal::Kind::user ? Holder::user : Holder::role;
  auto standing = directory_.roster.standing(holder, principal.account, principal.name);
  if (standing && principal.session_policy) {
    standing->session =
        NamedPolicy{.name = "", .policy = session_policies_.parsed(*principal.session_policy)};
  }
  return standing;
}

Decision DirectoryAuthority::decide_guarded(const Question& question, const Guard& guard) {
  using Kind = Principal::Kind;
  const Kind kind = question.principal.kind;
  if (guard.is_absent && kind == Kind::anonymous) return {.effect = Decision::Effect::allowed};
  const bool has_policies = kind == Kind::user || kind == Kind::role_session;
  const auto standing = has_policies ? standing_of(question.principal) : std::nullopt;
  return decide_by(standing ? &*standing : nullptr, guard, context_of(question));
}

std::optional<Decision> DirectoryAuthority::denied_on_way(const Question& question) {
  const auto way = ways_ == nullptr ? std::nullopt : ways_->way(question);
  if (!way) return std::nullopt;
  Question before = question;
  before.resource = way->resource;
  Decision decision = decide_guarded(before, way->guard);
  return decision.allowed() ? std::nullopt : std::optional(std::move(decision));
}

Decision DirectoryAuthority::decide(const Question& question) {
  using Kind = Principal::Kind;
  if (auto denied = denied_on_way(question)) return *std::move(denied);
  if (guards_ != nullptr) {
    if (const auto guard = guards_->guard(question)) return decide_guarded(question, *guard);
  }
  const Principal& who = question.principal;
  if (is_of_other_account(question)) return foreign_deny();
  if (who.kind == Kind::root) return {.effect = Decision::Effect::allowed};
  if (who.kind != Kind::user && who.kind != Kind::role_session) return foreign_deny();
  const auto standing = standing_of(who);
  if (!standing) return implicit_deny("identity-based policy");
  return decide_by(*standing, context_of(question));
}

std::optional<Credential> DirectoryAuthority::credential(std::string_view access_key_id) {
  if (access_key_id.starts_with("ASIA")) return directory_.keys.find_session(access_key_id);
  const auto key = directory_.keys.find(access_key_id);
  if (!key) return std::nullopt;
  Credential credential{.access_key_id = key->id, .secret = key->secret, .active = key->active};
  if (key->user.empty()) {
    credential.principal = root_of(key->account);
    return credential;
  }
  const auto user = directory_.roster.find_user_entity(key->account, key->user);
  if (!user) return std::nullopt;
  credential.principal = principal_of(*user);
  return credential;
}

std::optional<Role> DirectoryAuthority::find_role(std::string_view role_arn) {
  const auto name = role_name(role_arn);
  if (!name) return std::nullopt;
  auto role = directory_.roster.find_role(name->account, name->name);
  if (!role || role->entity.arn != role_arn) return std::nullopt;
  return role;
}

Principal DirectoryAuthority::assume(const AssumeRequest& request) {
  Question question{.principal = request.caller,
                    .action = std::string(assume_role),
                    .resource = request.role_arn,
                    .conditions = request.conditions};
  question.conditions["sts:RoleSessionName"] = {request.session_name};
  if (request.external_id) question.conditions["sts:ExternalId"] = {*request.external_id};
  if (request.source_identity)
    question.conditions["sts:SourceIdentity"] = {*request.source_identity};
  for (const auto& [name, value] : request.session_tags) {
    question.conditions["aws:RequestTag/" + name] = {value};
    question.conditions["aws:TagKeys"].push_back(name);
  }
  if (request.caller.kind == Principal::Kind::root) {
    throw CannotAssume("Roles may not be assumed by root accounts.");
  }
  const auto role = find_role(request.role_arn);
  if (!role) throw cannot(question);
  // A service acts for the account that passed it the role, which can only be the role's own.
  if (request.caller.kind == Principal::Kind::service) {
    question.conditions.try_emplace("aws:SourceAccount", KeyValues{role->entity.account});
  }
  check_trust(*role, question);
  // Tagging the session and naming its source are actions of their own, which the trust policy must
  // allow too.
  if (!request.session_tags.empty()) {
    question.action = "sts:TagSession";
    check_trust(*role, question);
  }
  if (request.source_identity) {
    question.action = "sts:SetSourceIdentity";
    check_trust(*role, question);
  }
  Principal session = session_principal(*role, request.session_name);
  session.session_policy = request.session_policy;
  session.source_identity =
      request.source_identity ? request.source_identity : request.caller.source_identity;
  add_session_tags(session.tags, request.session_tags);
  return session;
}

// Within one account, a trust policy that names the caller itself is enough; one that names the
// account leaves the decision to the caller's policies. Across accounts both must allow.
void DirectoryAuthority::check_trust(const Role& role, const Question& question) {
  const Trust trust = trust_of(*role.trust.parsed, context_of(question));
  if (trust == Trust::not_named || trust == Trust::denied) throw cannot(question);
  const Principal& caller = question.principal;
  if (caller.kind == Principal::Kind::service) return;
  const bool enough = trust == Trust::caller_named && caller.account == role.entity.account;
  if (!own_policies_allow(question, enough)) throw cannot(question);
}

bool DirectoryAuthority::own_policies_allow(const Question& question, bool trusted_by_name) {
  auto standing = standing_of(question.principal);
  if (!standing) return false;
  const Decision decision = decide_by(*standing, context_of(question));
  if (decision.allowed() || !trusted_by_name) return decision.allowed();
  if (decision.effect == Decision::Effect::explicit_deny) return false;
  if (question.principal.kind == Principal::Kind::user) return true;
  // What narrows a session still does: only its role's own policies are taken as given.
  const ManagedPolicy* everything = directory_.roster.aws_policies().find(administrator_access);
  standing->identity = {{.name = everything->entity.name, .policy = everything->text().parsed}};
  return decide_by(*standing, context_of(question)).allowed();
}

Credential DirectoryAuthority::issue(const Principal& session, base::Timestamp expires) {
  return directory_.keys.issue(session, expires);
}

std::optional<Principal> DirectoryAuthority::session_of(std::string_view role_arn,
                                                        std::string_view session_name) {
  const auto role = find_role(role_arn);
  if (!role) return std::nullopt;
  return session_principal(*role, session_name);
}

}  // namespace

Directory::Directory(store::Database& database, store::Records& records, const Vault& vault,
                     base::Clock& clock, base::Random& random)
    : keys(database, vault, clock, random),
      roster(database, records, keys, clock, random),
      accounts(database, records, keys, roster, clock, random) {}

std::unique_ptr<Authority> make_authority(Directory& directory, base::Clock& clock, Guards* guards,
                                          Ways* ways, Ceilings* ceilings) {
  return std::make_unique<DirectoryAuthority>(directory, clock, guards, ways, ceilings);
}

}  // namespace millrace::identity
