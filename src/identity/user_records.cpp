#include "identity/user_records.hpp"

#include "base/arn.hpp"
#include "identity/errors.hpp"
#include "identity/limits.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

using base::Map;

constexpr const char* id_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

UserRecord from(const store::Record& record) {
  const std::string& name = record.key.name;
  const std::size_t slash = name.find('/');
  return {.user_id = name.substr(0, slash),
          .id = name.substr(slash + 1),
          .active = record.status == "Active",
          .uploaded = record.created,
          .document = record.document.map()};
}

std::string status_of(bool active) { return active ? "Active" : "Inactive"; }

}  // namespace

const UserRecordKind ssh_public_key_kind{.kind = "iam/ssh-public-key",
                                         .noun = "Public Key",
                                         .prefix = "APKA",
                                         .id_length = 16,
                                         .limit = ssh_public_keys_per_user,
                                         .quota = "SSHPublicKeysPerUser"};
const UserRecordKind signing_certificate_kind{.kind = "iam/signing-certificate",
                                              .noun = "Certificate",
                                              .prefix = "",
                                              .id_length = 32,
                                              .limit = signing_certificates_per_user,
                                              .quota = "CertificatesPerUser"};

store::Key UserRecords::key_of(const RecordHolder& holder, const std::string& id) const {
  return {.account = holder.account,
          .region = "",
          .kind = std::string(kind_.kind),
          .name = holder.user_id + "/" + id};
}

void UserRecords::absent(const std::string& id) const {
  throw NoSuchEntity("The " + std::string(kind_.noun) + " with id " + id + " cannot be found.");
}

std::vector<UserRecord> UserRecords::list_account(const std::string& account) {
  std::vector<UserRecord> all;
  for (const store::Record& record :
       records_.list(key_of({.account = account, .user_id = ""}, ""))) {
    all.push_back(from(record));
  }
  return all;
}

std::vector<UserRecord> UserRecords::list(const RecordHolder& holder) {
  std::vector<UserRecord> own = list_account(holder.account);
  std::erase_if(own, [&](const UserRecord& one) { return one.user_id != holder.user_id; });
  std::ranges::stable_sort(own, {}, &UserRecord::uploaded);
  return own;
}

UserRecord UserRecords::create(const RecordHolder& holder, Map document, base::Timestamp now,
                               base::Random& random) {
  if (list(holder).size() >= kind_.limit) {
    throw LimitExceeded("Cannot exceed quota for " + std::string(kind_.quota) + ": " +
                        std::to_string(kind_.limit));
  }
  const std::string id =
      std::string(kind_.prefix) + base::random_text(random, kind_.id_length, id_alphabet);
  const store::Record record{
      .key = key_of(holder, id),
      .arn = base::arn("iam", "", holder.account, std::string(kind_.kind.substr(4)) + "/" + id),
      .document = std::move(document),
      .created = now,
      .modified = now,
      .status = status_of(true)};
  records_.create(record);
  return from(record);
}

UserRecord UserRecords::get(const RecordHolder& holder, const std::string& id) {
  const auto record = records_.find(key_of(holder, id));
  if (!record) absent(id);
  return from(*record);
}

void UserRecords::set_active(const RecordHolder& holder, const std::string& id, bool active,
                             base::Timestamp now) {
  const auto change = [active](store::Record& record) { record.status = status_of(active); };
  if (!records_.update(key_of(holder, id), now, change)) absent(id);
}

void UserRecords::erase(const RecordHolder& holder, const std::string& id) {
  if (!records_.erase(key_of(holder, id))) absent(id);
}

}  // namespace millrace::identity
