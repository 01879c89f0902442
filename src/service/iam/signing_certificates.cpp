// Signing certificates of users: records, which no service here looks at.
#include "identity/certificate.hpp"
#include "identity/user_records.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::RecordHolder;
using identity::UserRecord;
using identity::UserRecords;

UserRecords certificates_of(Service& service) {
  return {identity::signing_certificate_kind, service.records};
}

struct Holder {
  std::string user;
  RecordHolder record;
};

Holder holder_of(Service& service, const aws::Call& call, const std::optional<std::string>& name) {
  std::string user = user_or_caller(call, name);
  require_on_user(service, call, user);
  const std::string id = service.directory.roster.user(call.account, user).entity.id;
  return {.user = std::move(user), .record = RecordHolder{.account = call.account, .user_id = id}};
}

const std::string& body_of(const UserRecord& certificate) {
  return certificate.document.find("body")->text();
}

Map certificate_answer(const UserRecord& certificate, const std::string& user) {
  return Map{{"UserName", user},
             {"CertificateId", certificate.id},
             {"CertificateBody", body_of(certificate)},
             {"Status", certificate.active ? "Active" : "Inactive"},
             {"UploadDate", certificate.uploaded}};
}

// --- UploadSigningCertificate

struct Upload {
  std::optional<std::string> user;
  std::string body;
};

Upload read_upload(const View& in) {
  return {.user = in.take("UserName").optional_text(), .body = in.take("CertificateBody").text()};
}

Value upload(Service& service, const aws::Call& call, const Upload& ask) {
  const Holder holder = holder_of(service, call, ask.user);
  identity::check_lone_certificate(ask.body, call.now);
  UserRecords certificates = certificates_of(service);
  for (const UserRecord& other : certificates.list_account(call.account)) {
    if (body_of(other) == ask.body)
      throw identity::DuplicateCertificate("The certificate is already associated with a user.");
  }
  const UserRecord created =
      certificates.create(holder.record, Map{{"body", ask.body}}, call.now, service.random);
  return Map{{"Certificate", certificate_answer(created, holder.user)}};
}

// --- UpdateSigningCertificate, DeleteSigningCertificate

struct OneCertificate {
  std::optional<std::string> user;
  std::string id;
};

OneCertificate read_certificate(const View& in) {
  return {.user = in.take("UserName").optional_text(), .id = in.take("CertificateId").text()};
}

struct Update {
  OneCertificate certificate;
  std::string status;
};

Update read_update(const View& in) {
  return {.certificate = read_certificate(in), .status = in.take("Status").text()};
}

Value update(Service& service, const aws::Call& call, const Update& ask) {
  if (ask.status == "Expired")
    throw aws::Error("InvalidInput", "The status can be set to Active or Inactive only.", 400);
  const Holder holder = holder_of(service, call, ask.certificate.user);
  certificates_of(service).set_active(holder.record, ask.certificate.id, ask.status == "Active",
                                      call.now);
  return Map{};
}

Value erase(Service& service, const aws::Call& call, const OneCertificate& ask) {
  const Holder holder = holder_of(service, call, ask.user);
  certificates_of(service).erase(holder.record, ask.id);
  return Map{};
}

// --- ListSigningCertificates

struct ListCertificates {
  std::optional<std::string> user;
  Paging paging;
};

ListCertificates read_list(const View& in) {
  return {.user = in.take("UserName").optional_text(), .paging = read_paging(in)};
}

Value list(Service& service, const aws::Call& call, const ListCertificates& ask) {
  const Holder holder = holder_of(service, call, ask.user);
  Items items;
  for (const UserRecord& one : certificates_of(service).list(holder.record))
    items.emplace_back(one.id, certificate_answer(one, holder.user));
  return page(std::move(items), ask.paging, "Certificates",
              "ListSigningCertificates" + holder.record.user_id);
}

constexpr aws::Operation table[] = {
    operation<read_certificate, erase>("DeleteSigningCertificate", {.access = asked_in_act}),
    operation<read_list, list>("ListSigningCertificates", {.access = asked_in_act}),
    operation<read_update, update>("UpdateSigningCertificate", {.access = asked_in_act}),
    operation<read_upload, upload>("UploadSigningCertificate", {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> signing_certificate_operations = table;

}  // namespace millrace::service::iam
