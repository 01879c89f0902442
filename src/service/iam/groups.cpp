// Groups, and the users in them.
#include "base/arn.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/entity_pages.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::Group;

std::string group_arn(const aws::Call& call, const std::string& path, const std::string& name) {
  return base::arn("iam", "", call.account, "group" + path + name);
}

// --- CreateGroup

struct CreateGroup {
  std::string name;
  std::string path;
};

CreateGroup read_create_group(const View& in) {
  return {.name = in.take("GroupName").text(), .path = in.take("Path").text_or("/")};
}

Value create_group(Service& service, const aws::Call& call, const CreateGroup& ask) {
  call.require("iam:CreateGroup", group_arn(call, ask.path, ask.name));
  const Group group = service.directory.roster.create(
      Group{.entity = identity::Entity{.account = call.account, .name = ask.name, .path = ask.path},
            .grants = {}});
  return Map{{"Group", group_answer(group)}};
}

// --- DeleteGroup

struct GroupName {
  std::string name;
};

GroupName read_group_name(const View& in) { return {.name = in.take("GroupName").text()}; }

Value delete_group(Service& service, const aws::Call& call, const GroupName& ask) {
  require_on<Group>(service, call, ask.name);
  service.directory.roster.erase<Group>(call.account, ask.name);
  return Map{};
}

// --- GetGroup

struct GetGroup {
  std::string name;
  Paging paging;
};

GetGroup read_get_group(const View& in) {
  return {.name = in.take("GroupName").text(), .paging = read_paging(in)};
}

Value get_group(Service& service, const aws::Call& call, const GetGroup& ask) {
  require_on<Group>(service, call, ask.name);
  identity::Roster& roster = service.directory.roster;
  const auto group = roster.get<Group>(call.account, ask.name);
  Items items;
  for (const auto& user : roster.members(call.account, ask.name))
    items.emplace_back(user->entity.name, user_answer(*user, Detail::listed));
  Map answer = page(std::move(items), ask.paging, "Users", "GetGroup" + ask.name);
  answer.set("Group", group_answer(*group));
  return answer;
}

// --- ListGroups, ListGroupsForUser

Value list_groups(Service& service, const aws::Call& call, const ListEntities& ask) {
  return entity_page<Group>(service, call, ask.paging, ask.path_prefix, "Groups", group_answer);
}

struct GroupsOfUser {
  std::string user;
  Paging paging;
};

GroupsOfUser read_groups_of_user(const View& in) {
  return {.user = in.take("UserName").text(), .paging = read_paging(in)};
}

Value list_groups_of_user(Service& service, const aws::Call& call, const GroupsOfUser& ask) {
  require_on_user(service, call, ask.user);
  Items items;
  for (const auto& group : service.directory.roster.groups_of(call.account, ask.user))
    items.emplace_back(group->entity.name, group_answer(*group));
  return page(std::move(items), ask.paging, "Groups", "ListGroupsForUser" + ask.user);
}

// --- UpdateGroup

struct UpdateGroup {
  std::string name;
  std::optional<std::string> new_name;
  std::optional<std::string> new_path;
};

UpdateGroup read_update_group(const View& in) {
  return {.name = in.take("GroupName").text(),
          .new_name = in.take("NewGroupName").optional_text(),
          .new_path = in.take("NewPath").optional_text()};
}

Value update_group(Service& service, const aws::Call& call, const UpdateGroup& ask) {
  require_on<Group>(service, call, ask.name);
  identity::Roster& roster = service.directory.roster;
  const identity::Entity old = roster.get<Group>(call.account, ask.name)->entity;
  const std::string name = ask.new_name.value_or(old.name);
  const std::string path = ask.new_path.value_or(old.path);
  // The new place needs leave too, as with users.
  call.require("iam:UpdateGroup", group_arn(call, path, name));
  if (name != old.name || path != old.path)
    roster.rename<Group>(call.account, ask.name, name, path);
  return Map{};
}

// --- AddUserToGroup, RemoveUserFromGroup

struct Membership {
  std::string group;
  std::string user;
};

Membership read_membership(const View& in) {
  return {.group = in.take("GroupName").text(), .user = in.take("UserName").text()};
}

Value add_user(Service& service, const aws::Call& call, const Membership& ask) {
  require_on<Group>(service, call, ask.group);
  service.directory.roster.join_group(call.account, ask.group, ask.user);
  return Map{};
}

Value remove_user(Service& service, const aws::Call& call, const Membership& ask) {
  require_on<Group>(service, call, ask.group);
  service.directory.roster.leave_group(call.account, ask.group, ask.user);
  return Map{};
}

constexpr aws::Operation table[] = {
    operation<read_membership, add_user>("AddUserToGroup", {.access = asked_in_act}),
    operation<read_create_group, create_group>("CreateGroup", {.access = asked_in_act}),
    operation<read_group_name, delete_group>("DeleteGroup", {.access = asked_in_act}),
    operation<read_get_group, get_group>("GetGroup", {.access = asked_in_act}),
    operation<read_list_entities, list_groups>("ListGroups", {.access = on_all<Group>}),
    operation<read_groups_of_user, list_groups_of_user>("ListGroupsForUser",
                                                        {.access = asked_in_act}),
    operation<read_membership, remove_user>("RemoveUserFromGroup", {.access = asked_in_act}),
    operation<read_update_group, update_group>("UpdateGroup", {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> group_operations = table;

}  // namespace millrace::service::iam
