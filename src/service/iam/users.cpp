// Users: create, show, list, rename, delete.
#include "base/arn.hpp"
#include "identity/errors.hpp"
#include "identity/user_records.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/entity_pages.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using policy::Principal;

// --- CreateUser

struct CreateUser {
  std::string name;
  std::string path;
  std::optional<std::string> boundary;
  store::Tags tags;
};

CreateUser read_create_user(const View& in) {
  return {.name = in.take("UserName").text(),
          .path = in.take("Path").text_or("/"),
          .boundary = in.take("PermissionsBoundary").optional_text(),
          .tags = read_tags(in, TagNames::in_any_case)};
}

Value create_user(Service& service, const aws::Call& call, const CreateUser& ask) {
  const std::string arn = base::arn("iam", "", call.account, "user" + ask.path + ask.name);
  policy::Conditions further = tag_conditions(ask.tags);
  if (ask.boundary) further["iam:PermissionsBoundary"] = {*ask.boundary};
  call.require("iam:CreateUser", arn, further);
  if (!ask.tags.empty()) call.require("iam:TagUser", arn, further);
  if (ask.boundary) {
    check_policy_arn(*ask.boundary);
    identity::check_boundary(service.directory.roster, call.account, *ask.boundary);
  }
  identity::User user{
      .entity = identity::Entity{
          .account = call.account, .name = ask.name, .path = ask.path, .tags = ask.tags}};
  user.grants.boundary = ask.boundary;
  return Map{
      {"User", user_answer(service.directory.roster.create(std::move(user)), Detail::whole)}};
}

// --- GetUser, DeleteUser

struct UserName {
  std::optional<std::string> name;
};

UserName read_user_name(const View& in) { return {.name = in.take("UserName").optional_text()}; }

Value root_answer(const aws::Call& call, Service& service) {
  for (const identity::Account& account : service.directory.accounts.list()) {
    if (account.id != call.account) continue;
    return Map{{"User", Map{{"UserId", call.account},
                            {"Arn", call.principal.arn},
                            {"CreateDate", time_answer(account.created)}}}};
  }
  throw identity::NoSuchEntity("The account " + call.account + " cannot be found.");
}

Value get_user(Service& service, const aws::Call& call, const UserName& ask) {
  if (!ask.name && call.principal.kind == Principal::Kind::root) return root_answer(call, service);
  if (!ask.name && call.principal.kind != Principal::Kind::user) {
    throw aws::Error("ValidationError",
                     "Must specify userName when calling with non-User credentials", 400);
  }
  const std::string name = ask.name.value_or(call.principal.name);
  require_on_user(service, call, name);
  return Map{
      {"User", user_answer(service.directory.roster.user(call.account, name), Detail::whole)}};
}

Value delete_user(Service& service, const aws::Call& call, const UserName& ask) {
  require_on_user(service, call, *ask.name);
  const identity::User user = service.directory.roster.user(call.account, *ask.name);
  if (!service.directory.mfa_devices.of_user(call.account, user.entity.id).empty())
    throw identity::DeleteConflict("Cannot delete entity, must delete MFA device first.");
  for (const auto& kind : {identity::ssh_public_key_kind, identity::signing_certificate_kind}) {
    identity::UserRecords records(kind, service.records);
    if (!records.list({.account = call.account, .user_id = user.entity.id}).empty())
      throw identity::DeleteConflict("Cannot delete entity, must remove referenced objects first.");
  }
  service.directory.roster.erase<identity::User>(call.account, *ask.name);
  return Map{};
}

// --- ListUsers

Value list_users(Service& service, const aws::Call& call, const ListEntities& ask) {
  return entity_page<identity::User>(
      service, call, ask.paging, ask.path_prefix, "Users",
      [](const identity::User& user) { return user_answer(user, Detail::listed); });
}

// --- UpdateUser

struct UpdateUser {
  std::string name;
  std::optional<std::string> new_name;
  std::optional<std::string> new_path;
};

UpdateUser read_update_user(const View& in) {
  return {.name = in.take("UserName").text(),
          .new_name = in.take("NewUserName").optional_text(),
          .new_path = in.take("NewPath").optional_text()};
}

Value update_user(Service& service, const aws::Call& call, const UpdateUser& ask) {
  require_on_user(service, call, ask.name);
  identity::Roster& roster = service.directory.roster;
  const identity::Entity old = roster.user(call.account, ask.name).entity;
  const std::string name = ask.new_name.value_or(old.name);
  const std::string path = ask.new_path.value_or(old.path);
  // The new place needs leave too, or a user could be moved out of what somebody may touch.
  call.require("iam:UpdateUser", base::arn("iam", "", call.account, "user" + path + name));
  if (name != old.name || path != old.path) {
    roster.rename<identity::User>(call.account, ask.name, name, path);
  }
  return Map{};
}

constexpr aws::Operation table[] = {
    operation<read_create_user, create_user>("CreateUser", {.access = asked_in_act}),
    operation<read_user_name, delete_user>("DeleteUser", {.access = asked_in_act}),
    operation<read_user_name, get_user>("GetUser", {.access = asked_in_act}),
    operation<read_list_entities, list_users>("ListUsers", {.access = on_all<identity::User>}),
    operation<read_update_user, update_user>("UpdateUser", {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> user_operations = table;

}  // namespace millrace::service::iam
