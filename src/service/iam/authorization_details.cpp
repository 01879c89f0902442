// GetAccountAuthorizationDetails: all that an account grants, page by page.
#include "aws/paging.hpp"
#include "base/text.hpp"
#include "identity/principal_binding.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/instance_profiles.hpp"
#include "service/iam/last_used.hpp"
#include "service/iam/managed_policies.hpp"
#include "service/iam/service.hpp"

#include <algorithm>
#include <variant>

namespace millrace::service::iam {
namespace {

using aws::List;
using aws::Map;
using aws::Value;
using aws::View;
using identity::Group;
using identity::ManagedPolicy;
using identity::Role;
using identity::Shared;
using identity::User;

struct Details {
  std::vector<std::string> filter;
  Paging paging;
};

Details read_details(const View& in) {
  return {.filter = in.take("Filter").texts(), .paging = read_paging(in)};
}

// --- what is on the page

using Shown = std::variant<Shared<User>, Shared<Group>, Shared<Role>, Shared<ManagedPolicy>>;

// In the order of the answer: users, groups, roles, the account's policies, AWS's that are in use.
class Gathering {
 public:
  Gathering(const Details& ask, const identity::AwsPolicies& aws, std::string_view scope)
      : ask_(ask), aws_(aws) {
    if (const auto last = last_given(ask.paging, scope)) {
      after_kind_ = (*last)[0];
      after_name_ = last->substr(1);
    }
  }

  void gather(const identity::Contents& contents) {
    add('1', "User", contents.all<User>());
    add('2', "Group", contents.all<Group>());
    add('3', "Role", contents.all<Role>());
    add('4', "LocalManagedPolicy", contents.all<ManagedPolicy>());
    add('5', "AWSManagedPolicy", used_of_aws(contents));
  }
  // Sets IsTruncated and Marker.
  [[nodiscard]] std::vector<Shown> take(std::string_view scope, Map& answer) {
    const bool is_truncated = shown_.size() > ask_.paging.max_items;
    if (is_truncated) {
      shown_.pop_back();
      keys_.pop_back();
    }
    answer.set("IsTruncated", is_truncated);
    if (is_truncated) answer.set("Marker", aws::make_token(scope, keys_.back()));
    return std::move(shown_);
  }

 private:
  template <class T>
  void add(char kind, std::string_view filter, const identity::ByName<T>& all) {
    const auto& wanted = ask_.filter;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), filter) == wanted.end()) return;
    if (kind < after_kind_) return;
    auto next = kind == after_kind_ ? all.upper_bound(after_name_) : all.begin();
    for (; next != all.end() && shown_.size() <= ask_.paging.max_items; ++next) {
      shown_.emplace_back(next->second);
      keys_.push_back(kind + next->first);
    }
  }
  [[nodiscard]] identity::ByName<ManagedPolicy> used_of_aws(
      const identity::Contents& contents) const {
    identity::ByName<ManagedPolicy> used;
    for (const auto& [arn, use] : contents.policy_uses()) {
      if (auto policy = aws_.find(arn)) used[policy->entity.name] = std::move(policy);
    }
    return used;
  }

  const Details& ask_;
  const identity::AwsPolicies& aws_;
  char after_kind_ = '0';
  std::string after_name_;
  std::vector<Shown> shown_;
  std::vector<std::string> keys_;
};

// --- how each is shown

List inline_list(const identity::Grants& grants) {
  List list;
  for (const auto& [name, text] : grants.inline_policies)
    list.emplace_back(Map{{"PolicyName", name}, {"PolicyDocument", encoded(text.document)}});
  return list;
}

List attached_list(const identity::Grants& grants) {
  List list;
  for (const std::string& arn : grants.attached) {
    list.emplace_back(Map{{"PolicyName", arn.substr(arn.rfind('/') + 1)}, {"PolicyArn", arn}});
  }
  return list;
}

Map user_details(Service& service, const User& user) {
  Map answer = user_answer(user, Detail::whole);
  List groups;
  service.directory.roster.look(user.entity.account, [&](const identity::Contents& contents) {
    for (const std::string& id : user.groups) {
      if (const auto group = contents.find_id<identity::Group>(id))
        groups.emplace_back(group->entity.name);
    }
  });
  answer.set("Tags", tag_answer(user.entity.tags));
  if (!user.grants.inline_policies.empty()) answer.set("UserPolicyList", inline_list(user.grants));
  answer.set("GroupList", std::move(groups));
  answer.set("AttachedManagedPolicies", attached_list(user.grants));
  return answer;
}

Map group_details(const Group& group) {
  Map answer = group_answer(group);
  answer.set("GroupPolicyList", inline_list(group.grants));
  answer.set("AttachedManagedPolicies", attached_list(group.grants));
  return answer;
}

Map role_details(Service& service, const Role& role) {
  const identity::Entity& entity = role.entity;
  Map answer{{"Path", entity.path},
             {"RoleName", entity.name},
             {"RoleId", entity.id},
             {"Arn", entity.arn},
             {"CreateDate", time_answer(entity.created)},
             {"AssumeRolePolicyDocument",
              encoded(identity::show_principals(service.directory, role.trust.document))},
             {"RolePolicyList", inline_list(role.grants)},
             {"AttachedManagedPolicies", attached_list(role.grants)},
             {"Tags", tag_answer(entity.tags)}};
  std::vector<Shared<identity::InstanceProfile>> held;
  service.directory.roster.look(entity.account, [&](const identity::Contents& contents) {
    for (const std::string& name : contents.instance_profiles(entity.name))
      held.push_back(contents.find<identity::InstanceProfile>(name));
  });
  List profiles;
  for (const auto& profile : held)
    profiles.emplace_back(profile_answer(service, *profile, Detail::listed));
  answer.set("InstanceProfileList", std::move(profiles));
  add_boundary(answer, role.grants);
  add_last_used(service, role, answer);
  return answer;
}

Map policy_details(Service& service, const std::string& account, const ManagedPolicy& policy) {
  PolicyUsage usage;
  service.directory.roster.look(account, [&](const identity::Contents& contents) {
    usage = usage_of(contents, policy.entity.arn);
  });
  Map answer = policy_answer(policy, usage, Detail::listed);
  answer.set_if("Description", policy.description);
  List versions;
  for (const identity::PolicyVersion& version : policy.versions) {
    Map shown = version_answer(policy, version);
    shown.set("Document", encoded(version.text.document));
    versions.emplace_back(std::move(shown));
  }
  answer.set("PolicyVersionList", std::move(versions));
  return answer;
}

Value get_details(Service& service, const aws::Call& call, const Details& ask) {
  const std::string scope = call.operation + base::join(ask.filter, ",");
  identity::Roster& roster = service.directory.roster;
  Gathering gathering(ask, roster.aws_policies(), scope);
  roster.look(call.account,
              [&](const identity::Contents& contents) { gathering.gather(contents); });
  Map answer;
  List users, groups, roles, policies;
  for (const Shown& shown : gathering.take(scope, answer)) {
    if (const auto* user = std::get_if<Shared<User>>(&shown)) {
      users.emplace_back(user_details(service, **user));
    } else if (const auto* group = std::get_if<Shared<Group>>(&shown)) {
      groups.emplace_back(group_details(**group));
    } else if (const auto* role = std::get_if<Shared<Role>>(&shown)) {
      roles.emplace_back(role_details(service, **role));
    } else if (const auto* policy = std::get_if<Shared<ManagedPolicy>>(&shown)) {
      policies.emplace_back(policy_details(service, call.account, **policy));
    }
  }
  answer.set("UserDetailList", std::move(users));
  answer.set("GroupDetailList", std::move(groups));
  answer.set("RoleDetailList", std::move(roles));
  answer.set("Policies", std::move(policies));
  return answer;
}

constexpr aws::Operation table[] = {
    operation<read_details, get_details>("GetAccountAuthorizationDetails"),
};

}  // namespace

const std::span<const aws::Operation> authorization_details_operations = table;

}  // namespace millrace::service::iam
