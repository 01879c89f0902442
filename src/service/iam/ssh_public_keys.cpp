// SSH public keys of users: records, which no service here looks at.
#include "identity/ssh_public_key.hpp"
#include "identity/user_records.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::RecordHolder;
using identity::SshPublicKey;
using identity::UserRecord;
using identity::UserRecords;

UserRecords keys_of(Service& service) { return {identity::ssh_public_key_kind, service.records}; }

RecordHolder holder_of(Service& service, const aws::Call& call, const std::string& user) {
  require_on_user(service, call, user);
  return {.account = call.account,
          .user_id = service.directory.roster.user(call.account, user).entity.id};
}

const std::string& text_in(const UserRecord& key, const char* name) {
  return key.document.find(name)->text();
}

Map metadata_answer(const UserRecord& key, const std::string& user) {
  return Map{{"UserName", user},
             {"SSHPublicKeyId", key.id},
             {"Status", key.active ? "Active" : "Inactive"},
             {"UploadDate", key.uploaded}};
}

Value key_answer(const UserRecord& key, const std::string& user, const char* encoding) {
  Map answer = metadata_answer(key, user);
  answer.set("Fingerprint", text_in(key, "fingerprint"));
  answer.set("SSHPublicKeyBody", text_in(key, encoding));
  return Map{{"SSHPublicKey", std::move(answer)}};
}

// --- UploadSSHPublicKey

struct UploadKey {
  std::string user;
  std::string body;
};

UploadKey read_upload(const View& in) {
  return {.user = in.take("UserName").text(), .body = in.take("SSHPublicKeyBody").text()};
}

Value upload(Service& service, const aws::Call& call, const UploadKey& ask) {
  const RecordHolder holder = holder_of(service, call, ask.user);
  const SshPublicKey given = identity::parse_ssh_public_key(ask.body);
  UserRecords keys = keys_of(service);
  for (const UserRecord& other : keys.list(holder)) {
    if (text_in(other, "ssh") == given.ssh)
      throw identity::DuplicatePublicKey("The SSH public key is already associated with the user.");
  }
  Map document{{"ssh", given.ssh}, {"pem", given.pem}, {"fingerprint", given.fingerprint}};
  const UserRecord key = keys.create(holder, std::move(document), call.now, service.random);
  return key_answer(key, ask.user, given.was_ssh ? "ssh" : "pem");
}

// --- GetSSHPublicKey, UpdateSSHPublicKey, DeleteSSHPublicKey

struct OneKey {
  std::string user;
  std::string id;
};

OneKey read_key(const View& in) {
  return {.user = in.take("UserName").text(), .id = in.take("SSHPublicKeyId").text()};
}

struct GetKey {
  OneKey key;
  bool as_ssh = true;
};

GetKey read_get(const View& in) {
  return {.key = read_key(in), .as_ssh = in.take("Encoding").text() == "SSH"};
}

Value get(Service& service, const aws::Call& call, const GetKey& ask) {
  const RecordHolder holder = holder_of(service, call, ask.key.user);
  const UserRecord key = keys_of(service).get(holder, ask.key.id);
  return key_answer(key, ask.key.user, ask.as_ssh ? "ssh" : "pem");
}

struct UpdateKey {
  OneKey key;
  std::string status;
};

UpdateKey read_update(const View& in) {
  return {.key = read_key(in), .status = in.take("Status").text()};
}

Value update(Service& service, const aws::Call& call, const UpdateKey& ask) {
  if (ask.status == "Expired")
    throw aws::Error("InvalidInput", "The status can be set to Active or Inactive only.", 400);
  const RecordHolder holder = holder_of(service, call, ask.key.user);
  keys_of(service).set_active(holder, ask.key.id, ask.status == "Active", call.now);
  return Map{};
}

Value erase(Service& service, const aws::Call& call, const OneKey& ask) {
  const RecordHolder holder = holder_of(service, call, ask.user);
  keys_of(service).erase(holder, ask.id);
  return Map{};
}

// --- ListSSHPublicKeys

struct ListKeys {
  std::optional<std::string> user;
  Paging paging;
};

ListKeys read_list(const View& in) {
  return {.user = in.take("UserName").optional_text(), .paging = read_paging(in)};
}

Value list(Service& service, const aws::Call& call, const ListKeys& ask) {
  const std::string user = user_or_caller(call, ask.user);
  const RecordHolder holder = holder_of(service, call, user);
  Items items;
  for (const UserRecord& key : keys_of(service).list(holder))
    items.emplace_back(key.id, metadata_answer(key, user));
  return page(std::move(items), ask.paging, "SSHPublicKeys", "ListSSHPublicKeys" + holder.user_id);
}

constexpr aws::Operation table[] = {
    operation<read_key, erase>("DeleteSSHPublicKey", {.access = asked_in_act}),
    operation<read_get, get>("GetSSHPublicKey", {.access = asked_in_act}),
    operation<read_list, list>("ListSSHPublicKeys", {.access = asked_in_act}),
    operation<read_update, update>("UpdateSSHPublicKey", {.access = asked_in_act}),
    operation<read_upload, upload>("UploadSSHPublicKey", {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> ssh_public_key_operations = table;

}  // namespace millrace::service::iam
