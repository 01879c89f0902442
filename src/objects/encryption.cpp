#include "objects/encryption.hpp"

#include "base/arn.hpp"
#include "base/encoding.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "objects/checksum.hpp"
#include "objects/sealed_blob.hpp"
#include "objects/wrapped_key.hpp"

namespace millrace::objects {

namespace {

constexpr std::size_t salt_size = 16;
constexpr std::size_t key_size = 32;

void set_text(Attributes& attributes, const char* name, const std::string& text) {
  if (!text.empty()) attributes.emplace_back(name, text);
}

std::string text_of(const Attributes& attributes, std::string_view name) {
  const std::string* found = find_attribute(attributes, name);
  return found == nullptr ? std::string() : *found;
}

std::string check_of(std::string_view salt, std::string_view customer_key) {
  return base::base64(std::string(salt) + base::hmac_sha256(salt, customer_key));
}

bool is_key_of(std::string_view check, std::string_view customer_key) {
  const std::string salt = base::from_base64(check).value_or("").substr(0, salt_size);
  return base::equal_in_constant_time(check_of(salt, customer_key), check);
}

// 32 hexadecimal digits as a random UUID is written.
std::string uuid_of(std::string digits) {
  digits[12] = '4';
  digits[16] = "89ab"[static_cast<unsigned char>(digits[16]) % 4];
  return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
         digits.substr(16, 4) + "-" + digits.substr(20, 12);
}

// What a data key is bound to besides the key that it is wrapped under.
std::string told_of(const Encryption& encryption) {
  return encryption.kind + "\n" + encryption.key + "\n" + encryption.context;
}

const base::Value* member(const base::Value* of, std::string_view name) {
  return of == nullptr ? nullptr : of->find(name);
}

}  // namespace

Attributes to_attributes(const Encryption& encryption) {
  Attributes attributes;
  set_text(attributes, "kind", encryption.kind);
  set_text(attributes, "key", encryption.key);
  set_text(attributes, "context", encryption.context);
  set_text(attributes, "bucket_key", encryption.bucket_key ? "true" : "");
  set_text(attributes, "check", encryption.check);
  return attributes;
}

Encryption to_encryption(const Attributes& attributes) {
  if (attributes.empty()) return {};
  return {.kind = text_of(attributes, "kind"),
          .key = text_of(attributes, "key"),
          .context = text_of(attributes, "context"),
          .bucket_key = !text_of(attributes, "bucket_key").empty(),
          .check = text_of(attributes, "check")};
}

Protection protect_by(const std::string& customer_key, base::Random& random) {
  Protection protection{.encryption = {}, .customer_key = customer_key};
  protection.encryption.kind = sse_c;
  protection.encryption.check = check_of(base::random_bytes(random, salt_size), customer_key);
  return protection;
}

void check_reader(const Encryption& encryption, std::string_view customer_key,
                  std::string_view account) {
  if (encryption.kind != sse_c) {
    if (!customer_key.empty()) throw CustomerKeyUnasked("the object takes no key");
    if (encryption.kind != sse_kms) return;
    const auto key = base::parse_arn(encryption.key);
    if (!key || key->account != account) throw ForeignKey(encryption.key);
    return;
  }
  if (customer_key.empty()) throw CustomerKeyMissing("the object's key did not come");
  if (!is_key_of(encryption.check, customer_key)) throw CustomerKeyDiffers("another key came");
}

std::string Seals::managed_key(std::string_view account, std::string_view region) const {
  const std::string name = std::string(account) + " " + std::string(region) + " alias/aws/s3";
  const std::string id = base::hex(vault_.derive("the id of " + name)).substr(0, key_size);
  return base::arn("kms", region, account, "key/" + uuid_of(id));
}

std::string Seals::wrapping_key(const Protection& protection) const {
  const Encryption& encryption = protection.encryption;
  if (encryption.kind == sse_c) return protection.customer_key;
  return vault_.derive(encryption.kind == sse_kms ? "the key " + encryption.key
                                                  : "the key of S3's own encryption");
}

Seals::Sealed Seals::seal(std::unique_ptr<store::BlobWriter> below,
                          const Protection& protection) const {
  const DataKey key(base::random_bytes(random_, key_size));
  return {
      .writer = seal_writer(std::move(below), key),
      .wrapped_key = wrap(key, random_, wrapping_key(protection), told_of(protection.encryption))};
}

std::unique_ptr<store::Blob> Seals::open(std::unique_ptr<store::Blob> below,
                                         std::string_view wrapped_key,
                                         const Protection& protection) const {
  const DataKey key = unwrap(wrapped_key, wrapping_key(protection), told_of(protection.encryption));
  return open_sealed(std::move(below), key);
}

Encryption default_encryption(const Bucket& bucket, std::string_view otherwise,
                              std::string_view account, const Seals& seals) {
  Encryption wanted;
  wanted.kind = otherwise;
  const std::string_view document = bucket.setting("encryption");
  if (document.empty()) return wanted;
  const base::Value rule = base::parse_json(document);
  const base::Value* algorithm =
      member(rule.find("ApplyServerSideEncryptionByDefault"), "SSEAlgorithm");
  if (algorithm == nullptr) return wanted;
  wanted.kind = algorithm->text();
  if (wanted.kind != sse_kms) return wanted;
  wanted.key = seals.managed_key(account, bucket.region);
  const base::Value* bucket_key = rule.find("BucketKeyEnabled");
  wanted.bucket_key = bucket_key != nullptr && bucket_key->flag();
  return wanted;
}

}  // namespace millrace::objects
