// PutBucketEncryption, GetBucketEncryption, DeleteBucketEncryption.
#include "service/s3/bucket_encryption.hpp"

#include "base/arn.hpp"
#include "base/json.hpp"
#include "objects/encryption.hpp"
#include "service/s3/access.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/service.hpp"
#include "service/s3/target.hpp"

#include <algorithm>
#include <vector>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

constexpr const char* setting_kind = "encryption";
constexpr const char* managed_alias = "alias/aws/s3";

struct Rule {
  std::optional<std::string> algorithm;
  std::optional<std::string> key;
  std::optional<bool> bucket_key;
  std::optional<std::vector<std::string>> blocked;
};

struct PutEncryption {
  Target target;
  std::vector<Rule> rules;
};

Rule read_rule(const View& in) {
  Rule rule;
  const View apply = in.take("ApplyServerSideEncryptionByDefault").view();
  if (apply.present()) {
    rule.algorithm = apply.take("SSEAlgorithm").text_or("");
    rule.key = apply.take("KMSMasterKeyID").optional_text();
  }
  const auto bucket_key = in.take("BucketKeyEnabled");
  if (bucket_key.present()) rule.bucket_key = bucket_key.flag_or(false);
  const View blocked = in.take("BlockedEncryptionTypes").view();
  if (blocked.present()) rule.blocked = blocked.take("EncryptionType").texts();
  return rule;
}

PutEncryption read_put(const View& in) {
  static_cast<void>(in.take("ContentMD5").present());
  static_cast<void>(in.take("ChecksumAlgorithm").present());
  PutEncryption ask{.target = read_target(in), .rules = {}};
  for (const View& rule : in.take("ServerSideEncryptionConfiguration").view().take("Rules").views())
    ask.rules.push_back(read_rule(rule));
  return ask;
}

aws::Error malformed() {
  return {"MalformedXML",
          "The XML you provided was not well-formed or did not validate against our published "
          "schema"};
}

void check_blocked(const Rule& rule) {
  if (!rule.blocked) return;
  const bool known = std::ranges::all_of(
      *rule.blocked, [](const auto& type) { return type == "NONE" || type == objects::sse_c; });
  if (rule.blocked->size() != 1 || !known) throw malformed();
}

void check_rule(const Rule& rule, const std::string& managed_key) {
  check_blocked(rule);
  if (!rule.algorithm) return;
  const std::string& algorithm = *rule.algorithm;
  if (algorithm == "aws:kms:dsse") {
    throw not_implemented("SSEAlgorithm aws:kms:dsse is not built: two layers of keys");
  }
  if (algorithm != objects::sse_s3 && algorithm != objects::sse_kms) throw malformed();
  if (!rule.key) return;
  if (algorithm != objects::sse_kms) {
    throw aws::Error("InvalidArgument",
                     "a KMSMasterKeyID is not applicable if the default sse algorithm is not "
                     "aws:kms or aws:kms:dsse")
        .with("ArgumentName", "ApplyServerSideEncryptionByDefault");
  }
  check_managed_key(*rule.key, managed_key);
}

Map rule_value(const Rule& rule) {
  Map value;
  if (rule.algorithm) {
    Map apply{{"SSEAlgorithm", *rule.algorithm}};
    if (rule.key) apply.set("KMSMasterKeyID", *rule.key);
    value.set("ApplyServerSideEncryptionByDefault", std::move(apply));
  }
  value.set("BucketKeyEnabled", rule.bucket_key.value_or(false));
  if (rule.blocked) {
    value.set("BlockedEncryptionTypes",
              Map{{"EncryptionType", List(rule.blocked->begin(), rule.blocked->end())}});
  }
  return value;
}

Value put_encryption(Service& service, Call& call, const PutEncryption& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  require_body_checksum(call);
  if (ask.rules.size() != 1) throw malformed();
  check_rule(ask.rules.front(), service.objects.managed_key(call.account, bucket.region));
  translated([&] {
    service.objects.set_setting(call.permit(), {.bucket = bucket.name, .kind = setting_kind},
                                base::write_json(rule_value(ask.rules.front())));
  });
  return Map{};
}

// What the server does by itself is shown where it is an encryption, and nothing else.
Value get_encryption(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  const std::string_view document = bucket.setting(setting_kind);
  Map rule = document.empty() ? Map{{"BucketKeyEnabled", false}} : base::parse_json(document).map();
  if (rule.find("ApplyServerSideEncryptionByDefault") == nullptr) {
    const auto usual = service.objects.default_encryption(bucket, call.account);
    if (!usual.kind.empty()) {
      rule.set("ApplyServerSideEncryptionByDefault", Map{{"SSEAlgorithm", usual.kind}});
    } else if (document.empty()) {
      throw aws::Error("ServerSideEncryptionConfigurationNotFoundError",
                       "The server side encryption configuration was not found")
          .with("BucketName", ask.bucket);
    }
  }
  return Map{{"ServerSideEncryptionConfiguration", Map{{"Rules", List{std::move(rule)}}}}};
}

Value delete_encryption(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  translated([&] {
    service.objects.set_setting(call.permit(), {.bucket = bucket.name, .kind = setting_kind}, "");
  });
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_encryption>("PutBucketEncryption",
                                             {.access = on_bucket<"PutEncryptionConfiguration">}),
    aws::operation<read_target, get_encryption>(
        "GetBucketEncryption", {.access = on_bucket<"GetEncryptionConfiguration">}),
    aws::operation<read_target, delete_encryption>(
        "DeleteBucketEncryption", {.access = on_bucket<"PutEncryptionConfiguration">}),
};

}  // namespace

void check_not_blocked(const Call& call, const objects::Bucket& bucket, std::string_view key) {
  const std::string_view document = bucket.setting(setting_kind);
  if (document.empty()) return;
  const base::Value rule = base::parse_json(document);
  const base::Value* blocked = rule.find("BlockedEncryptionTypes");
  if (blocked == nullptr) return;
  for (const base::Value& type : blocked->find("EncryptionType")->list()) {
    if (type.text() != objects::sse_c) continue;
    throw aws::Error("AccessDenied",
                     "User: " + call.permit().principal().arn +
                         " is not authorized to perform: s3:PutObject on resource: \"" +
                         objects::object_arn(bucket.name, key) +
                         "\" because this bucket has blocked upload requests that specify Server "
                         "Side Encryption with Customer provided keys (SSE-C). Please specify a "
                         "different server-side encryption type");
  }
}

void check_managed_key(const std::string& asked, const std::string& managed) {
  const auto arn = base::parse_arn(managed);
  const std::string id = arn->resource.substr(arn->resource.find('/') + 1);
  const bool same = asked == managed || asked == id || asked == managed_alias ||
                    asked == base::arn("kms", arn->region, arn->account, managed_alias);
  if (same) return;
  throw not_implemented("The KMS key " + asked +
                        " is not built: objects are encrypted with the account's aws/s3 key, " +
                        managed);
}

const std::span<const aws::Operation> bucket_encryption_operations = table;

}  // namespace millrace::service::s3
