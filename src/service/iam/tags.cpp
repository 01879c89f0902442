// Tags of users, roles, instance profiles and managed policies.
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

enum class Tagged { user, role, instance_profile, policy };

template <Tagged tagged>
std::string read_subject(const View& in) {
  switch (tagged) {
    case Tagged::user:
      return in.take("UserName").text();
    case Tagged::role:
      return in.take("RoleName").text();
    case Tagged::instance_profile:
      return in.take("InstanceProfileName").text();
    case Tagged::policy:
      return in.take("PolicyArn").text();
  }
}

// The subject, after the caller was found allowed to do the call's operation on it.
template <Tagged tagged>
identity::Entity subject(Service& service, const aws::Call& call, const std::string& name,
                         const policy::Conditions& further = {}) {
  identity::Roster& roster = service.directory.roster;
  if constexpr (tagged == Tagged::user) {
    require_on_user(service, call, name, further);
    return roster.user(call.account, name).entity;
  } else if constexpr (tagged == Tagged::role) {
    require_on_role(service, call, name, further);
    return roster.role(call.account, name).entity;
  } else if constexpr (tagged == Tagged::instance_profile) {
    require_on<identity::InstanceProfile>(service, call, name, further);
    return roster.get<identity::InstanceProfile>(call.account, name)->entity;
  } else {
    call.require("iam:" + call.operation, name, further);
    return roster.policy(call.account, name)->entity;
  }
}

void check_own(const aws::Call& call, const identity::Entity& entity) {
  if (entity.account == call.account) return;
  throw aws::Error("InvalidInput",
                   "Policy " + entity.arn + " is managed by AWS and cannot be tagged.", 400);
}

// --- Tag

template <Tagged tagged>
struct AddTags {
  std::string name;
  store::Tags tags;
};

template <Tagged tagged>
AddTags<tagged> read_add(const View& in) {
  constexpr bool is_principal = tagged == Tagged::user || tagged == Tagged::role;
  constexpr TagNames names = is_principal ? TagNames::in_any_case : TagNames::exact;
  return {.name = read_subject<tagged>(in), .tags = read_tags(in, names)};
}

template <Tagged tagged>
Value add(Service& service, const aws::Call& call, const AddTags<tagged>& ask) {
  const identity::Entity entity =
      subject<tagged>(service, call, ask.name, tag_conditions(ask.tags));
  check_own(call, entity);
  service.directory.roster.set_tags(call.account, entity.arn, ask.tags);
  return Map{};
}

// --- Untag

template <Tagged tagged>
struct RemoveTags {
  std::string name;
  std::vector<std::string> names;
};

template <Tagged tagged>
RemoveTags<tagged> read_remove(const View& in) {
  return {.name = read_subject<tagged>(in), .names = in.take("TagKeys").texts()};
}

template <Tagged tagged>
Value remove(Service& service, const aws::Call& call, const RemoveTags<tagged>& ask) {
  const identity::Entity entity =
      subject<tagged>(service, call, ask.name, tag_name_conditions(ask.names));
  check_own(call, entity);
  service.directory.roster.remove_tags(call.account, entity.arn, ask.names);
  return Map{};
}

// --- ListTags

template <Tagged tagged>
struct ListTags {
  std::string name;
  Paging paging;
};

template <Tagged tagged>
ListTags<tagged> read_list(const View& in) {
  return {.name = read_subject<tagged>(in), .paging = read_paging(in)};
}

template <Tagged tagged>
Value list(Service& service, const aws::Call& call, const ListTags<tagged>& ask) {
  const identity::Entity entity = subject<tagged>(service, call, ask.name);
  Items items;
  for (const auto& [name, value] : entity.tags)
    items.emplace_back(name, Map{{"Key", name}, {"Value", value}});
  return page(std::move(items), ask.paging, "Tags", call.operation + entity.arn);
}

constexpr Tagged user = Tagged::user;
constexpr Tagged role = Tagged::role;
constexpr Tagged policy = Tagged::policy;
constexpr Tagged instance_profile = Tagged::instance_profile;

constexpr aws::Operation table[] = {
    operation<read_list<instance_profile>, list<instance_profile>>("ListInstanceProfileTags",
                                                                   {.access = asked_in_act}),
    operation<read_list<policy>, list<policy>>("ListPolicyTags", {.access = asked_in_act}),
    operation<read_list<role>, list<role>>("ListRoleTags", {.access = asked_in_act}),
    operation<read_list<user>, list<user>>("ListUserTags", {.access = asked_in_act}),
    operation<read_add<instance_profile>, add<instance_profile>>("TagInstanceProfile",
                                                                 {.access = asked_in_act}),
    operation<read_add<policy>, add<policy>>("TagPolicy", {.access = asked_in_act}),
    operation<read_add<role>, add<role>>("TagRole", {.access = asked_in_act}),
    operation<read_add<user>, add<user>>("TagUser", {.access = asked_in_act}),
    operation<read_remove<instance_profile>, remove<instance_profile>>("UntagInstanceProfile",
                                                                       {.access = asked_in_act}),
    operation<read_remove<policy>, remove<policy>>("UntagPolicy", {.access = asked_in_act}),
    operation<read_remove<role>, remove<role>>("UntagRole", {.access = asked_in_act}),
    operation<read_remove<user>, remove<user>>("UntagUser", {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> tag_operations = table;

}  // namespace millrace::service::iam
