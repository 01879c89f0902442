// Signing certificates of users: records, which no service here looks at.
#include "identity/certificate.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/user_records.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::UserRecord;

constexpr const identity::UserRecordKind& kind = identity::signing_certificate_kind;
constexpr std::string_view id_member = "CertificateId";

const std::string& body_of(const UserRecord& certificate) {
  return certificate.document.find("body")->text();
}

Map certificate_answer(const UserRecord& certificate, const std::string& user) {
  return Map{{"UserName", user},
             {"CertificateId", certificate.id},
             {"CertificateBody", body_of(certificate)},
             {"Status", status_of(certificate)},
             {"UploadDate", time_answer(certificate.uploaded)}};
}

// --- UploadSigningCertificate

struct Upload {
  std::optional<std::string> user;
  std::string body;
};

Upload read_upload(const View& in) {
  return {.user = in.take("UserName").optional_text(), .body = in.take("CertificateBody").text()};
}

void check_certificate(const std::string& body, base::Timestamp now) {
  try {
    identity::check_lone_certificate(body, now);
  } catch (const identity::MalformedCertificate&) {
    throw identity::MalformedCertificate("Certificate " + body + " is malformed.");
  }
}

Value upload(Service& service, const aws::Call& call, const Upload& ask) {
  RecordsOfUser of_user = records_of_user(service, call, kind, ask.user);
  check_certificate(ask.body, call.now);
  for (const UserRecord& other : of_user.records.list_account(call.account)) {
    if (body_of(other) == ask.body)
      throw identity::DuplicateCertificate("The certificate is already associated with a user.");
  }
  const UserRecord created =
      of_user.records.create(of_user.holder, Map{{"body", ask.body}}, call.now, service.random);
  return Map{{"Certificate", certificate_answer(created, of_user.user)}};
}

// --- UpdateSigningCertificate, DeleteSigningCertificate, ListSigningCertificates

RecordStatus read_update(const View& in) { return read_status(in, id_member); }
Value update(Service& service, const aws::Call& call, const RecordStatus& ask) {
  return set_status(service, call, kind, ask);
}

OneRecord read_one(const View& in) { return read_record(in, id_member); }
Value erase(Service& service, const aws::Call& call, const OneRecord& ask) {
  return erase_record(service, call, kind, ask);
}

Value list(Service& service, const aws::Call& call, const ListRecords& ask) {
  return list_records(service, call, kind, ask, certificate_answer, "Certificates");
}

constexpr aws::Operation table[] = {
    operation<read_one, erase>("DeleteSigningCertificate", {.access = asked_in_act}),
    operation<read_list_records, list>("ListSigningCertificates", {.access = asked_in_act}),
    operation<read_update, update>("UpdateSigningCertificate", {.access = asked_in_act}),
    operation<read_upload, upload>("UploadSigningCertificate", {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> signing_certificate_operations = table;

}  // namespace millrace::service::iam
