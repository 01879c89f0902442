#include "service/s3/encryption.hpp"

#include "base/encoding.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "service/s3/bucket_encryption.hpp"
#include "service/s3/errors.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

constexpr std::size_t customer_key_size = 32;
constexpr const char* kind_header = "x-amz-server-side-encryption";
constexpr const char* context_header = "x-amz-server-side-encryption-context";

aws::Error customer_key_refusal(std::string message) {
  return invalid_argument(kind_header, "null", std::move(message));
}

void check_kind(const std::string& kind) {
  if (kind == objects::sse_s3 || kind == objects::sse_kms) return;
  if (kind == "aws:kms:dsse") {
    throw not_implemented("ServerSideEncryption aws:kms:dsse is not built: two layers of keys");
  }
  throw invalid_argument(kind_header, kind, "The encryption method specified is not supported");
}

// KMS takes texts by name.
bool is_text_map(const std::string& json) {
  try {
    const base::Value value = base::parse_json(json);
    return value.is_map() && std::ranges::all_of(value.map(), [](const auto& member) {
             return member.second.is_text();
           });
  } catch (const base::JsonError&) {
    return false;
  }
}

void check_context(const std::string& context) {
  if (is_text_map(base::from_base64(context).value_or(""))) return;
  throw invalid_argument(
      context_header, context,
      "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string "
      "holding JSON which represents a string-string map");
}

void check_consistent(const EncryptionHeaders& headers) {
  if (headers.kind && headers.customer.present()) {
    throw invalid_argument(kind_header, *headers.kind,
                           "Server Side Encryption with Customer provided key is incompatible with "
                           "the encryption method specified");
  }
  if (headers.kind) check_kind(*headers.kind);
  const bool for_kms = headers.key || headers.context;
  if (for_kms && headers.kind != objects::sse_kms) {
    throw invalid_argument(kind_header, headers.kind.value_or("null"),
                           "Server Side Encryption with AWS KMS managed key requires HTTP header "
                           "x-amz-server-side-encryption : aws:kms");
  }
}

objects::Encryption kms_encryption(const Service& service, const aws::Call& call,
                                   const objects::Bucket& bucket, const EncryptionHeaders& headers,
                                   const objects::Encryption& otherwise) {
  objects::Encryption wanted;
  wanted.kind = objects::sse_kms;
  wanted.key = service.objects.managed_key(call.account, bucket.region);
  if (headers.key) check_managed_key(*headers.key, wanted.key);
  if (headers.context) check_context(*headers.context);
  wanted.context = headers.context.value_or("");
  wanted.bucket_key = headers.bucket_key.value_or(otherwise.bucket_key);
  return wanted;
}

}  // namespace

CustomerKeyHeaders read_customer_key(const aws::View& in, const std::string& of) {
  return {.algorithm = in.take(of + "SSECustomerAlgorithm").optional_text(),
          .key = in.take(of + "SSECustomerKey").optional_text(),
          .md5 = in.take(of + "SSECustomerKeyMD5").optional_text()};
}

EncryptionHeaders read_encryption(const aws::View& in) {
  EncryptionHeaders headers{.kind = in.take("ServerSideEncryption").optional_text(),
                            .key = in.take("SSEKMSKeyId").optional_text(),
                            .context = in.take("SSEKMSEncryptionContext").optional_text(),
                            .bucket_key = std::nullopt,
                            .customer = read_customer_key(in)};
  const auto bucket_key = in.take("BucketKeyEnabled");
  if (bucket_key.present()) headers.bucket_key = bucket_key.flag_or(false);
  return headers;
}

std::string checked_customer_key(const CustomerKeyHeaders& headers) {
  if (!headers.present()) return {};
  if (!headers.algorithm) {
    throw customer_key_refusal(
        "Requests specifying Server Side Encryption with Customer provided keys must provide a "
        "valid encryption algorithm.");
  }
  if (*headers.algorithm != objects::sse_s3) {
    throw aws::Error("InvalidEncryptionAlgorithmError",
                     "The Encryption request you specified is not valid. Supported value: AES256.")
        .with("ArgumentName", kind_header)
        .with("ArgumentValue", *headers.algorithm);
  }
  if (!headers.key) {
    throw customer_key_refusal(
        "Requests specifying Server Side Encryption with Customer provided keys must provide an "
        "appropriate secret key.");
  }
  if (!headers.md5) {
    throw customer_key_refusal(
        "Requests specifying Server Side Encryption with Customer provided keys must provide the "
        "client calculated MD5 of the secret key.");
  }
  auto key = base::from_base64(*headers.key);
  const auto md5 = base::from_base64(*headers.md5);
  if (!key || md5 != base::digest(base::HashKind::md5, *key)) {
    throw customer_key_refusal(
        "The calculated MD5 hash of the key did not match the hash that was provided.");
  }
  if (key->size() != customer_key_size) {
    throw customer_key_refusal("The secret key was invalid for the specified algorithm.");
  }
  return *std::move(key);
}

objects::Protection protection_of(const Service& service, const aws::Call& call,
                                  const objects::Bucket& bucket, std::string_view key,
                                  const EncryptionHeaders& headers) {
  check_consistent(headers);
  const std::string customer_key = checked_customer_key(headers.customer);
  if (!customer_key.empty()) {
    check_not_blocked(call, bucket, key);
    return service.objects.protect_by(customer_key);
  }
  const objects::Encryption otherwise = service.objects.default_encryption(bucket, call.account);
  if (headers.kind == objects::sse_kms) {
    return {.encryption = kms_encryption(service, call, bucket, headers, otherwise),
            .customer_key = {}};
  }
  objects::Encryption wanted = otherwise;
  if (headers.kind) {
    wanted = {};
    wanted.kind = *headers.kind;
  } else if (wanted.kind == objects::sse_kms) {
    wanted.bucket_key = headers.bucket_key.value_or(wanted.bucket_key);
  }
  return {.encryption = wanted, .customer_key = {}};
}

objects::Protection protection_of_part(const objects::Upload& upload,
                                       const CustomerKeyHeaders& headers) {
  const objects::Protection protection{
      .encryption = objects::to_encryption(upload.options.traits.encryption),
      .customer_key = checked_customer_key(headers)};
  const bool for_customer = protection.encryption.kind == objects::sse_c;
  if (for_customer == protection.customer_key.empty()) {
    throw invalid_request(
        "The multipart upload initiate requested encryption. Subsequent part requests must include "
        "the appropriate encryption parameters.");
  }
  try {
    if (for_customer) objects::check_reader(protection.encryption, protection.customer_key, "");
  } catch (const objects::CustomerKeyDiffers&) {
    throw invalid_request(
        "The provided encryption parameters did not match the ones used originally.");
  }
  return protection;
}

void check_customer_key(const objects::Upload& upload, const CustomerKeyHeaders& headers) {
  if (headers.present()) static_cast<void>(protection_of_part(upload, headers));
}

void check_reader(const aws::Call& call, const objects::ObjectInfo& info,
                  const std::string& customer_key) {
  translated([&] {
    objects::check_reader(objects::to_encryption(info.traits.encryption), customer_key,
                          call.permit().account());
  });
}

void show_encryption(const objects::Encryption& encryption, const std::string& customer_key,
                     aws::Map& answer) {
  if (encryption.kind == objects::sse_c) {
    if (customer_key.empty()) return;
    answer.set("SSECustomerAlgorithm", objects::sse_s3);
    answer.set("SSECustomerKeyMD5", base::base64(base::digest(base::HashKind::md5, customer_key)));
    return;
  }
  if (encryption.kind.empty()) return;
  answer.set("ServerSideEncryption", encryption.kind);
  if (!encryption.key.empty()) answer.set("SSEKMSKeyId", encryption.key);
  if (encryption.bucket_key) answer.set("BucketKeyEnabled", true);
}

void show_new_encryption(const objects::Encryption& encryption, const std::string& customer_key,
                         aws::Map& answer) {
  show_encryption(encryption, customer_key, answer);
  if (!encryption.context.empty()) answer.set("SSEKMSEncryptionContext", encryption.context);
}

}  // namespace millrace::service::s3
