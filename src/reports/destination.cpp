#include "reports/destination.hpp"

#include "base/arn.hpp"

namespace millrace::reports {

namespace {

constexpr const char* service_name = "s3.amazonaws.com";

std::string text_of(const base::Value& value, std::string_view name) {
  const base::Value* found = value.find(name);
  return found == nullptr ? std::string() : found->text();
}

policy::Principal the_service() {
  return {.kind = policy::Principal::Kind::service, .name = service_name};
}

}  // namespace

std::optional<std::string> bucket_in_arn(std::string_view arn) {
  const auto parsed = base::parse_arn(arn);
  const bool names_bucket = parsed && parsed->service == "s3" && parsed->region.empty() &&
                            parsed->account.empty() && !parsed->resource.empty() &&
                            parsed->resource.find('/') == std::string::npos;
  if (!names_bucket) return std::nullopt;
  return parsed->resource;
}

Destination destination_of(const base::Value& document) {
  Destination to{.bucket = bucket_in_arn(text_of(document, "Bucket")).value_or(""),
                 .account = text_of(document, "AccountId"),
                 .prefix = text_of(document, "Prefix"),
                 .encryption = {}};
  if (to.account.empty()) to.account = text_of(document, "BucketAccountId");
  while (to.prefix.ends_with('/')) to.prefix.pop_back();
  const base::Value* encryption = document.find("Encryption");
  if (encryption != nullptr && encryption->find("SSES3") != nullptr)
    to.encryption = objects::sse_s3;
  return to;
}

std::string Delivery::key_of(std::string_view name) const {
  if (to_.prefix.empty()) return std::string(name);
  return to_.prefix + "/" + std::string(name);
}

// S3 itself may not use an account's `aws/s3` key.
std::string Delivery::encryption() const {
  const auto bucket = objects_.bucket(to_.bucket);
  if (!bucket) throw Undeliverable("there is no bucket " + to_.bucket);
  if (bucket->region != source_.region)
    throw Undeliverable("bucket " + to_.bucket + " is in another region");
  if (!to_.account.empty() && to_.account != bucket->account)
    throw Undeliverable("bucket " + to_.bucket + " is not of account " + to_.account);
  if (!to_.encryption.empty()) return to_.encryption;
  std::string usual = objects_.default_encryption(*bucket, bucket->account).kind;
  if (usual == objects::sse_kms) {
    throw Undeliverable("bucket " + to_.bucket +
                        " encrypts with the key aws/s3, which is for its account's own use");
  }
  return usual;
}

objects::ObjectInfo Delivery::put(const std::string& key, base::Reader& bytes,
                                  const std::string& content_type) {
  objects::PutOptions options;
  options.content_type = content_type;
  const std::string kind = encryption();
  policy::Question question{.principal = the_service(),
                            .action = "s3:PutObject",
                            .resource = objects::object_arn(to_.bucket, key),
                            .conditions = {{"aws:SourceArn", {objects::bucket_arn(source_.name)}},
                                           {"aws:SourceAccount", {source_.account}},
                                           {"s3:x-amz-acl", {"bucket-owner-full-control"}}}};
  if (!kind.empty()) options.traits.encryption = {{"kind", kind}};
  if (!to_.encryption.empty()) {
    question.conditions["s3:x-amz-server-side-encryption"] = {to_.encryption};
  }
  objects::Objects& objects = objects_;
  try {
    return objects.put(authority_.permit(question), to_.bucket, key, bytes, options);
  } catch (const identity::Denied& denied) {
    throw Undeliverable(denied.what());
  } catch (const objects::NoSuchBucket& gone) {
    throw Undeliverable(gone.what());
  }
}

objects::ObjectInfo Delivery::put(const std::string& key, const std::string& text,
                                  const std::string& content_type) {
  const base::MemorySource source(text);
  base::SourceReader reader(source);
  return put(key, reader, content_type);
}

}  // namespace millrace::reports
