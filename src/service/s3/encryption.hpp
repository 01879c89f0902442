// The x-amz-server-side-encryption headers: read, checked as S3 does, and answered by.
#pragma once

#include "aws/operation.hpp"
#include "objects/encryption.hpp"
#include "objects/multipart.hpp"
#include "service/s3/service.hpp"

#include <optional>
#include <string>

namespace millrace::service::s3 {

// What says with which key of the customer's something is, or is to be, encrypted.
struct CustomerKeyHeaders {
  std::optional<std::string> algorithm;
  std::optional<std::string> key;  // in base64
  std::optional<std::string> md5;

  [[nodiscard]] bool present() const { return algorithm || key || md5; }
};

struct EncryptionHeaders {
  std::optional<std::string> kind;
  std::optional<std::string> key;  // of KMS
  std::optional<std::string> context;
  std::optional<bool> bucket_key;
  CustomerKeyHeaders customer;

  [[nodiscard]] bool present() const {
    return kind || key || context || bucket_key || customer.present();
  }
};

// `of` is "CopySource" for the key of a copy's source.
[[nodiscard]] CustomerKeyHeaders read_customer_key(const aws::View& in, const std::string& of = "");
[[nodiscard]] EncryptionHeaders read_encryption(const aws::View& in);

// The key's 32 bytes, empty where none came.
[[nodiscard]] std::string checked_customer_key(const CustomerKeyHeaders& headers);
// How a new object of the bucket is encrypted: as the headers say, else by default.
[[nodiscard]] objects::Protection protection_of(const Service& service, const aws::Call& call,
                                                const objects::Bucket& bucket, std::string_view key,
                                                const EncryptionHeaders& headers);
// How a part is encrypted, which must come with the key that its upload was begun with.
[[nodiscard]] objects::Protection protection_of_part(const objects::Upload& upload,
                                                     const CustomerKeyHeaders& headers);
// Refuses a key that is not the upload's; none need come.
void check_customer_key(const objects::Upload& upload, const CustomerKeyHeaders& headers);

// Refuses who cannot read what is so encrypted with the key that came, empty for none.
void check_reader(const aws::Call& call, const objects::ObjectInfo& info,
                  const std::string& customer_key);

// The answer's members. A customer's key is confirmed by its digest, where `customer_key` is given.
void show_encryption(const objects::Encryption& encryption, const std::string& customer_key,
                     aws::Map& answer);
// The same with the KMS context, which answers to requests that make an object have.
void show_new_encryption(const objects::Encryption& encryption, const std::string& customer_key,
                         aws::Map& answer);

}  // namespace millrace::service::s3
