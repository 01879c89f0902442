// Managed policies as wholes: create, show, list, delete.
#include "service/iam/managed_policies.hpp"

#include "base/arn.hpp"
#include "base/time.hpp"
#include "identity/errors.hpp"
#include "identity/limits.hpp"
#include "policy/rules.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {

identity::PolicyText managed_text(const std::string& document) {
  identity::PolicyText text = identity::put_text(document, policy::PolicyKind::managed);
  if (policy::policy_size(document) > identity::managed_policy_size) {
    throw identity::LimitExceeded("Cannot exceed quota for PolicySize: " +
                                  std::to_string(identity::managed_policy_size));
  }
  return text;
}

void check_own_policy(const aws::Call& call, const std::string& arn, const char* words) {
  const auto parsed = base::parse_arn(arn);
  if (parsed && parsed->account != call.account) throw aws::Error("AccessDenied", words, 403);
}

PolicyUsage usage_of(const identity::Contents& contents, std::string_view arn) {
  const identity::PolicyUse& use = contents.use_of(arn);
  return {.attachments = static_cast<std::int64_t>(use.attached.size()),
          .boundaries = static_cast<std::int64_t>(use.bounded.size())};
}

base::Map policy_answer(const identity::ManagedPolicy& policy, const PolicyUsage& usage,
                        Detail detail) {
  const identity::Entity& entity = policy.entity;
  base::Map answer{{"PolicyName", entity.name},
                   {"PolicyId", entity.id},
                   {"Arn", entity.arn},
                   {"Path", entity.path},
                   {"DefaultVersionId", version_id(policy.default_version)},
                   {"AttachmentCount", usage.attachments},
                   {"PermissionsBoundaryUsageCount", usage.boundaries},
                   {"IsAttachable", true},
                   {"CreateDate", time_answer(entity.created)},
                   {"UpdateDate", time_answer(policy.updated)}};
  if (detail == Detail::listed) return answer;
  answer.set_if("Description", policy.description);
  answer.set("Tags", tag_answer(entity.tags));
  return answer;
}

namespace {

using aws::List;
using aws::Map;
using aws::Value;
using aws::View;
using identity::ManagedPolicy;

// --- CreatePolicy

struct CreatePolicy {
  std::string name;
  std::string path;
  std::string document;
  std::optional<std::string> description;
  store::Tags tags;
};

CreatePolicy read_create_policy(const View& in) {
  return {.name = in.take("PolicyName").text(),
          .path = in.take("Path").text_or("/"),
          .document = in.take("PolicyDocument").text(),
          .description = in.take("Description").optional_text(),
          .tags = read_tags(in)};
}

Value create_policy(Service& service, const aws::Call& call, const CreatePolicy& ask) {
  const std::string arn = base::arn("iam", "", call.account, "policy" + ask.path + ask.name);
  call.require("iam:CreatePolicy", arn, tag_conditions(ask.tags));
  if (!ask.tags.empty()) call.require("iam:TagPolicy", arn, tag_conditions(ask.tags));
  ManagedPolicy policy{
      .entity =
          identity::Entity{
              .account = call.account, .name = ask.name, .path = ask.path, .tags = ask.tags},
      .description = ask.description};
  policy.versions.push_back({.number = 1, .text = managed_text(ask.document)});
  const ManagedPolicy created = service.directory.roster.create(std::move(policy));
  Map answer = policy_answer(created, {}, Detail::listed);
  if (!ask.tags.empty()) answer.set("Tags", tag_answer(ask.tags));
  return Map{{"Policy", std::move(answer)}};
}

// --- GetPolicy, DeletePolicy

struct PolicyArn {
  std::string arn;
};

PolicyArn read_policy_arn(const View& in) { return {.arn = in.take("PolicyArn").text()}; }

Value get_policy(Service& service, const aws::Call& call, const PolicyArn& ask) {
  identity::Roster& roster = service.directory.roster;
  const auto policy = roster.policy(call.account, ask.arn);
  PolicyUsage usage;
  roster.look(call.account,
              [&](const identity::Contents& contents) { usage = usage_of(contents, ask.arn); });
  return Map{{"Policy", policy_answer(*policy, usage, Detail::whole)}};
}

Value delete_policy(Service& service, const aws::Call& call, const PolicyArn& ask) {
  check_own_policy(call, ask.arn, "Cannot delete policies outside your own account.");
  service.directory.roster.erase_policy(call.account, ask.arn);
  return Map{};
}

// --- ListPolicies

struct ListPolicies {
  std::string scope;
  std::string usage;
  std::string path_prefix;
  bool only_attached = false;
  Paging paging;
};

ListPolicies read_list_policies(const View& in) {
  return {.scope = in.take("Scope").text_or("All"),
          .usage = in.take("PolicyUsageFilter").text_or(""),
          .path_prefix = in.take("PathPrefix").text_or("/"),
          .only_attached = in.take("OnlyAttached").flag_or(false),
          .paging = read_paging(in)};
}

bool is_listed(const ManagedPolicy& policy, const PolicyUsage& usage, const ListPolicies& ask) {
  if (!policy.entity.path.starts_with(ask.path_prefix)) return false;
  if (ask.only_attached && usage.attachments == 0) return false;
  if (ask.usage == "PermissionsPolicy") return usage.attachments > 0;
  if (ask.usage == "PermissionsBoundary") return usage.boundaries > 0;
  return true;
}

// The account's own policies first, then AWS's as it made them.
std::string place_in_list(const identity::Entity& entity) {
  const bool is_of_aws = entity.arn.starts_with("arn:aws:iam::aws:");
  return (is_of_aws ? "2" + base::iso8601(entity.created) : "1") + entity.name + " " + entity.id;
}

Value list_policies(Service& service, const aws::Call& call, const ListPolicies& ask) {
  Keyed<identity::Shared<ManagedPolicy>> found;
  const auto add = [&](const identity::Contents& contents,
                       const identity::Shared<ManagedPolicy>& policy) {
    if (!is_listed(*policy, usage_of(contents, policy->entity.arn), ask)) return;
    found.emplace_back(place_in_list(policy->entity), policy);
  };
  const auto shipped = ask.scope != "Local" ? service.directory.roster.aws_policies().all()
                                            : std::vector<identity::Shared<ManagedPolicy>>();
  Map answer;
  List policies;
  service.directory.roster.look(call.account, [&](const identity::Contents& contents) {
    for (const auto& policy : shipped) add(contents, policy);
    if (ask.scope != "AWS") {
      for (const auto& [name, policy] : contents.all<ManagedPolicy>()) add(contents, policy);
    }
    // Answers are made of what is on the page alone.
    for (const auto& [key, policy] : on_page(std::move(found), ask.paging,
                                             "ListPolicies" + ask.scope + ask.path_prefix, answer))
      policies.emplace_back(
          policy_answer(*policy, usage_of(contents, policy->entity.arn), Detail::listed));
  });
  answer.set("Policies", std::move(policies));
  return answer;
}

constexpr aws::Operation table[] = {
    operation<read_create_policy, create_policy>("CreatePolicy", {.access = asked_in_act}),
    operation<read_policy_arn, delete_policy>("DeletePolicy", {.access = on_policy}),
    operation<read_policy_arn, get_policy>("GetPolicy", {.access = on_policy}),
    operation<read_list_policies, list_policies>("ListPolicies"),
};

}  // namespace

const std::span<const aws::Operation> managed_policy_operations = table;

}  // namespace millrace::service::iam
