// Roles that belong to a service: made for it, and given back once it no longer needs them.
#include "identity/service_linked_roles.hpp"

#include "base/arn.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "identity/errors.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::Role;

// --- CreateServiceLinkedRole

struct CreateLinked {
  std::string service;
  std::optional<std::string> description;
  std::optional<std::string> suffix;
};

CreateLinked read_create_linked(const View& in) {
  return {.service = in.take("AWSServiceName").text(),
          .description = in.take("Description").optional_text(),
          .suffix = in.take("CustomSuffix").optional_text()};
}

// Whose role's name the caller cannot know is asked for by the service's path.
void require_on_linked(const aws::Call& call, const std::string& service, const std::string& role) {
  call.require("iam:" + call.operation,
               base::arn("iam", "", call.account, "role/aws-service-role/" + service + "/" + role),
               {{"iam:AWSServiceName", {service}}});
}

// The same trust as GetRole's, which this operation alone writes so.
std::string trust_in_lists(const std::string& service) {
  const Map statement{{"Action", aws::List{"sts:AssumeRole"}},
                      {"Effect", "Allow"},
                      {"Principal", Map{{"Service", aws::List{service}}}}};
  return base::write_json(
      Map{{"Version", "2012-10-17"}, {"Statement", aws::List{Value(statement)}}});
}

Value create_linked(Service& service, const aws::Call& call, const CreateLinked& ask) {
  const auto kind = identity::find_service_linked_role(ask.service);
  require_on_linked(call, ask.service, kind ? kind->role : "*");
  if (!kind) {
    throw aws::Error("NotImplemented",
                     "CreateServiceLinkedRole is not built for " + ask.service + ".", 501);
  }
  if (ask.suffix && !kind->takes_suffix)
    throw aws::Error("InvalidInput", "Custom suffix is not allowed for " + ask.service, 400);
  Role role = identity::service_linked_role(*kind, call.account, ask.suffix, ask.description);
  const std::string name = role.entity.name;
  try {
    role = service.directory.roster.create(std::move(role));
  } catch (const identity::EntityExists&) {
    throw aws::Error("InvalidInput",
                     "Service role name " + name +
                         " has been taken in this account, please try a different suffix.",
                     400);
  }
  Map answer = role_answer(service.directory, role, Detail::made);
  answer.set("AssumeRolePolicyDocument", encoded(trust_in_lists(ask.service)));
  return Map{{"Role", std::move(answer)}};
}

// --- DeleteServiceLinkedRole

constexpr std::string_view task_kind = "iam/deletion-task";

store::Key task_key(const aws::Call& call, const std::string& id) {
  return identity::entity_key(task_kind, call.account, id);
}

struct RoleName {
  std::string name;
};

RoleName read_role_name(const View& in) { return {.name = in.take("RoleName").text()}; }

// No service here holds such a role in use, so the task is done when it is told of.
Value delete_linked(Service& service, const aws::Call& call, const RoleName& ask) {
  require_on_role(service, call, ask.name);
  const auto role = service.directory.roster.get<Role>(call.account, ask.name);
  if (!role->linked_service)
    throw identity::NoSuchEntity("The role with name " + ask.name + " cannot be found.");
  const std::string id = "task/aws-service-role/" + *role->linked_service + "/" + ask.name + "/" +
                         base::uuid4(service.random);
  service.records.create({.key = task_key(call, id),
                          .arn = base::arn("iam", "", call.account, id),
                          .document = Map{},
                          .created = call.now,
                          .modified = call.now,
                          .status = "SUCCEEDED"});
  service.directory.roster.erase_service_linked_role(call.account, ask.name);
  return Map{{"DeletionTaskId", id}};
}

// --- GetServiceLinkedRoleDeletionStatus

struct TaskName {
  std::string id;
};

TaskName read_task_name(const View& in) { return {.id = in.take("DeletionTaskId").text()}; }

// task/aws-service-role/SERVICE/ROLE/UUID
std::vector<aws::Need> on_task_role(const aws::Call& call, const Value& input) {
  const Value* id = input.find("DeletionTaskId");
  std::string role = "role/*";
  if (id != nullptr && id->text().starts_with("task/"))
    role = "role" + id->text().substr(4, id->text().rfind('/') - 4);
  return {{.action = "iam:" + call.operation,
           .resource = base::arn("iam", "", call.account, role),
           .conditions = {}}};
}

Value deletion_status(Service& service, const aws::Call& call, const TaskName& ask) {
  const auto task = service.records.find(task_key(call, ask.id));
  if (!task) {
    throw identity::NoSuchEntity("Deletion Task Id: " + ask.id + " cannot be found.");
  }
  return Map{{"Status", task->status}};
}

constexpr aws::Operation table[] = {
    operation<read_create_linked, create_linked>("CreateServiceLinkedRole",
                                                 {.access = asked_in_act}),
    operation<read_role_name, delete_linked>("DeleteServiceLinkedRole", {.access = asked_in_act}),
    operation<read_task_name, deletion_status>("GetServiceLinkedRoleDeletionStatus",
                                               {.access = on_task_role}),
};

}  // namespace

const std::span<const aws::Operation> service_linked_role_operations = table;

}  // namespace millrace::service::iam
