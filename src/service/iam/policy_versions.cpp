// The versions of managed policies, of which one is in force.
#include "base/text.hpp"
#include "identity/errors.hpp"
#include "identity/limits.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/managed_policies.hpp"
#include "service/iam/service.hpp"

#include <algorithm>

namespace millrace::service::iam {

std::string version_id(std::int64_t number) { return "v" + std::to_string(number); }

namespace {
[[noreturn]] void no_such_version(const std::string& arn, std::string_view id) {
  throw identity::NoSuchEntity("Policy " + arn + " version " + std::string(id) +
                               " does not exist or is not attachable.");
}
}  // namespace

const identity::PolicyVersion& version_of(const identity::ManagedPolicy& policy,
                                          std::string_view id) {
  const auto number = id.starts_with('v') ? base::to_integer(id.substr(1)) : std::nullopt;
  const identity::PolicyVersion* version = number ? policy.version(*number) : nullptr;
  if (version != nullptr) return *version;
  no_such_version(policy.entity.arn, id);
}

base::Map version_answer(const identity::ManagedPolicy& policy,
                         const identity::PolicyVersion& version) {
  return base::Map{{"VersionId", version_id(version.number)},
                   {"IsDefaultVersion", version.number == policy.default_version},
                   {"CreateDate", time_answer(version.created)}};
}

namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::ManagedPolicy;

// --- CreatePolicyVersion

struct CreateVersion {
  std::string arn;
  std::string document;
  bool set_as_default = false;
};

CreateVersion read_create_version(const View& in) {
  return {.arn = in.take("PolicyArn").text(),
          .document = in.take("PolicyDocument").text(),
          .set_as_default = in.take("SetAsDefault").flag_or(false)};
}

constexpr const char* not_to_update = "Cannot update policies outside your own account.";

Value create_version(Service& service, const aws::Call& call, const CreateVersion& ask) {
  check_own_policy(call, ask.arn, not_to_update);
  (void)service.directory.roster.policy(call.account, ask.arn);
  const identity::PolicyText text = managed_text(ask.document);
  Map answer;
  service.directory.roster.change_policy(call.account, ask.arn, [&](ManagedPolicy& policy) {
    if (policy.versions.size() >= identity::versions_per_policy) {
      throw identity::LimitExceeded(
          "A managed policy can have up to 5 versions. Before you create a new version, you must "
          "delete an existing "
          "version.");
    }
    policy.versions.push_back(
        {.number = ++policy.newest_version, .text = text, .created = service.clock.service()});
    if (ask.set_as_default) policy.default_version = policy.newest_version;
    answer = version_answer(policy, policy.versions.back());
  });
  return Map{{"PolicyVersion", std::move(answer)}};
}

// --- GetPolicyVersion, SetDefaultPolicyVersion, DeletePolicyVersion

struct VersionName {
  std::string arn;
  std::string version;
};

VersionName read_version_name(const View& in) {
  return {.arn = in.take("PolicyArn").text(), .version = in.take("VersionId").text()};
}

// Of a policy that is not there AWS misses the version.
identity::Shared<ManagedPolicy> policy_with(Service& service, const aws::Call& call,
                                            const VersionName& ask) {
  try {
    return service.directory.roster.policy(call.account, ask.arn);
  } catch (const identity::NoSuchEntity&) {
    no_such_version(ask.arn, ask.version);
  }
}

Value get_version(Service& service, const aws::Call& call, const VersionName& ask) {
  const auto policy = policy_with(service, call, ask);
  const identity::PolicyVersion& version = version_of(*policy, ask.version);
  Map answer = version_answer(*policy, version);
  answer.set("Document", encoded(version.text.document));
  return Map{{"PolicyVersion", std::move(answer)}};
}

Value set_default(Service& service, const aws::Call& call, const VersionName& ask) {
  check_own_policy(call, ask.arn, not_to_update);
  (void)policy_with(service, call, ask);
  service.directory.roster.change_policy(call.account, ask.arn, [&ask](ManagedPolicy& policy) {
    policy.default_version = version_of(policy, ask.version).number;
  });
  return Map{};
}

Value delete_version(Service& service, const aws::Call& call, const VersionName& ask) {
  check_own_policy(call, ask.arn,
                   "Cannot delete policy versions for policies outside your own account.");
  (void)policy_with(service, call, ask);
  service.directory.roster.change_policy(call.account, ask.arn, [&ask](ManagedPolicy& policy) {
    const std::int64_t number = version_of(policy, ask.version).number;
    if (number == policy.default_version) {
      throw identity::DeleteConflict("Cannot delete the default version of a policy.");
    }
    std::erase_if(policy.versions,
                  [number](const auto& version) { return version.number == number; });
  });
  return Map{};
}

// --- ListPolicyVersions

struct ListVersions {
  std::string arn;
  Paging paging;
};

ListVersions read_list_versions(const View& in) {
  return {.arn = in.take("PolicyArn").text(), .paging = read_paging(in)};
}

Value list_versions(Service& service, const aws::Call& call, const ListVersions& ask) {
  const auto policy = service.directory.roster.policy(call.account, ask.arn);
  Items items;
  for (const identity::PolicyVersion& version : policy->versions) {
    // Newest first, as AWS lists them.
    const std::string place = std::to_string(1'000'000'000 - version.number);
    items.emplace_back(place, version_answer(*policy, version));
  }
  return page(std::move(items), ask.paging, "Versions", "ListPolicyVersions" + ask.arn);
}

constexpr aws::Operation table[] = {
    operation<read_create_version, create_version>("CreatePolicyVersion", {.access = on_policy}),
    operation<read_version_name, delete_version>("DeletePolicyVersion", {.access = on_policy}),
    operation<read_version_name, get_version>("GetPolicyVersion", {.access = on_policy}),
    operation<read_list_versions, list_versions>("ListPolicyVersions", {.access = on_policy}),
    operation<read_version_name, set_default>("SetDefaultPolicyVersion", {.access = on_policy}),
};

}  // namespace

const std::span<const aws::Operation> policy_version_operations = table;

}  // namespace millrace::service::iam
