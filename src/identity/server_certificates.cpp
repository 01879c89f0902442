#include "identity/server_certificates.hpp"

#include "base/arn.hpp"
#include "base/encoding.hpp"
#include "identity/errors.hpp"
#include "identity/limits.hpp"

namespace millrace::identity {
namespace {

using base::Map;
using base::Value;

constexpr std::string_view certificate_kind = "iam/server-certificate";
constexpr std::size_t id_length = 17;  // after the prefix
constexpr const char* id_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

store::Key key_of(std::string_view account, std::string_view name) {
  return {.account = std::string(account),
          .region = "",
          .kind = std::string(certificate_kind),
          .name = std::string(name)};
}

std::int64_t milliseconds(base::Timestamp time) { return time.time_since_epoch().count(); }

base::Timestamp time_at(const Value& document, std::string_view name) {
  return base::Timestamp(base::Milliseconds(document.find(name)->integer()));
}

Map document_of(const ServerCertificate& certificate, const std::string& sealed_key) {
  Map document{{"path", certificate.path},
               {"id", certificate.id},
               {"uploaded_ms", milliseconds(certificate.uploaded)},
               {"expires_ms", milliseconds(certificate.expires)},
               {"body", certificate.parts.body},
               {"sealed_key", sealed_key}};
  document.set_if("chain", certificate.parts.chain);
  return document;
}

ServerCertificate from(const store::Record& record, store::Tags tags) {
  const Value& document = record.document;
  ServerCertificate certificate{.account = record.key.account,
                                .path = document.find("path")->text(),
                                .name = record.key.name,
                                .id = document.find("id")->text(),
                                .arn = record.arn,
                                .uploaded = time_at(document, "uploaded_ms"),
                                .expires = time_at(document, "expires_ms"),
                                .tags = std::move(tags)};
  certificate.parts.body = document.find("body")->text();
  if (const Value* chain = document.find("chain")) certificate.parts.chain = chain->text();
  return certificate;
}

store::Record record_of(const ServerCertificate& certificate, const std::string& sealed_key) {
  return {.key = key_of(certificate.account, certificate.name),
          .arn = certificate.arn,
          .document = document_of(certificate, sealed_key),
          .created = certificate.uploaded,
          .modified = certificate.uploaded,
          .status = ""};
}

[[noreturn]] void name_is_taken(const std::string& name) {
  throw EntityExists("The Server Certificate with name " + name + " already exists.");
}

}  // namespace

std::string server_certificate_arn(std::string_view account, std::string_view path,
                                   std::string_view name) {
  return base::arn("iam", "", account,
                   "server-certificate" + std::string(path) + std::string(name));
}

ServerCertificate ServerCertificates::upload(ServerCertificate certificate) {
  certificate.uploaded = clock_.service();
  certificate.expires = check_certificate(certificate.parts, certificate.uploaded);
  certificate.id = "ASCA" + base::random_text(random_, id_length, id_alphabet);
  certificate.arn = server_certificate_arn(certificate.account, certificate.path, certificate.name);
  if (records_.list(key_of(certificate.account, "")).size() >= server_certificates_per_account) {
    throw LimitExceeded("Cannot exceed quota for ServerCertificatesPerAccount: " +
                        std::to_string(server_certificates_per_account));
  }
  const std::string sealed =
      base::base64(vault_.seal(certificate.parts.private_key, certificate.id));
  try {
    records_.create(record_of(certificate, sealed), certificate.tags);
  } catch (const store::AlreadyExists&) {
    name_is_taken(certificate.name);
  }
  certificate.parts.private_key.clear();
  return certificate;
}

std::optional<ServerCertificate> ServerCertificates::find(std::string_view account,
                                                          std::string_view name) {
  const auto record = records_.find(key_of(account, name));
  if (!record) return std::nullopt;
  return from(*record, records_.tags(record->arn));
}

ServerCertificate ServerCertificates::certificate(std::string_view account, std::string_view name) {
  auto found = find(account, name);
  if (!found) {
    throw NoSuchEntity("The Server Certificate with name " + std::string(name) +
                       " cannot be found.");
  }
  return std::move(*found);
}

std::vector<ServerCertificate> ServerCertificates::list(std::string_view account) {
  std::vector<ServerCertificate> all;
  for (const store::Record& record : records_.list(key_of(account, "")))
    all.push_back(from(record, {}));
  return all;
}

// The id stays, and with it what the key is sealed to.
void ServerCertificates::rename(std::string_view account, std::string_view name,
                                const std::string& new_name, const std::string& new_path) {
  ServerCertificate renamed = certificate(account, name);
  const auto record = records_.find(key_of(account, name));
  if (!record) return;
  renamed.name = new_name;
  renamed.path = new_path;
  renamed.arn = server_certificate_arn(account, new_path, new_name);
  try {
    database_.write([&](store::Connection& connection) {
      records_.erase_in(connection, record->key);
      records_.create_in(connection,
                         record_of(renamed, record->document.find("sealed_key")->text()),
                         renamed.tags);
    });
  } catch (const store::AlreadyExists&) {
    name_is_taken(new_name);
  }
}

void ServerCertificates::erase(std::string_view account, std::string_view name) {
  (void)certificate(account, name);
  records_.erase(key_of(account, name));
}

}  // namespace millrace::identity
