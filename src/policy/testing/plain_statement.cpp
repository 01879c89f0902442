// After the guide's pages on the policy elements Action, Resource, their Not forms, and Principal.
#include "policy/testing/plain_statement.hpp"

#include "policy/principal_ids.hpp"
#include "policy/testing/plain_condition.hpp"
#include "policy/testing/plain_text.hpp"

#include <algorithm>

namespace millrace::policy::testing {
namespace {

// "Action": case does not count in services' prefixes and in names.
bool names_action(const Texts& patterns, const std::string& action) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return matches_any_case(lower_case(pattern), lower_case(action));
  });
}

Mark::Kind within_segment(Mark::Kind kind) {
  if (kind == Mark::Kind::any_one) return Mark::Kind::one_within;
  if (kind == Mark::Kind::any_run) return Mark::Kind::run_within;
  return kind;
}

// "Using wildcards in resource ARNs": wildcards stand for characters of one segment, but an
// asterisk at a segment's end reaches beyond the colons.
void keep_within(Marks& segment) {
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const bool reaches = segment[i].kind == Mark::Kind::any_run && i + 1 == segment.size();
    if (!reaches) segment[i].kind = within_segment(segment[i].kind);
  }
}

// "Resource element": a variable stands behind the fifth colon alone; one without a value makes the
// pattern match no resource.
bool names_resource(const std::string& pattern, const std::string& resource,
                    const ValueOf* variables) {
  if (pattern == "*") return true;
  Marks marks;
  const Texts parts = arn_parts(pattern, variables != nullptr);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto segment = marks_of(parts[i], {.wildcards = true, .variables = variables});
    if (!segment) return false;
    if (i < 5) keep_within(*segment);
    if (i > 0) marks.push_back({.kind = Mark::Kind::letter, .letter = ':'});
    marks.insert(marks.end(), segment->begin(), segment->end());
  }
  return matches(marks, resource);
}

bool names_resource(const Texts& patterns, const std::string& resource, const ValueOf* variables) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return names_resource(pattern, resource, variables);
  });
}

bool covers_action(const base::Value& statement, const Asked& asked) {
  if (const auto* all_but = statement.find("NotAction")) {
    return !names_action(texts_of(*all_but), asked.action);
  }
  return names_action(texts_of(*statement.find("Action")), asked.action);
}

bool covers_resource(const base::Value& statement, const Asked& asked, const ValueOf* variables) {
  if (const auto* all_but = statement.find("NotResource")) {
    return !names_resource(texts_of(*all_but), asked.resource, variables);
  }
  const auto* resources = statement.find("Resource");
  // A trust policy has none: it speaks of its role.
  return resources == nullptr || names_resource(texts_of(*resources), asked.resource, variables);
}

bool applies(const base::Value& statement, const Asked& asked, const ValueOf* variables) {
  if (!covers_action(statement, asked)) return false;
  if (!covers_resource(statement, asked, variables)) return false;
  const auto* conditions = statement.find("Condition");
  return conditions == nullptr || conditions_hold(*conditions, asked.context, variables);
}

base::List statements_of(const Document& policy) {
  const base::Value& statement = *policy.find("Statement");
  return statement.is_list() ? statement.list() : base::List{statement};
}

// "Using variables in policies": since version 2012-10-17; without a version a policy is older.
bool has_variables(const Document& policy) {
  const auto* version = policy.find("Version");
  return version != nullptr && version->text() == "2012-10-17";
}

bool names_everybody(const base::Value& principal) { return principal == base::Value("*"); }

Texts named(const base::Value& principal, const char* type) {
  const auto* names = principal.find(type);
  return names == nullptr ? Texts{} : texts_of(*names);
}

bool has(const Texts& names, const std::string& name) {
  return !name.empty() && std::ranges::find(names, name) != names.end();
}

bool names_account(const base::Value& principal, const std::string& account) {
  if (account.empty()) return false;
  const Texts aws = named(principal, "AWS");
  return has(aws, account) || has(aws, "arn:aws:iam::" + account + ":root") ||
         has(named(principal, "CanonicalUser"), canonical_user(account));
}

// "IAM role principals", "IAM user principals": a policy that is saved has ids in the place of
// names; one may be written with ids, too. Kept, they have their account behind them.
bool names_holder(const Texts& aws, const Caller& caller) {
  const std::string id = holder_id(caller);
  return has(aws, holder_arn(caller)) || has(aws, id) ||
         (!id.empty() && has(aws, id + "@" + caller.account));
}

// "All principals": both forms stand for everybody, the anonymous too. Of services this is only
// said of the first.
bool names_all(const base::Value& principal, const Caller& caller) {
  if (names_everybody(principal)) return true;
  return caller.who != Who::service && has(named(principal, "AWS"), "*");
}

Naming naming_in(const base::Value& principal, const Caller& caller) {
  if (names_all(principal, caller)) return Naming::itself;
  if (caller.who == Who::service) {
    return has(named(principal, "Service"), caller.name) ? Naming::itself : Naming::none;
  }
  const Texts aws = named(principal, "AWS");
  if (has(aws, own_arn(caller))) return Naming::itself;
  if (names_holder(aws, caller)) {
    return caller.who == Who::user ? Naming::itself : Naming::holder;
  }
  if (!names_account(principal, caller.account)) return Naming::none;
  return caller.who == Who::root ? Naming::itself : Naming::account;
}

// "NotPrincipal with Deny": who is spared is listed with the role behind a session, and with the
// account. Whoever has a permissions boundary is denied always.
bool is_spared(const base::Value& all_but, const Caller& caller, bool is_bounded) {
  if (is_bounded) return false;
  if (names_all(all_but, caller)) return true;
  if (caller.who == Who::service) return naming_in(all_but, caller) == Naming::itself;
  const Texts aws = named(all_but, "AWS");
  if (!names_account(all_but, caller.account)) return false;
  if (caller.who == Who::root) return true;
  if (caller.who == Who::user) return names_holder(aws, caller);
  return has(aws, own_arn(caller)) &&
         (caller.who != Who::role_session || names_holder(aws, caller));
}

}  // namespace

std::vector<Applying> applying(const Document& policy, const Asked& asked) {
  const ValueOf values = values_in(asked.context);
  const ValueOf* variables = has_variables(policy) ? &values : nullptr;
  std::vector<Applying> found;
  for (const base::Value& statement : statements_of(policy)) {
    if (!applies(statement, asked, variables)) continue;
    found.push_back({.statement = statement, .denies = statement.find("Effect")->text() == "Deny"});
  }
  return found;
}

Naming naming(const base::Value& statement, const Caller& caller) {
  const auto* principal = statement.find("Principal");
  return principal == nullptr ? Naming::none : naming_in(*principal, caller);
}

bool strikes(const base::Value& statement, const Caller& caller, bool is_bounded) {
  if (const auto* all_but = statement.find("NotPrincipal")) {
    return !is_spared(*all_but, caller, is_bounded);
  }
  return naming(statement, caller) != Naming::none;
}

std::string own_arn(const Caller& caller) {
  const std::string iam = "arn:aws:iam::" + caller.account;
  const std::string sts = "arn:aws:sts::" + caller.account;
  switch (caller.who) {
    case Who::root:
      return iam + ":root";
    case Who::user:
      return iam + ":user/" + caller.name;
    case Who::role_session:
      return sts + ":assumed-role/" + caller.name + "/" + caller.session;
    case Who::federated_user:
      return sts + ":federated-user/" + caller.session;
    case Who::service:
    case Who::anonymous:
      break;
  }
  return "";
}

std::string holder_id(const Caller& caller) {
  const bool is_role = caller.who == Who::role_session;
  if (!is_role && caller.who != Who::user && caller.who != Who::federated_user) return "";
  std::string id = is_role ? "AROA" : "AIDA";
  for (const char c : caller.name) id += static_cast<char>(c - 'a' + 'A');
  return id + caller.account;
}

std::string holder_arn(const Caller& caller) {
  const std::string iam = "arn:aws:iam::" + caller.account;
  const std::string path = caller.is_service_linked ? "aws-service-role/s3.amazonaws.com/" : "";
  if (caller.who == Who::role_session) return iam + ":role/" + path + caller.name;
  if (caller.who == Who::federated_user) return iam + ":user/" + caller.name;
  return own_arn(caller);
}

}  // namespace millrace::policy::testing
