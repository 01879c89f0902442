#include "policy/testing/any_case.hpp"

#include "policy/principal_ids.hpp"
#include "policy/testing/any_condition.hpp"
#include "policy/testing/chance.hpp"
#include "policy/testing/plain_statement.hpp"

namespace millrace::policy::testing {
namespace {

using base::List;
using base::Map;
using base::Value;

const Texts accounts = {"111111111111", "222222222222"};
const Texts actions = {"s3:GetObject", "s3:PutObject", "s3:GetObjectTagging",
                       "sagemaker:CreateModel", "logs:GetLogEvents"};
const Texts action_patterns = {
    "*",       "s3:*",        "s3:Get*",    "s3:GetObject", "S3:getobject",       "s3:?etObject*",
    "s3:Put*", "sagemaker:*", "s3:*Object", "logs:Get*",    "s3:GetObject?agging"};
const Texts buckets_objects = {"arn:aws:s3:::b", "arn:aws:s3:::b/k", "arn:aws:s3:::b/ann/k:x",
                               "arn:aws:s3:::c/k"};
const Texts resource_patterns = {"*",
                                 "arn:aws:s3:::b/*",
                                 "arn:aws:s3:::b*",
                                 "arn:aws:s3:::?/k",
                                 "arn:aws:s3:::*",
                                 "arn:aws:s3:::b/${aws:username}/*",
                                 "arn:aws:s3:::${aws:PrincipalTag/team, 'b'}/k",
                                 "arn:aws:s3:::*/${aws:PrincipalTag/no}*",
                                 "arn:aws:s3:::*/k:x",
                                 "arn:aws:sagemaker:*:111111111111:model/*",
                                 "arn:aws:sagemaker:us-east-1:*:model/m",
                                 "arn:aws:sagemaker:*:*:*",
                                 "arn:aws:logs:*:log-stream:s",
                                 "arn:aws:logs:us-east-1:*:log-group:g:*"};

// One text, or a list of one to three.
Value some(Chance& chance, const Texts& from) {
  if (chance.one_in(2)) return chance.any(from);
  List list;
  for (std::uint64_t i = chance.below(3) + 1; i > 0; --i) list.emplace_back(chance.any(from));
  return list;
}

Texts principals_of(const Caller& caller) {
  Texts names = {own_arn(caller),
                 own_arn(caller),
                 holder_arn(caller),
                 holder_id(caller),
                 caller.account,
                 "arn:aws:iam::" + caller.account + ":root",
                 "arn:aws:iam::111111111111:root",
                 "222222222222",
                 "arn:aws:iam::111111111111:user/ann",
                 "arn:aws:iam::222222222222:user/bob",
                 "arn:aws:iam::111111111111:role/reader",
                 "AIDAANN111111111111@111111111111",
                 "AROAREADER222222222222@222222222222",
                 "arn:aws:sts::111111111111:assumed-role/reader/other"};
  if (caller.who != Who::service) names.emplace_back("*");
  std::erase(names, "");
  std::erase(names, "arn:aws:iam:::root");
  return names;
}

Value any_principal(Chance& chance, const Caller& caller) {
  if (chance.one_in(5)) return "*";
  if (chance.one_in(6)) return Map{{"CanonicalUser", canonical_user(chance.any(accounts))}};
  Map principal{{"AWS", some(chance, principals_of(caller))}};
  if (chance.one_in(3)) {
    principal.set("Service", some(chance, {"logging.s3.amazonaws.com", "sns.amazonaws.com"}));
  }
  return principal;
}

// Whom a NotPrincipal spares needs several names at once.
Value spared_principals(Chance& chance, const Caller& caller) {
  List names;
  for (const std::string& name : principals_of(caller)) {
    if (name != "*" && !chance.one_in(4)) names.emplace_back(name);
  }
  Map principal;
  if (!names.empty()) principal.set("AWS", std::move(names));
  if (principal.empty() || chance.one_in(3)) principal.set("Service", "logging.s3.amazonaws.com");
  return principal;
}

Map any_statement(Chance& chance, std::uint64_t denies_one_in) {
  Map statement;
  statement.set("Effect", chance.one_in(denies_one_in) ? "Deny" : "Allow");
  statement.set(chance.one_in(6) ? "NotAction" : "Action", some(chance, action_patterns));
  statement.set(chance.one_in(6) ? "NotResource" : "Resource", some(chance, resource_patterns));
  if (chance.one_in(2)) statement.set("Condition", any_conditions(chance));
  return statement;
}

Map any_statement_of_resource(Chance& chance, const Caller& caller) {
  Map statement = any_statement(chance, 4);
  const bool denies = *statement.find("Effect") == Value("Deny");
  if (denies && chance.one_in(2)) {
    statement.set("NotPrincipal", spared_principals(chance, caller));
  } else {
    statement.set("Principal", any_principal(chance, caller));
  }
  return statement;
}

Document document_of(Chance& chance, List statements) {
  Map policy;
  if (!chance.one_in(8)) policy.set("Version", chance.one_in(8) ? "2008-10-17" : "2012-10-17");
  if (statements.size() == 1 && chance.one_in(2)) {
    policy.set("Statement", statements.front());
  } else {
    policy.set("Statement", std::move(statements));
  }
  return policy;
}

Document any_policy(Chance& chance, std::uint64_t denies_one_in = 5) {
  List statements;
  for (std::uint64_t i = chance.below(3) + 1; i > 0; --i) {
    statements.emplace_back(any_statement(chance, denies_one_in));
  }
  return document_of(chance, std::move(statements));
}

Documents any_policies(Chance& chance, std::uint64_t most) {
  Documents policies;
  for (std::uint64_t i = chance.below(most + 1); i > 0; --i) policies.push_back(any_policy(chance));
  return policies;
}

Document any_resource_policy(Chance& chance, const Caller& caller) {
  List statements;
  for (std::uint64_t i = chance.below(3) + 1; i > 0; --i) {
    statements.emplace_back(any_statement_of_resource(chance, caller));
  }
  return document_of(chance, std::move(statements));
}

Document full_access(bool names_everybody) {
  Map statement{{"Effect", "Allow"}, {"Action", "*"}, {"Resource", "*"}};
  if (names_everybody) statement.set("Principal", "*");
  return Map{{"Version", "2012-10-17"}, {"Statement", List{statement}}};
}

// A service control policy, most often beside the one that AWS attaches.
Documents any_service_controls(Chance& chance) {
  Documents level;
  if (!chance.one_in(8)) level.push_back(full_access(false));
  if (chance.one_in(2)) level.push_back(any_policy(chance, 2));
  return level;
}

// "RCP syntax": customers' policies only deny, and name everybody.
Document any_resource_control(Chance& chance) {
  Map statement{{"Effect", "Deny"}, {"Principal", "*"}};
  statement.set("Action", some(chance, {"s3:*", "s3:Get*", "logs:*"}));
  statement.set(chance.one_in(6) ? "NotResource" : "Resource", some(chance, resource_patterns));
  if (!chance.one_in(4)) statement.set("Condition", any_conditions(chance));
  return Map{{"Version", "2012-10-17"}, {"Statement", List{statement}}};
}

Documents any_resource_controls(Chance& chance) {
  Documents level{full_access(true)};
  if (chance.one_in(3)) level.push_back(any_resource_control(chance));
  return level;
}

Overlay any_overlay(Chance& chance) {
  static const Texts ids = {"o-aaaaaaaaaa", "o-bbbbbbbbbb"};
  Overlay overlay{.id = chance.any(ids), .is_management = chance.one_in(5)};
  overlay.path = {overlay.id, "r-aaaa"};
  if (chance.one_in(2)) overlay.path.emplace_back("ou-aaaa-11111111");
  for (std::uint64_t levels = chance.below(4); levels > 0; --levels) {
    overlay.service_controls.push_back(any_service_controls(chance));
  }
  for (std::uint64_t levels = chance.below(3); levels > 0; --levels) {
    overlay.resource_controls.push_back(any_resource_controls(chance));
  }
  return overlay;
}

Who any_who(Chance& chance) {
  static const std::vector<Who> all = {
      Who::user,         Who::user,           Who::user, Who::role_session, Who::role_session,
      Who::role_session, Who::federated_user, Who::root, Who::service,      Who::anonymous};
  return chance.any(all);
}

Caller any_caller(Chance& chance, base::Timestamp now) {
  Caller caller{.who = any_who(chance)};
  if (caller.who == Who::anonymous) return caller;
  if (caller.who == Who::service) {
    caller.name = chance.one_in(4) ? "sns.amazonaws.com" : "logging.s3.amazonaws.com";
    return caller;
  }
  caller.account = chance.any(accounts);
  const bool is_session = caller.who == Who::role_session || caller.who == Who::federated_user;
  if (caller.who == Who::role_session) {
    caller.name = "reader";
    caller.is_service_linked = chance.one_in(8);
    if (chance.one_in(4)) caller.provider = "accounts.google.com";
  } else if (caller.who != Who::root) {
    caller.name = chance.one_in(3) ? "bob" : "ann";
  }
  if (is_session) caller.session = "s";
  if (caller.who != Who::root && chance.one_in(2))
    caller.tags["team"] = chance.one_in(2) ? "a" : "ab";
  if (is_session || chance.one_in(6)) caller.issued = now - std::chrono::minutes(30);
  if (caller.issued && chance.one_in(2)) caller.mfa = now - std::chrono::minutes(20);
  return caller;
}

void choose_resource(Chance& chance, Case& made) {
  made.action = chance.any(actions);
  const std::string account = chance.any(accounts);
  made.owner = account;
  if (made.action.starts_with("s3:")) {
    made.resource = chance.any(buckets_objects);
  } else if (made.action.starts_with("logs:")) {
    made.resource = "arn:aws:logs:us-east-1:" + account + ":log-group:g:log-stream:s";
  } else {
    made.resource = "arn:aws:sagemaker:us-east-1:" + account + ":model/m";
  }
}

Document any_trust_policy(Chance& chance, const Caller& caller) {
  static const Texts patterns = {"sts:AssumeRole", "sts:AssumeRole", "sts:Assume*",
                                 "sts:TagSession", "STS:assumerole"};
  List statements;
  for (std::uint64_t i = chance.below(3) + 1; i > 0; --i) {
    Map statement{{"Effect", chance.one_in(4) ? "Deny" : "Allow"},
                  {"Action", some(chance, patterns)}};
    Value principal = any_principal(chance, caller);
    while (principal.find("CanonicalUser") != nullptr) principal = any_principal(chance, caller);
    statement.set("Principal", std::move(principal));
    if (chance.one_in(2)) statement.set("Condition", any_conditions(chance));
    statements.emplace_back(std::move(statement));
  }
  return document_of(chance, std::move(statements));
}

bool has_policies(Who who) {
  return who == Who::user || who == Who::role_session || who == Who::federated_user;
}

bool is_session(Who who) { return who == Who::role_session || who == Who::federated_user; }

}  // namespace

Case any_case(std::uint64_t seed) {
  Chance chance(seed);
  Case made;
  made.now = base::Timestamp(base::Milliseconds(1'800'000'000'000));
  made.caller = any_caller(chance, made.now);
  choose_resource(chance, made);
  made.keys = any_keys(chance);
  if (has_policies(made.caller.who)) {
    made.identity = any_policies(chance, 3);
    if (chance.one_in(3)) {
      made.boundary = any_policy(chance, 8);
      made.boundary->map().set("Version", "2012-10-17");  // managed policies have no other
    }
  }
  if (is_session(made.caller.who) && !chance.one_in(3)) made.session = any_policies(chance, 2);
  if (made.session && made.session->empty()) made.session.reset();
  if (!chance.one_in(3)) made.resource_policy = any_resource_policy(chance, made.caller);
  for (const std::string& account : accounts) {
    if (chance.one_in(3)) made.overlays[account] = any_overlay(chance);
  }
  return made;
}

namespace {

// "Comparing the AWS STS API operations": not the root of an account, nor who is federated.
bool can_ask_for_a_role(Who who) {
  return who == Who::user || who == Who::role_session || who == Who::service;
}

}  // namespace

Case any_trust_case(std::uint64_t seed) {
  Chance chance(seed);
  Case made;
  made.now = base::Timestamp(base::Milliseconds(1'800'000'000'000));
  do {
    made.caller = any_caller(chance, made.now);
  } while (!can_ask_for_a_role(made.caller.who));
  made.action = "sts:AssumeRole";
  made.owner = chance.any(accounts);
  made.resource = "arn:aws:iam::" + made.owner + ":role/r";
  made.keys = any_keys(chance);
  made.resource_policy = any_trust_policy(chance, made.caller);
  return made;
}

}  // namespace millrace::policy::testing
