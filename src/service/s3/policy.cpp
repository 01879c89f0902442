// Bucket policies: PutBucketPolicy, GetBucketPolicy, DeleteBucketPolicy, GetBucketPolicyStatus.
#include "policy/policy.hpp"

#include "objects/openness.hpp"
#include "objects/policy_check.hpp"
#include "service/s3/access.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/target.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::size_t policy_size_limit = 20 * 1024;  // without white space
constexpr int no_content_status = 204;

struct PutPolicy {
  Target target;
  std::string document;
};

PutPolicy read_put(const View& in) {
  // The body's digest is checked where bodies are read.
  static_cast<void>(in.take("ContentMD5").present());
  static_cast<void>(in.take("ChecksumAlgorithm").present());
  static_cast<void>(in.inert("ConfirmRemoveSelfBucketAccess",
                             "a policy that locks its writer out is taken unconfirmed, and the "
                             "account's root can always undo it")
                        .present());
  return {.target = read_target(in), .document = in.take("Policy").text_or("")};
}

// Whom a policy lets in from other accounts may do much, but policies are the owner's alone.
objects::Bucket reach_own(const Service& service, Call& call, const Target& target) {
  objects::Bucket bucket = reach(service, call, target);
  if (bucket.account == call.principal.account) return bucket;
  throw aws::Error("MethodNotAllowed",
                   "The specified method is not allowed against this resource.");
}

aws::Error malformed(const std::string& message) {
  constexpr std::string_view invalid_principal = "Invalid principal in policy";
  if (!message.starts_with(invalid_principal)) return {"MalformedPolicy", message};
  aws::Error error("MalformedPolicy", std::string(invalid_principal));
  const auto colon = message.find(": ");
  if (colon != std::string::npos) error.with("Detail", message.substr(colon + 2));
  return error;
}

// A policy, and the document as it is kept: with ids in the place of users' and roles' names.
struct CheckedPolicy {
  policy::Policy policy;
  std::string kept;
};

CheckedPolicy checked_policy(const Service& service, const std::string& account,
                             const PutPolicy& ask) {
  if (policy::policy_size(ask.document) > policy_size_limit)
    throw malformed("Policy exceeds the maximum allowed document size");
  try {
    policy::Policy policy = policy::parse_policy(ask.document, policy::PolicyKind::resource);
    objects::check_bucket_policy(ask.document, ask.target.bucket);
    std::string kept = service.principals.bind(account, ask.document);
    return {.policy = std::move(policy), .kept = std::move(kept)};
  } catch (const policy::MalformedPolicy& error) {
    throw malformed(error.what());
  } catch (const policy::UnsupportedPolicy& error) {
    throw not_implemented(error.what());
  }
}

void check_public(const Call& call, const objects::Bucket& bucket, const policy::Policy& policy) {
  if (!objects::public_block(bucket).refuses_policies || !objects::is_public(policy)) return;
  throw aws::Error("AccessDenied",
                   "User: " + call.principal.arn +
                       " is not authorized to perform: s3:PutBucketPolicy on resource: \"" +
                       objects::bucket_arn(bucket.name) +
                       "\" because public policies are prevented by the BlockPublicPolicy setting "
                       "in S3 Block Public Access.");
}

void set_policy(Service& service, const Call& call, const std::string& bucket,
                std::string_view document) {
  translated([&] {
    service.objects.set_setting(
        call.permit(), {.bucket = bucket, .kind = std::string(objects::policy_setting), .id = {}},
        document);
  });
}

Value put_policy(Service& service, Call& call, const PutPolicy& ask) {
  const objects::Bucket bucket = reach_own(service, call, ask.target);
  const CheckedPolicy checked = checked_policy(service, bucket.account, ask);
  check_public(call, bucket, checked.policy);
  set_policy(service, call, bucket.name, checked.kept);
  call.answer_status = no_content_status;  // as S3 answers, though its model does not say so
  return Map{};
}

std::string existing_policy(const objects::Bucket& bucket) {
  const std::string_view document = bucket.setting(objects::policy_setting);
  if (!document.empty()) return std::string(document);
  throw aws::Error("NoSuchBucketPolicy", "The bucket policy does not exist")
      .with("BucketName", bucket.name);
}

Value get_policy(Service& service, Call& call, const Target& ask) {
  const std::string kept = existing_policy(reach_own(service, call, ask));
  return Map{{"Policy", service.principals.show(kept)}};
}

Value delete_policy(Service& service, Call& call, const Target& ask) {
  set_policy(service, call, reach_own(service, call, ask).name, "");
  return Map{};
}

Value get_status(Service& service, Call& call, const Target& ask) {
  const std::string document = existing_policy(reach_own(service, call, ask));
  const bool is_public =
      objects::is_public(policy::parse_policy(document, policy::PolicyKind::resource));
  return Map{{"PolicyStatus", Map{{"IsPublic", is_public}}}};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_policy>("PutBucketPolicy",
                                         {.access = on_bucket<"PutBucketPolicy">}),
    aws::operation<read_target, get_policy>("GetBucketPolicy",
                                            {.access = on_bucket<"GetBucketPolicy">}),
    aws::operation<read_target, delete_policy>("DeleteBucketPolicy",
                                               {.access = on_bucket<"DeleteBucketPolicy">}),
    aws::operation<read_target, get_status>("GetBucketPolicyStatus",
                                            {.access = on_bucket<"GetBucketPolicyStatus">}),
};

}  // namespace

const std::span<const aws::Operation> policy_operations = table;

}  // namespace millrace::service::s3
