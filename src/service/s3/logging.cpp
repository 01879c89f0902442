// PutBucketLogging and GetBucketLogging. What logging does is the watch's and the access log's.
#include "base/json.hpp"
#include "objects/openness.hpp"
#include "service/s3/access.hpp"
#include "service/s3/checksums.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/grants.hpp"
#include "service/s3/log_target.hpp"
#include "service/s3/target.hpp"
#include "service/s3/watch.hpp"

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

// What S3 itself puts behind the prefix must fit into a key.
constexpr std::size_t longest_log_prefix = 800;

struct PutLogging {
  Target target;
  bool enables = false;
  std::string bucket;
  std::string prefix;
  std::vector<AskedGrant> grants;
  bool has_format = false;
  bool is_simple = false;
  bool is_partitioned = false;
  std::optional<std::string> date_source;
};

AskedGrant read_grant(const View& in) {
  const View grantee = in.take("Grantee").view();
  AskedGrant grant{.type = grantee.take("Type").text_or(""),
                   .name = {},
                   .permission = in.take("Permission").text_or("")};
  static_cast<void>(grantee.keep("DisplayName").present());
  const auto id = grantee.take("ID").optional_text();
  const auto uri = grantee.take("URI").optional_text();
  const auto address = grantee.take("EmailAddress").optional_text();
  grant.name = id.value_or(uri.value_or(address.value_or("")));
  return grant;
}

void read_format(const View& format, PutLogging& ask) {
  ask.has_format = format.present();
  ask.is_simple = format.take("SimplePrefix").view().present();
  const View partitioned = format.take("PartitionedPrefix").view();
  ask.is_partitioned = partitioned.present();
  ask.date_source = partitioned.take("PartitionDateSource").optional_text();
}

PutLogging read_put(const View& in) {
  note_digests(in);
  PutLogging ask;
  ask.target = read_target(in);
  const View enabled = in.take("BucketLoggingStatus").view().take("LoggingEnabled").view();
  ask.enables = enabled.present();
  if (!ask.enables) return ask;
  ask.bucket = enabled.take("TargetBucket").text();
  ask.prefix = enabled.take("TargetPrefix").text();
  for (const View& grant : enabled.take("TargetGrants").views()) {
    ask.grants.push_back(read_grant(grant));
  }
  read_format(enabled.take("TargetObjectKeyFormat").view(), ask);
  return ask;
}

aws::Error invalid_target(std::string message, const std::string& bucket) {
  return aws::Error("InvalidTargetBucketForLogging", std::move(message))
      .with("TargetBucket", bucket);
}

// The bucket that is to have the logs, for the owner of what is logged.
objects::Bucket target_of(const Service& service, const objects::Bucket& source,
                          const std::string& name) {
  auto target = service.objects.bucket(name);
  if (!target) throw invalid_target("The target bucket for logging does not exist", name);
  if (target->account != source.account) {
    throw invalid_target(
        "The owner for the bucket to be logged and the target bucket must be the same.", name);
  }
  if (target->region != source.region) {
    throw aws::Error("CrossLocationLoggingProhibited", "Cross S3 location logging not allowed. ")
        .with("TargetBucketLocation", target->region)
        .with("SourceBucketLocation", source.region);
  }
  if (auto reason = unfit_for_logs(service.objects, *target)) {
    throw invalid_target(*std::move(reason), name);
  }
  return *std::move(target);
}

objects::Acl grants_of(const Service& service, const PutLogging& ask,
                       const objects::Bucket& target) {
  if (ask.grants.empty()) return {};
  if (objects::ownership(target) == objects::Ownership::enforced) {
    throw aws::Error("InvalidArgument",
                     "Target grants not allowed for bucket owner enforced buckets");
  }
  const std::string owner = owner_id(target);
  AskedAcl asked;
  asked.policy = AskedAcl::Policy{.owner = owner, .grants = ask.grants};
  return to_acl(service, asked, AclOf::object, owner, owner);
}

Map format_of(const PutLogging& ask) {
  if (ask.is_simple == ask.is_partitioned) throw malformed_document();
  if (ask.is_simple) return Map{{"SimplePrefix", Map{}}};
  Map partitioned;
  partitioned.set_if("PartitionDateSource", ask.date_source);
  return Map{{"PartitionedPrefix", std::move(partitioned)}};
}

Value grant_value(const objects::Grant& grant) {
  Map grantee;
  if (grant.group.empty()) {
    grantee = Map{{"ID", grant.user}, {"Type", "CanonicalUser"}};
  } else {
    grantee = Map{{"Type", "Group"}, {"URI", grant.group}};
  }
  return Map{{"Grantee", std::move(grantee)}, {"Permission", grant.permission}};
}

Map document_of(const PutLogging& ask, const objects::Acl& grants) {
  Map document{{"TargetBucket", ask.bucket}, {"TargetPrefix", ask.prefix}};
  if (!grants.empty()) {
    List list;
    for (const objects::Grant& grant : grants) list.push_back(grant_value(grant));
    document.set("TargetGrants", std::move(list));
  }
  if (ask.has_format) document.set("TargetObjectKeyFormat", format_of(ask));
  return document;
}

void set(Service& service, const Call& call, const std::string& bucket, std::string_view document) {
  translated([&] {
    service.objects.set_setting(call.permit(),
                                {.bucket = bucket, .kind = std::string(logging_setting), .id = {}},
                                document);
  });
}

Value put_logging(Service& service, Call& call, const PutLogging& ask) {
  const objects::Bucket bucket = reach(service, call, ask.target);
  if (!ask.enables) {
    set(service, call, bucket.name, "");
    return Map{};
  }
  if (ask.prefix.size() > longest_log_prefix) {
    throw invalid_argument("TargetPrefix", ask.prefix, "The target prefix is too long.");
  }
  const objects::Bucket target = target_of(service, bucket, ask.bucket);
  const std::string document = base::write_json(document_of(ask, grants_of(service, ask, target)));
  if (!service.watch->lets_logs_in(bucket, parse_log_target(document), target)) {
    throw invalid_target(
        "You must give the log-delivery group WRITE and READ_ACP permissions to the target bucket",
        ask.bucket);
  }
  set(service, call, bucket.name, document);
  service.watch->look_at(bucket.name);
  return Map{};
}

Value get_logging(Service& service, Call& call, const Target& ask) {
  const objects::Bucket bucket = reach(service, call, ask);
  const std::string_view document = bucket.setting(logging_setting);
  if (document.empty()) return Map{};
  return Map{{"LoggingEnabled", base::parse_json(document)}};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_logging>("PutBucketLogging",
                                          {.access = on_bucket<"PutBucketLogging">}),
    aws::operation<read_target, get_logging>("GetBucketLogging",
                                             {.access = on_bucket<"GetBucketLogging">}),
};

}  // namespace

const std::span<const aws::Operation> logging_operations = table;

}  // namespace millrace::service::s3
