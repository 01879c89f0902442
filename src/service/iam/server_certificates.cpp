// Server certificates.
#include "service/iam/answers.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::ServerCertificate;

Map metadata_answer(const ServerCertificate& certificate) {
  return Map{{"Path", certificate.path},
             {"ServerCertificateName", certificate.name},
             {"ServerCertificateId", certificate.id},
             {"Arn", certificate.arn},
             {"UploadDate", time_answer(certificate.uploaded)},
             {"Expiration", time_answer(certificate.expires)}};
}

// One that is absent has the path "/".
void require_on_certificate(Service& service, const aws::Call& call, const std::string& name) {
  const auto found = service.directory.server_certificates.find(call.account, name);
  call.require("iam:" + call.operation,
               found ? found->arn : identity::server_certificate_arn(call.account, "/", name));
}

// --- UploadServerCertificate

struct Upload {
  std::string path;
  std::string name;
  identity::CertificateParts parts;
  store::Tags tags;
};

Upload read_upload(const View& in) {
  return {.path = in.take("Path").text_or("/"),
          .name = in.take("ServerCertificateName").text(),
          .parts = identity::CertificateParts{.body = in.take("CertificateBody").text(),
                                              .private_key = in.take("PrivateKey").text(),
                                              .chain = in.take("CertificateChain").optional_text()},
          .tags = read_tags(in)};
}

Value upload(Service& service, const aws::Call& call, const Upload& ask) {
  const std::string arn = identity::server_certificate_arn(call.account, ask.path, ask.name);
  const policy::Conditions further = tag_conditions(ask.tags);
  call.require("iam:UploadServerCertificate", arn, further);
  if (!ask.tags.empty()) call.require("iam:TagServerCertificate", arn, further);
  const ServerCertificate certificate =
      service.directory.server_certificates.upload({.account = call.account,
                                                    .path = ask.path,
                                                    .name = ask.name,
                                                    .parts = ask.parts,
                                                    .tags = ask.tags});
  Map answer{{"ServerCertificateMetadata", metadata_answer(certificate)}};
  if (!ask.tags.empty()) answer.set("Tags", tag_answer(ask.tags));
  return answer;
}

// --- GetServerCertificate, DeleteServerCertificate

struct CertificateName {
  std::string name;
};

CertificateName read_name(const View& in) {
  return {.name = in.take("ServerCertificateName").text()};
}

Value get_certificate(Service& service, const aws::Call& call, const CertificateName& ask) {
  require_on_certificate(service, call, ask.name);
  const ServerCertificate certificate =
      service.directory.server_certificates.certificate(call.account, ask.name);
  Map answer{{"ServerCertificateMetadata", metadata_answer(certificate)},
             {"CertificateBody", certificate.parts.body}};
  answer.set_if("CertificateChain", certificate.parts.chain);
  answer.set("Tags", tag_answer(certificate.tags));
  return Map{{"ServerCertificate", std::move(answer)}};
}

Value delete_certificate(Service& service, const aws::Call& call, const CertificateName& ask) {
  require_on_certificate(service, call, ask.name);
  service.directory.server_certificates.erase(call.account, ask.name);
  return Map{};
}

// --- ListServerCertificates

struct ListCertificates {
  std::string path_prefix;
  Paging paging;
};

ListCertificates read_list(const View& in) {
  return {.path_prefix = in.take("PathPrefix").text_or("/"), .paging = read_paging(in)};
}

std::vector<aws::Need> on_all_certificates(const aws::Call& call, const Value& input) {
  return {need_on_all(call, input, "server-certificate")};
}

Value list_certificates(Service& service, const aws::Call& call, const ListCertificates& ask) {
  Items items;
  for (const ServerCertificate& certificate :
       service.directory.server_certificates.list(call.account)) {
    if (certificate.path.starts_with(ask.path_prefix))
      items.emplace_back(certificate.name, metadata_answer(certificate));
  }
  return page(std::move(items), ask.paging, "ServerCertificateMetadataList",
              "ListServerCertificates" + ask.path_prefix);
}

// --- UpdateServerCertificate

struct UpdateCertificate {
  std::string name;
  std::optional<std::string> new_path;
  std::optional<std::string> new_name;
};

UpdateCertificate read_update(const View& in) {
  return {.name = in.take("ServerCertificateName").text(),
          .new_path = in.take("NewPath").optional_text(),
          .new_name = in.take("NewServerCertificateName").optional_text()};
}

// As with users, both the old and the new name are asked for.
Value update_certificate(Service& service, const aws::Call& call, const UpdateCertificate& ask) {
  require_on_certificate(service, call, ask.name);
  const ServerCertificate old =
      service.directory.server_certificates.certificate(call.account, ask.name);
  const std::string name = ask.new_name.value_or(old.name);
  const std::string path = ask.new_path.value_or(old.path);
  call.require("iam:UpdateServerCertificate",
               identity::server_certificate_arn(call.account, path, name));
  service.directory.server_certificates.rename(call.account, ask.name, name, path);
  return Map{};
}

constexpr aws::Operation table[] = {
    operation<read_name, delete_certificate>("DeleteServerCertificate", {.access = asked_in_act}),
    operation<read_name, get_certificate>("GetServerCertificate", {.access = asked_in_act}),
    operation<read_list, list_certificates>("ListServerCertificates",
                                            {.access = on_all_certificates}),
    operation<read_update, update_certificate>("UpdateServerCertificate", {.access = asked_in_act}),
    operation<read_upload, upload>("UploadServerCertificate", {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> server_certificate_operations = table;

}  // namespace millrace::service::iam
