// SSH public keys of users: records, which no service here looks at.
#include "identity/ssh_public_key.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/user_records.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::SshPublicKey;
using identity::UserRecord;

constexpr const identity::UserRecordKind& kind = identity::ssh_public_key_kind;
constexpr std::string_view id_member = "SSHPublicKeyId";

const std::string& text_in(const UserRecord& key, const char* name) {
  return key.document.find(name)->text();
}

Map metadata_answer(const UserRecord& key, const std::string& user) {
  return Map{{"UserName", user},
             {"SSHPublicKeyId", key.id},
             {"Status", status_of(key)},
             {"UploadDate", time_answer(key.uploaded)}};
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
  RecordsOfUser of_user = records_of_user(service, call, kind, ask.user);
  const SshPublicKey given = identity::parse_ssh_public_key(ask.body);
  for (const UserRecord& other : of_user.records.list(of_user.holder)) {
    if (text_in(other, "ssh") == given.ssh)
      throw identity::DuplicatePublicKey("The SSH public key is already associated with the user.");
  }
  Map document{{"ssh", given.ssh}, {"pem", given.pem}, {"fingerprint", given.fingerprint}};
  const UserRecord key =
      of_user.records.create(of_user.holder, std::move(document), call.now, service.random);
  return key_answer(key, ask.user, given.was_ssh ? "ssh" : "pem");
}

// --- GetSSHPublicKey

struct GetKey {
  OneRecord key;
  bool as_ssh = true;
};

OneRecord read_one(const View& in) { return read_record(in, id_member); }

GetKey read_get(const View& in) {
  return {.key = read_one(in), .as_ssh = in.take("Encoding").text() == "SSH"};
}

Value get(Service& service, const aws::Call& call, const GetKey& ask) {
  RecordsOfUser of_user = records_of_user(service, call, kind, ask.key.user);
  const UserRecord key = of_user.records.get(of_user.holder, ask.key.id);
  return key_answer(key, of_user.user, ask.as_ssh ? "ssh" : "pem");
}

// --- UpdateSSHPublicKey, DeleteSSHPublicKey, ListSSHPublicKeys

RecordStatus read_update(const View& in) { return read_status(in, id_member); }
Value update(Service& service, const aws::Call& call, const RecordStatus& ask) {
  return set_status(service, call, kind, ask);
}

Value erase(Service& service, const aws::Call& call, const OneRecord& ask) {
  return erase_record(service, call, kind, ask);
}

Value list(Service& service, const aws::Call& call, const ListRecords& ask) {
  return list_records(service, call, kind, ask, metadata_answer, "SSHPublicKeys");
}

constexpr aws::Operation table[] = {
    operation<read_one, erase>("DeleteSSHPublicKey", {.access = asked_in_act}),
    operation<read_get, get>("GetSSHPublicKey", {.access = asked_in_act}),
    operation<read_list_records, list>("ListSSHPublicKeys", {.access = asked_in_act}),
    operation<read_update, update>("UpdateSSHPublicKey", {.access = asked_in_act}),
    operation<read_upload, upload>("UploadSSHPublicKey", {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> ssh_public_key_operations = table;

}  // namespace millrace::service::iam
