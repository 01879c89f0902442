// Access keys of users and of the account's root.
#include "base/arn.hpp"
#include "identity/errors.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/last_used.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::AccessKey;
using policy::Principal;

// Whose keys: the user named, else the caller's own; "" is the root. Throws NoSuchEntity for a user
// that is not there.
std::string owner(Service& service, const aws::Call& call, const std::optional<std::string>& name) {
  if (!name && call.principal.kind == Principal::Kind::root) {
    call.require("iam:" + call.operation, call.principal.arn);
    return "";
  }
  if (!name && call.principal.kind != Principal::Kind::user) {
    throw aws::Error("ValidationError",
                     "Must specify userName when calling with non-User credentials", 400);
  }
  const std::string user = name.value_or(call.principal.name);
  require_on_user(service, call, user);
  return service.directory.roster.user(call.account, user).entity.name;
}

Map key_answer(const AccessKey& key) {
  Map answer;
  if (!key.user.empty()) answer.set("UserName", key.user);
  answer.set("AccessKeyId", key.id);
  answer.set("Status", key.active ? "Active" : "Inactive");
  answer.set("CreateDate", time_answer(key.created));
  return answer;
}

// --- CreateAccessKey

struct Owner {
  std::optional<std::string> name;
};

Owner read_owner(const View& in) { return {.name = in.take("UserName").optional_text()}; }

Value create_access_key(Service& service, const aws::Call& call, const Owner& ask) {
  const std::string user = owner(service, call, ask.name);
  const AccessKey key = user.empty() ? service.directory.keys.create(call.account, user)
                                     : service.directory.roster.create_key(call.account, user);
  Map answer = key_answer(key);
  answer.set("SecretAccessKey", key.secret);
  return Map{{"AccessKey", std::move(answer)}};
}

// --- ListAccessKeys

struct ListKeys {
  Owner owner;
  Paging paging;
};

ListKeys read_list_keys(const View& in) {
  return {.owner = read_owner(in), .paging = read_paging(in)};
}

Value list_access_keys(Service& service, const aws::Call& call, const ListKeys& ask) {
  const std::string user = owner(service, call, ask.owner.name);
  Items items;
  for (const AccessKey& key : service.directory.keys.list(call.account, user)) {
    items.emplace_back(key.id, key_answer(key));
  }
  return page(std::move(items), ask.paging, "AccessKeyMetadata", "ListAccessKeys" + user);
}

// --- UpdateAccessKey, DeleteAccessKey

struct KeyName {
  Owner owner;
  std::string id;
};

KeyName read_key_name(const View& in) {
  return {.owner = read_owner(in), .id = in.take("AccessKeyId").text()};
}

struct UpdateKey {
  KeyName key;
  std::string status;
};

UpdateKey read_update_key(const View& in) {
  return {.key = read_key_name(in), .status = in.take("Status").text()};
}

Value update_access_key(Service& service, const aws::Call& call, const UpdateKey& ask) {
  if (ask.status == "Expired") {
    throw aws::Error("InvalidInput",
                     "The status of an access key can be set to Active or Inactive only.", 400);
  }
  const std::string user = owner(service, call, ask.key.owner.name);
  service.directory.keys.set_active(call.account, user, ask.key.id, ask.status == "Active");
  return Map{};
}

Value delete_access_key(Service& service, const aws::Call& call, const KeyName& ask) {
  service.directory.keys.erase(call.account, owner(service, call, ask.owner.name), ask.id);
  return Map{};
}

// --- GetAccessKeyLastUsed

struct KeyId {
  std::string id;
};

KeyId read_key_id(const View& in) { return {.id = in.take("AccessKeyId").text()}; }

// Of another account's key, no more than of none, is said that there is one.
Value get_last_used(Service& service, const aws::Call& call, const KeyId& ask) {
  const auto key = service.directory.keys.find(ask.id);
  const bool is_own = key && key->account == call.account;
  if (is_own && key->user.empty()) {
    call.require("iam:GetAccessKeyLastUsed", base::arn("iam", "", call.account, "root"));
  } else {
    require_on_user(service, call, is_own ? key->user : "*");
  }
  if (!is_own) {
    throw aws::Error("AccessDenied",
                     "User: " + call.principal.arn +
                         " is not authorized to perform iam:GetAccessKeyLastUsed on resource: "
                         "access key " +
                         ask.id,
                     403);
  }
  Map answer{{"AccessKeyLastUsed", key_last_used(service, *key)}};
  if (!key->user.empty()) answer.set("UserName", key->user);
  return answer;
}

constexpr aws::Operation table[] = {
    operation<read_owner, create_access_key>("CreateAccessKey", {.access = asked_in_act}),
    operation<read_key_name, delete_access_key>("DeleteAccessKey", {.access = asked_in_act}),
    operation<read_key_id, get_last_used>("GetAccessKeyLastUsed", {.access = asked_in_act}),
    operation<read_list_keys, list_access_keys>("ListAccessKeys", {.access = asked_in_act}),
    operation<read_update_key, update_access_key>("UpdateAccessKey", {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> access_key_operations = table;

}  // namespace millrace::service::iam
