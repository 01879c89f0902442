#include "identity/service_access.hpp"

#include "base/arn.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "identity/data_files.hpp"
#include "identity/standing.hpp"

#include <algorithm>
#include <set>

namespace millrace::identity {
namespace {

using base::Value;

// --- what a policy reaches

std::vector<std::string> texts(const Value* value) {
  if (value == nullptr) return {};
  if (value->is_text()) return {value->text()};
  std::vector<std::string> all;
  for (const Value& one : value->list()) all.push_back(one.text());
  return all;
}

bool touches(const std::string& action, std::string_view service) {
  const std::size_t colon = action.find(':');
  return base::matches_wildcard(base::lower(action.substr(0, colon)), service);
}

bool is_whole(const std::string& action, std::string_view service) {
  return action == "*" || (touches(action, service) && action.ends_with(":*"));
}

bool any_of(const std::vector<std::string>& actions, std::string_view service,
            bool (*is)(const std::string&, std::string_view)) {
  return std::any_of(actions.begin(), actions.end(),
                     [&](const std::string& action) { return is(action, service); });
}

// A statement allows some action of the service, or denies all of them whatever the resource.
bool reaches(const Value& statement, std::string_view service) {
  if (const Value* but = statement.find("NotAction")) return !any_of(texts(but), service, is_whole);
  return any_of(texts(statement.find("Action")), service, touches);
}

bool bars(const Value& statement, std::string_view service) {
  const auto resources = texts(statement.find("Resource"));
  const bool always = statement.find("Condition") == nullptr &&
                      std::find(resources.begin(), resources.end(), "*") != resources.end();
  return always && any_of(texts(statement.find("Action")), service, is_whole);
}

enum class Reach { none, grants, bars };

Reach reach_of(const Value& policy, std::string_view service) {
  const Value& statements = *policy.find("Statement");
  Reach reach = Reach::none;
  const auto look = [&](const Value& statement) {
    if (statement.find("Effect")->text() == "Deny") {
      if (bars(statement, service)) reach = Reach::bars;
    } else if (reach == Reach::none && reaches(statement, service)) {
      reach = Reach::grants;
    }
  };
  if (statements.is_map()) {
    look(statements);
  } else {
    for (const Value& statement : statements.list()) look(statement);
  }
  return reach;
}

bool may_reach(const std::vector<Value>& policies, std::string_view service) {
  bool is_granted = false;
  for (const Value& policy : policies) {
    const Reach reach = reach_of(policy, service);
    if (reach == Reach::bars) return false;
    is_granted = is_granted || reach == Reach::grants;
  }
  return is_granted;
}

// --- whose policies

void add_policies(const HolderRef& owner, const Grants& grants, const Contents& contents,
                  const AwsPolicies& aws, std::vector<HeldPolicy>& into) {
  for (const auto& [name, text] : grants.inline_policies)
    into.push_back({.name = name, .arn = "", .owner = owner, .document = text.document});
  for (const std::string& arn : grants.attached) {
    const auto policy = find_policy(contents, aws, arn);
    if (!policy) continue;
    into.push_back({.name = policy->entity.name,
                    .arn = arn,
                    .owner = owner,
                    .document = policy->text().document});
  }
}

void add_holder(const HolderRef& who, const Contents& contents, std::vector<Entity>& users) {
  if (who.holder == Holder::role) return users.push_back(contents.find<Role>(who.name)->entity);
  if (who.holder == Holder::user) return users.push_back(contents.find<User>(who.name)->entity);
  const auto group = contents.find<Group>(who.name);
  for (const std::string& member : contents.members(group->entity.id))
    users.push_back(contents.find<User>(member)->entity);
}

void keep_once(std::vector<Entity>& users) {
  std::set<std::string> seen;
  std::erase_if(users, [&seen](const Entity& user) { return !seen.insert(user.id).second; });
}

// Fills a subject from the account's contents.
class Finder {
 public:
  Finder(const Contents& contents, const AwsPolicies& aws) : contents_(contents), aws_(aws) {}

  [[nodiscard]] Subject user(const User& user) const {
    Subject subject{
        .type = Subject::Type::user, .entity = user.entity, .policies = {}, .users = {user.entity}};
    add({Holder::user, user.entity.name}, user.grants, subject);
    for (const std::string& id : user.groups) {
      if (const auto group = contents_.find_id<Group>(id))
        add({Holder::group, group->entity.name}, group->grants, subject);
    }
    return subject;
  }
  [[nodiscard]] Subject group(const Group& group) const {
    Subject subject{
        .type = Subject::Type::group, .entity = group.entity, .policies = {}, .users = {}};
    const HolderRef who{Holder::group, group.entity.name};
    add(who, group.grants, subject);
    add_holder(who, contents_, subject.users);
    return subject;
  }
  [[nodiscard]] Subject role(const Role& role) const {
    Subject subject{
        .type = Subject::Type::role, .entity = role.entity, .policies = {}, .users = {role.entity}};
    add({Holder::role, role.entity.name}, role.grants, subject);
    return subject;
  }
  [[nodiscard]] Subject policy(const ManagedPolicy& policy) const {
    Subject subject{
        .type = Subject::Type::policy, .entity = policy.entity, .policies = {}, .users = {}};
    subject.policies.push_back({.name = policy.entity.name,
                                .arn = policy.entity.arn,
                                .owner = {},
                                .document = policy.text().document});
    for (const HolderRef& who : contents_.use_of(policy.entity.arn).attached)
      add_holder(who, contents_, subject.users);
    keep_once(subject.users);
    return subject;
  }

 private:
  void add(const HolderRef& who, const Grants& grants, Subject& subject) const {
    add_policies(who, grants, contents_, aws_, subject.policies);
  }

  const Contents& contents_;
  const AwsPolicies& aws_;
};

void take(const KeptUse& use, const Entity& who, ServiceAccess& access) {
  const Access one{.who = who, .operation = use.operation, .region = use.region, .at = use.at};
  if (!access.last || access.last->at < one.at) access.last = one;
  const auto same =
      std::find_if(access.actions.begin(), access.actions.end(),
                   [&](const Access& known) { return known.operation == one.operation; });
  if (same == access.actions.end()) {
    access.actions.push_back(one);
  } else if (same->at < one.at) {
    *same = one;
  }
}

}  // namespace

ServiceNames::ServiceNames() {
  const Value file = base::parse_json(services_json());
  for (const auto& [service, name] : file.map()) names_[service] = name.text();
}

bool grants_service(std::string_view document, std::string_view service) {
  return reach_of(base::parse_json(document), service) == Reach::grants;
}

std::optional<Subject> find_subject(Directory& directory, std::string_view account,
                                    const std::string& arn) {
  const auto parsed = base::parse_arn(arn);
  if (!parsed || parsed->service != "iam") return std::nullopt;
  const std::string type = parsed->resource.substr(0, parsed->resource.find('/'));
  const std::string name = parsed->resource.substr(parsed->resource.rfind('/') + 1);
  if (type != "policy" && parsed->account != account) return std::nullopt;
  Roster& roster = directory.roster;
  std::optional<Subject> subject;
  const auto fill = [&](const auto& found, const auto& make) {
    roster.look(account, [&](const Contents& contents) {
      subject = (Finder(contents, roster.aws_policies()).*make)(*found);
    });
  };
  if (type == "user") fill(roster.get<User>(account, name), &Finder::user);
  if (type == "group") fill(roster.get<Group>(account, name), &Finder::group);
  if (type == "role") fill(roster.get<Role>(account, name), &Finder::role);
  if (type == "policy") fill(roster.policy(account, arn), &Finder::policy);
  return subject;
}

std::vector<ServiceAccess> service_accesses(Directory& directory, const ServiceNames& names,
                                            const Subject& subject) {
  std::vector<Value> policies;
  for (const HeldPolicy& policy : subject.policies)
    policies.push_back(base::parse_json(policy.document));
  std::map<std::string, ServiceAccess, std::less<>> services;
  for (const auto& [service, name] : names.all()) {
    if (may_reach(policies, service)) services[service].service = service;
  }
  for (const Entity& user : subject.users) {
    std::set<std::string> tried;
    for (const KeptUse& use : directory.uses.of(user.id)) {
      const auto known = services.find(use.service);
      if (known == services.end()) continue;
      take(use, user, known->second);
      if (tried.insert(use.service).second) ++known->second.entities;
    }
  }
  std::vector<ServiceAccess> all;
  for (auto& [service, access] : services) all.push_back(std::move(access));
  return all;
}

std::vector<UserAccess> accesses_of(Directory& directory, const Subject& subject,
                                    std::string_view service) {
  std::vector<UserAccess> all;
  for (const Entity& user : subject.users) {
    UserAccess access{.who = user, .at = std::nullopt};
    for (const KeptUse& use : directory.uses.of(user.id)) {
      if (use.service == service && (!access.at || *access.at < use.at)) access.at = use.at;
    }
    all.push_back(std::move(access));
  }
  return all;
}

}  // namespace millrace::identity
