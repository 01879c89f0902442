// The credential report: an account's users and what they can sign in and sign with, as CSV.
#include "base/arn.hpp"
#include "base/text.hpp"
#include "identity/entity_record.hpp"
#include "identity/limits.hpp"
#include "identity/user_records.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/last_used.hpp"
#include "service/iam/service.hpp"

#include <chrono>
#include <set>

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using identity::AccessKey;
using identity::User;

// A report is as good as new for so long, then it must be made anew.
constexpr std::chrono::hours report_lifetime{4};

constexpr std::string_view header =
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

// --- a row

using Cells = std::vector<std::string>;

// AWS writes the offset, and whole seconds.
std::string time_cell(base::Timestamp time) {
  const std::string text = base::iso8601(std::chrono::floor<std::chrono::seconds>(time));
  return text.substr(0, text.find_first_of(".Z")) + "+00:00";
}

std::string flag_cell(bool flag) { return flag ? "true" : "false"; }

void add(Cells& cells, std::initializer_list<std::string> more) { cells.insert(cells.end(), more); }

void add_key(Service& service, const AccessKey& key, Cells& cells) {
  add(cells, {flag_cell(key.active), time_cell(key.created)});
  const Map used = key_last_used(service, key);
  const Value* date = used.find("LastUsedDate");
  add(cells, {date != nullptr ? time_cell(date->time()) : "N/A", used.find("Region")->text(),
              used.find("ServiceName")->text()});
}

void add_keys(Service& service, const std::string& account, const std::string& user, Cells& cells) {
  const auto keys = service.directory.keys.list(account, user);
  for (std::size_t i = 0; i < identity::keys_per_user; ++i) {
    if (i < keys.size()) {
      add_key(service, keys[i], cells);
    } else {
      add(cells, {"false", "N/A", "N/A", "N/A", "N/A"});
    }
  }
}

// The root has none.
void add_certificates(Service& service, const std::string& account, const std::string& user_id,
                      Cells& cells) {
  identity::UserRecords records(identity::signing_certificate_kind, service.records);
  const auto certificates = records.list({.account = account, .user_id = user_id});
  for (std::size_t i = 0; i < identity::signing_certificates_per_user; ++i) {
    const bool is_there = i < certificates.size();
    add(cells, {flag_cell(is_there && certificates[i].active),
                is_there ? time_cell(certificates[i].uploaded) : "N/A"});
  }
}

// Nobody signs in with a password here, so none was ever used.
void add_password(const User& user, const std::optional<identity::PasswordPolicy>& policy,
                  Cells& cells) {
  if (!user.login) return add(cells, {"false", "N/A", "N/A", "N/A"});
  const base::Timestamp changed = user.login->changed;
  const bool expires = policy && policy->max_age_days;
  add(cells, {"true", "no_information", time_cell(changed),
              expires ? time_cell(changed + std::chrono::days(*policy->max_age_days)) : "N/A"});
}

// What is the same for all rows.
struct Common {
  std::optional<identity::PasswordPolicy> policy;
  std::set<std::string> have_mfa;  // users, by their id
};

Common common_of(Service& service, const std::string& account) {
  Common common{.policy = service.directory.settings.password_policy(account), .have_mfa = {}};
  for (const identity::MfaDevice& device : service.directory.mfa_devices.list(account)) {
    if (device.owner) common.have_mfa.insert(*device.owner);
  }
  return common;
}

std::string user_row(Service& service, const User& user, const Common& common) {
  const identity::Entity& entity = user.entity;
  Cells cells{entity.name, entity.arn, time_cell(entity.created)};
  add_password(user, common.policy, cells);
  add(cells, {flag_cell(common.have_mfa.contains(entity.id))});
  add_keys(service, entity.account, entity.name, cells);
  add_certificates(service, entity.account, entity.id, cells);
  return base::join(cells, ",");
}

std::string root_row(Service& service, const std::string& account) {
  base::Timestamp created;
  for (const identity::Account& one : service.directory.accounts.list()) {
    if (one.id == account) created = one.created;
  }
  Cells cells{"<root_account>",   base::arn("iam", "", account, "root"),
              time_cell(created), "not_supported",
              "no_information",   "not_supported",
              "not_supported",    flag_cell(false)};
  add_keys(service, account, "", cells);
  add_certificates(service, account, "", cells);
  return base::join(cells, ",");
}

std::string report(Service& service, const std::string& account) {
  std::vector<identity::Shared<User>> users;
  service.directory.roster.look(account, [&](const identity::Contents& contents) {
    for (const auto& [name, user] : contents.all<User>()) users.push_back(user);
  });
  const Common common = common_of(service, account);
  std::vector<std::string> rows{std::string(header), root_row(service, account)};
  for (const auto& user : users) rows.push_back(user_row(service, *user, common));
  return base::join(rows, "\n");
}

// --- GenerateCredentialReport

store::Key report_key(const std::string& account) {
  return identity::entity_key("iam/credential-report", account, "report");
}

bool is_expired(const store::Record& record, base::Timestamp now) {
  return now - record.modified > report_lifetime;
}

void keep_report(Service& service, const aws::Call& call) {
  const Value document = Map{{"content", report(service, call.account)}};
  const auto put = [&document](store::Record& record) { record.document = document; };
  if (service.records.update(report_key(call.account), call.now, put)) return;
  service.records.create({.key = report_key(call.account),
                          .arn = base::arn("iam", "", call.account, "credential-report"),
                          .document = document,
                          .created = call.now,
                          .modified = call.now,
                          .status = ""});
}

Value generate(Service& service, const aws::Call& call, const aws::Nothing&) {
  const auto known = service.records.find(report_key(call.account));
  if (known && !is_expired(*known, call.now)) return Map{{"State", "COMPLETE"}};
  keep_report(service, call);
  Map answer{{"State", "STARTED"}};
  if (!known) answer.set("Description", "No report exists. Starting a new report generation task");
  return answer;
}

// --- GetCredentialReport

Value get(Service& service, const aws::Call& call, const aws::Nothing&) {
  const auto known = service.records.find(report_key(call.account));
  if (!known) throw aws::Error("ReportNotPresent", "Credential report not present", 410);
  if (is_expired(*known, call.now))
    throw aws::Error("ReportExpired", "Credential report expired", 410);
  return Map{{"Content", base::Blob{known->document.find("content")->text()}},
             {"ReportFormat", "text/csv"},
             {"GeneratedTime", time_answer(known->modified)}};
}

constexpr aws::Operation table[] = {
    operation<aws::read_nothing, generate>("GenerateCredentialReport"),
    operation<aws::read_nothing, get>("GetCredentialReport"),
};

}  // namespace

const std::span<const aws::Operation> credential_report_operations = table;

}  // namespace millrace::service::iam
