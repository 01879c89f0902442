#include "service/s3/points.hpp"

#include "aws/routes.hpp"
#include "service/s3/access.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/watch.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3 {

namespace {

using objects::AccessPoint;
using PointRef = std::shared_ptr<const AccessPoint>;

// Of AWS's list of what access points of buckets support.
constexpr auto supported = std::to_array<std::string_view>({
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateMultipartUpload",
    "DeleteObject",
    "DeleteObjectTagging",
    "DeleteObjects",
    "GetBucketAcl",
    "GetBucketCors",
    "GetBucketLocation",
    "GetBucketNotificationConfiguration",
    "GetBucketPolicy",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "HeadBucket",
    "HeadObject",
    "ListMultipartUploads",
    "ListObjectVersions",
    "ListObjects",
    "ListObjectsV2",
    "ListParts",
    "PutObject",
    "PutObjectAcl",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "RestoreObject",
    "SelectObjectContent",
    "UploadPart",
    "UploadPartCopy",
});

aws::Error no_such_point(std::string_view name) {
  return aws::Error("NoSuchAccessPoint", "The specified accesspoint does not exist")
      .with("AccessPointName", name);
}

PointRef existing(PointRef point, std::string_view name) {
  if (!point) throw no_such_point(name);
  return point;
}

// A host's first label is a bucket's name wherever there is such a bucket; AWS's own hosts tell the
// two apart.
PointRef point_of_host(const Service& service, const aws::Call& call, const std::string& named) {
  auto name = objects::parse_point_host(named);
  if (!name) return nullptr;
  const std::string_view host = call.request.headers.get("host");
  if (aws::bucket_of_host(host) != named) return nullptr;
  name->region = call.region;
  const bool is_points = host.find(".s3-accesspoint.") != std::string_view::npos;
  if (!is_points && service.objects.bucket(named)) return nullptr;
  PointRef point = objects::points_of(service.objects).find(*name);
  return is_points ? existing(std::move(point), name->name) : point;
}

PointRef point_named(const Service& service, const aws::Call& call, const std::string& named) {
  if (!named.ends_with(objects::alias_suffix)) return point_of_host(service, call, named);
  if (call.operation == "CreateBucket") return nullptr;  // which refuses the name itself
  return existing(objects::points_of(service.objects).find_alias(named), named);
}

// Nobody unsigned comes by an access point, and no request here comes from a private network.
void check_open(const Service& service, const aws::Call& call, const AccessPoint& point) {
  if (call.principal.kind == policy::Principal::Kind::anonymous) throw access_denied();
  if (!point.vpc.empty()) throw access_denied();
  const auto bucket = service.objects.bucket(point.bucket);
  if (!bucket) throw no_such_bucket(point.bucket);
  if (bucket->account != point.bucket_account) throw access_denied();
}

void resolve_point(void* service, aws::Call& call, aws::Value& input) {
  const auto& s3 = *static_cast<const Service*>(service);
  const PointRef point = point_named(s3, call, member_text(input, "Bucket"));
  if (!point) return;
  if (std::ranges::find(supported, call.operation) == supported.end()) {
    throw aws::Error("MethodNotAllowed",
                     "The specified method is not allowed against this resource.");
  }
  check_open(s3, call, *point);
  input.map().set("Bucket", point->bucket);
  if (is_watched(s3, point->bucket)) {
    RequestNote note;
    note.bucket = point->bucket;
    note.access_point = point->name.arn();
    note_request(s3, call, std::move(note));
  }
  for (auto& [key, values] : point->conditions()) call.conditions.insert_or_assign(key, values);
}

}  // namespace

aws::ResolveEntry resolve_entry(Service& service) {
  return {.model = "s3", .service = &service, .resolve = resolve_point};
}

PointRef point_of(const Service& service, const aws::Call& call) {
  const auto arn = call.conditions.find(objects::point_arn_key);
  if (arn == call.conditions.end()) return nullptr;
  const auto path = objects::parse_point_arn(arn->second.front());
  return path ? objects::points_of(service.objects).find(path->point) : nullptr;
}

objects::PublicBlock block_for(const Service& service, const aws::Call& call,
                               const objects::Bucket& bucket) {
  const PointRef point = point_of(service, call);
  const objects::PublicBlock block = objects::public_block(bucket);
  return point ? objects::strictest(block, point->block) : block;
}

SourceName resolve_source(const Service& service, const aws::Call& call, SourceName source) {
  PointRef point;
  if (const auto path = objects::parse_point_arn(source.bucket)) {
    point = existing(objects::points_of(service.objects).find(path->point), path->point.name);
  } else if (source.bucket.ends_with(objects::alias_suffix)) {
    point = existing(objects::points_of(service.objects).find_alias(source.bucket), source.bucket);
  }
  if (point) {
    check_open(service, call, *point);
    source.bucket = point->bucket;
    source.way = point->conditions();
  } else {
    // Named directly, it is read directly, however the request came.
    for (const char* key :
         {objects::point_arn_key, objects::point_account_key, objects::point_origin_key}) {
      source.way[key] = {};
    }
  }
  return source;
}

}  // namespace millrace::service::s3
