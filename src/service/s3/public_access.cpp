// Who owns a bucket's objects and how public it may be: Put-, Get- and DeletePublicAccessBlock,
// Put-, Get- and DeleteBucketOwnershipControls.
#include "objects/acl.hpp"
#include "objects/openness.hpp"
#include "service/s3/access.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/grants.hpp"
#include "service/s3/target.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

void set(Service& service, const Call& call, const std::string& bucket, std::string_view kind,
         std::string_view document) {
  translated([&] {
    service.objects.set_setting(call.permit(),
                                {.bucket = bucket, .kind = std::string(kind), .id = {}}, document);
  });
}

void read_body_checksum(const View& in) {
  // The body's digest is checked where bodies are read.
  static_cast<void>(in.take("ContentMD5").present());
  static_cast<void>(in.take("ChecksumAlgorithm").present());
}

struct PutBlock {
  Target target;
  objects::PublicBlock block;
};

PutBlock read_block(const View& in) {
  read_body_checksum(in);
  const View block = in.take("PublicAccessBlockConfiguration").view();
  return {.target = read_target(in),
          .block = objects::PublicBlock{
              .refuses_acls = block.take("BlockPublicAcls").flag_or(false),
              .ignores_acls = block.take("IgnorePublicAcls").flag_or(false),
              .refuses_policies = block.take("BlockPublicPolicy").flag_or(false),
              .restricts_policies = block.take("RestrictPublicBuckets").flag_or(false)}};
}

Value put_block(Service& service, Call& call, const PutBlock& ask) {
  reach(service, call, ask.target);
  set(service, call, ask.target.bucket, objects::public_access_setting,
      objects::to_text(ask.block));
  return Map{};
}

Value get_block(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  if (bucket.setting(objects::public_access_setting) == objects::no_block) {
    throw aws::Error("NoSuchPublicAccessBlockConfiguration",
                     "The public access block configuration was not found")
        .with("BucketName", bucket.name);
  }
  const objects::PublicBlock block = objects::own_public_block(bucket);
  return Map{
      {"PublicAccessBlockConfiguration", Map{{"BlockPublicAcls", block.refuses_acls},
                                             {"IgnorePublicAcls", block.ignores_acls},
                                             {"BlockPublicPolicy", block.refuses_policies},
                                             {"RestrictPublicBuckets", block.restricts_policies}}}};
}

Value delete_block(Service& service, Call& call, const Target& ask) {
  reach(service, call, ask);
  set(service, call, ask.bucket, objects::public_access_setting, objects::no_block);
  return Map{};
}

struct PutOwnership {
  Target target;
  std::vector<std::string> rules;
};

PutOwnership read_ownership(const View& in) {
  read_body_checksum(in);
  PutOwnership ask{.target = read_target(in), .rules = {}};
  for (const View& rule : in.take("OwnershipControls").view().take("Rules").views()) {
    ask.rules.push_back(rule.take("ObjectOwnership").text());
  }
  return ask;
}

Value put_ownership(Service& service, Call& call, const PutOwnership& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  if (ask.rules.size() != 1) {
    throw aws::Error("MalformedXML",
                     "The XML you provided was not well-formed or did not validate against our "
                     "published schema");
  }
  const bool enforces = ask.rules.front() == objects::enforced_ownership;
  if (enforces && !bucket.setting(objects::acl_setting).empty()) {
    throw aws::Error(
        "InvalidBucketAclWithObjectOwnership",
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
  }
  set(service, call, bucket.name, objects::ownership_setting,
      enforces ? "" : objects::ownership_text(ask.rules.front()));
  return Map{};
}

Value get_ownership(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  if (bucket.setting(objects::ownership_setting) == objects::no_ownership) {
    throw aws::Error("OwnershipControlsNotFoundError",
                     "The bucket ownership controls were not found")
        .with("BucketName", bucket.name);
  }
  const std::string name(objects::ownership_name(objects::ownership(bucket)));
  const Map rule{{"ObjectOwnership", name}};
  return Map{{"OwnershipControls", Map{{"Rules", List{rule}}}}};
}

Value delete_ownership(Service& service, Call& call, const Target& ask) {
  reach(service, call, ask);
  set(service, call, ask.bucket, objects::ownership_setting, objects::no_ownership);
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_block, put_block>("PutPublicAccessBlock",
                                          {.access = on_bucket<"PutBucketPublicAccessBlock">}),
    aws::operation<read_target, get_block>("GetPublicAccessBlock",
                                           {.access = on_bucket<"GetBucketPublicAccessBlock">}),
    aws::operation<read_target, delete_block>("DeletePublicAccessBlock",
                                              {.access = on_bucket<"PutBucketPublicAccessBlock">}),
    aws::operation<read_ownership, put_ownership>(
        "PutBucketOwnershipControls", {.access = on_bucket<"PutBucketOwnershipControls">}),
    aws::operation<read_target, get_ownership>("GetBucketOwnershipControls",
                                               {.access = on_bucket<"GetBucketOwnershipControls">}),
    aws::operation<read_target, delete_ownership>(
        "DeleteBucketOwnershipControls", {.access = on_bucket<"PutBucketOwnershipControls">}),
};

}  // namespace

const std::span<const aws::Operation> public_access_operations = table;

}  // namespace millrace::service::s3
