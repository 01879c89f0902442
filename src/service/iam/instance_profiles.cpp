// Instance profiles: the role that a machine may be given.
#include "service/iam/instance_profiles.hpp"

#include "base/arn.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/entity_pages.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
base::Map profile_answer(Service& service, const identity::InstanceProfile& profile,
                         Detail detail) {
  const identity::Entity& entity = profile.entity;
  base::List roles;
  if (profile.role) {
    const auto role = service.directory.roster.find_role(entity.account, *profile.role);
    if (role) roles.emplace_back(role_answer(service.directory, *role, Detail::within));
  }
  base::Map answer{{"Path", entity.path},
                   {"InstanceProfileName", entity.name},
                   {"InstanceProfileId", entity.id},
                   {"Arn", entity.arn},
                   {"CreateDate", time_answer(entity.created)},
                   {"Roles", std::move(roles)}};
  if (detail == Detail::whole) answer.set("Tags", tag_answer(entity.tags));
  return answer;
}

namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::InstanceProfile;

// --- CreateInstanceProfile

struct CreateProfile {
  std::string name;
  std::string path;
  store::Tags tags;
};

CreateProfile read_create_profile(const View& in) {
  return {.name = in.take("InstanceProfileName").text(),
          .path = in.take("Path").text_or("/"),
          .tags = read_tags(in)};
}

Value create_profile(Service& service, const aws::Call& call, const CreateProfile& ask) {
  const std::string arn =
      base::arn("iam", "", call.account, "instance-profile" + ask.path + ask.name);
  call.require("iam:CreateInstanceProfile", arn, tag_conditions(ask.tags));
  if (!ask.tags.empty()) call.require("iam:TagInstanceProfile", arn, tag_conditions(ask.tags));
  const InstanceProfile profile = service.directory.roster.create(InstanceProfile{
      .entity =
          identity::Entity{
              .account = call.account, .name = ask.name, .path = ask.path, .tags = ask.tags},
      .role = std::nullopt});
  Map answer = profile_answer(service, profile, Detail::made);
  if (!ask.tags.empty()) answer.set("Tags", tag_answer(ask.tags));
  return Map{{"InstanceProfile", std::move(answer)}};
}

// --- GetInstanceProfile, DeleteInstanceProfile

struct ProfileName {
  std::string name;
};

ProfileName read_profile_name(const View& in) {
  return {.name = in.take("InstanceProfileName").text()};
}

Value get_profile(Service& service, const aws::Call& call, const ProfileName& ask) {
  require_on<InstanceProfile>(service, call, ask.name);
  const auto profile = service.directory.roster.get<InstanceProfile>(call.account, ask.name);
  return Map{{"InstanceProfile", profile_answer(service, *profile, Detail::whole)}};
}

Value delete_profile(Service& service, const aws::Call& call, const ProfileName& ask) {
  require_on<InstanceProfile>(service, call, ask.name);
  service.directory.roster.erase<InstanceProfile>(call.account, ask.name);
  return Map{};
}

// --- ListInstanceProfiles, ListInstanceProfilesForRole

Value list_profiles(Service& service, const aws::Call& call, const ListEntities& ask) {
  const auto show = [&service](const InstanceProfile& profile) {
    return profile_answer(service, profile, Detail::listed);
  };
  return entity_page<InstanceProfile>(service, call, ask.paging, ask.path_prefix,
                                      "InstanceProfiles", show);
}

struct ProfilesOfRole {
  std::string role;
  Paging paging;
};

ProfilesOfRole read_profiles_of_role(const View& in) {
  return {.role = in.take("RoleName").text(), .paging = read_paging(in)};
}

Value list_profiles_of_role(Service& service, const aws::Call& call, const ProfilesOfRole& ask) {
  require_on_role(service, call, ask.role);
  Items items;
  for (const auto& profile : service.directory.roster.instance_profiles(call.account, ask.role))
    items.emplace_back(profile->entity.name, profile_answer(service, *profile, Detail::listed));
  return page(std::move(items), ask.paging, "InstanceProfiles",
              "ListInstanceProfilesForRole" + ask.role);
}

// --- AddRoleToInstanceProfile, RemoveRoleFromInstanceProfile

struct RoleOfProfile {
  std::string profile;
  std::string role;
};

RoleOfProfile read_role_of_profile(const View& in) {
  return {.profile = in.take("InstanceProfileName").text(), .role = in.take("RoleName").text()};
}

Value add_role(Service& service, const aws::Call& call, const RoleOfProfile& ask) {
  require_on<InstanceProfile>(service, call, ask.profile);
  const auto role = service.directory.roster.find_role(call.account, ask.role);
  call.require("iam:PassRole",
               role ? role->entity.arn : base::arn("iam", "", call.account, "role/" + ask.role),
               {{"iam:PassedToService", {"ec2.amazonaws.com"}}});
  service.directory.roster.add_role(call.account, ask.profile, ask.role);
  return Map{};
}

Value remove_role(Service& service, const aws::Call& call, const RoleOfProfile& ask) {
  require_on<InstanceProfile>(service, call, ask.profile);
  service.directory.roster.remove_role(call.account, ask.profile, ask.role);
  return Map{};
}

constexpr aws::Operation table[] = {
    operation<read_role_of_profile, add_role>("AddRoleToInstanceProfile", {.access = asked_in_act}),
    operation<read_create_profile, create_profile>("CreateInstanceProfile",
                                                   {.access = asked_in_act}),
    operation<read_profile_name, delete_profile>("DeleteInstanceProfile", {.access = asked_in_act}),
    operation<read_profile_name, get_profile>("GetInstanceProfile", {.access = asked_in_act}),
    operation<read_list_entities, list_profiles>("ListInstanceProfiles",
                                                 {.access = on_all<InstanceProfile>}),
    operation<read_profiles_of_role, list_profiles_of_role>("ListInstanceProfilesForRole",
                                                            {.access = asked_in_act}),
    operation<read_role_of_profile, remove_role>("RemoveRoleFromInstanceProfile",
                                                 {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> instance_profile_operations = table;

}  // namespace millrace::service::iam
