// Tags of buckets and access points by their ARNs: TagResource, UntagResource, ListTagsForResource.
#include "service/s3control/resource_tags.hpp"

#include "objects/points.hpp"
#include "service/s3control/account.hpp"
#include "service/s3control/job_request.hpp"
#include "service/s3control/point_target.hpp"
#include "service/s3control/service.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace millrace::service::s3control {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;
using objects::Attributes;

// One of both.
struct Resource {
  std::string arn;
  std::optional<objects::PointName> point;
  std::string bucket;
};

Resource parse_resource(const std::string& arn) {
  constexpr std::string_view bucket_prefix = "arn:aws:s3:::";
  Resource resource{.arn = arn, .point = std::nullopt, .bucket = {}};
  if (arn.starts_with(bucket_prefix)) {
    resource.bucket = arn.substr(bucket_prefix.size());
    if (resource.bucket.find('/') == std::string::npos) return resource;
  } else if (const auto path = objects::parse_point_arn(arn); path && !path->key) {
    resource.point = path->point;
    return resource;
  }
  throw aws::Error("NotImplemented",
                   "Only buckets and access points are tagged by S3 Control here");
}

void check_owner(const Service& service, const Call& call, const Resource& resource) {
  if (resource.point) {
    if (resource.point->account != call.account || resource.point->region != call.region)
      throw no_such_point(resource.point->name);
    static_cast<void>(reach_point(service, call, resource.point->name));
    return;
  }
  const auto bucket = service.objects.bucket(resource.bucket);
  if (!bucket) {
    throw aws::Error("NoSuchBucket", "The specified bucket does not exist")
        .with("BucketName", resource.bucket);
  }
  if (bucket->account != call.account) throw aws::Error("AccessDenied", "Access Denied");
}

void change_tags(Service& service, const identity::Permit& permit, const Resource& resource,
                 const std::function<void(Attributes&)>& change) {
  if (!resource.point) {
    return objects::points_of(service.objects).change_bucket_tags(permit, resource.bucket, change);
  }
  on_existing(resource.point->name, [&] {
    objects::points_of(service.objects)
        .change(permit, *resource.point, [&](objects::AccessPoint& point) { change(point.tags); });
  });
}

struct Tag {
  std::string arn;
  Attributes tags;
};

Tag read_tag(const View& in) {
  read_account(in);
  return {.arn = in.take("ResourceArn").text(), .tags = read_tag_list(in.take("Tags"))};
}

void set_tag(Attributes& tags, const std::string& key, const std::string& value) {
  const auto found = std::ranges::find(tags, key, &Attributes::value_type::first);
  if (found == tags.end()) {
    tags.emplace_back(key, value);
  } else {
    found->second = value;
  }
}

Value tag(Service& service, const Call& call, const Tag& ask) {
  const Resource resource = parse_resource(ask.arn);
  const identity::Permit permit =
      call.require("s3:TagResource", resource.arn, tag_conditions(ask.tags));
  check_tags(ask.tags);
  check_owner(service, call, resource);
  change_tags(service, permit, resource, [&](Attributes& tags) {
    for (const auto& [key, value] : ask.tags) set_tag(tags, key, value);
    check_tags(tags);
  });
  return Map{};
}

struct Untag {
  std::string arn;
  std::vector<std::string> keys;
};

Untag read_untag(const View& in) {
  read_account(in);
  return {.arn = in.take("ResourceArn").text(), .keys = in.take("TagKeys").texts()};
}

Value untag(Service& service, Call& call, const Untag& ask) {
  const Resource resource = parse_resource(ask.arn);
  check_owner(service, call, resource);
  change_tags(service, call.permit(), resource, [&](Attributes& tags) {
    std::erase_if(tags, [&](const auto& one) {
      return std::ranges::find(ask.keys, one.first) != ask.keys.end();
    });
  });
  return Map{};
}

struct ListTags {
  std::string arn;
};

ListTags read_list(const View& in) {
  read_account(in);
  return {.arn = in.take("ResourceArn").text()};
}

Value list(Service& service, const Call& call, const ListTags& ask) {
  const Resource resource = parse_resource(ask.arn);
  check_owner(service, call, resource);
  const Attributes tags = resource.point
                              ? reach_point(service, call, resource.point->name)->tags
                              : service.objects.bucket_tags(call.permit(), resource.bucket);
  return Map{{"Tags", tags_value(tags)}};
}

// The tags stand in the body, and permission may depend on them: the act asks.
std::vector<aws::Need> to_tag(const Call& call, const Value& input) {
  check_own_account(call, input);
  return {};
}

template <Action action>
std::vector<aws::Need> on_resource(const Call& call, const Value& input) {
  check_own_account(call, input);
  aws::Need need{.action = "s3:" + std::string(action.text),
                 .resource = member_text(input, "ResourceArn"),
                 .conditions = {}};
  if (const Value* keys = input.find("TagKeys")) {
    for (const Value& key : keys->list()) need.conditions["aws:TagKeys"].push_back(key.text());
  }
  return {std::move(need)};
}

constexpr aws::Operation table[] = {
    aws::operation<read_tag, tag>("TagResource", {.access = to_tag}),
    aws::operation<read_untag, untag>("UntagResource", {.access = on_resource<"UntagResource">}),
    aws::operation<read_list, list>("ListTagsForResource",
                                    {.access = on_resource<"ListTagsForResource">}),
};

}  // namespace

Attributes read_tag_list(const aws::Member& list) {
  Attributes tags;
  for (const View& tag : list.views()) {
    tags.emplace_back(tag.take("Key").text(), tag.take("Value").text());
  }
  return tags;
}

void check_tags(const Attributes& tags) {
  if (tags.size() > resource_tags_limit) {
    throw aws::Error("BadRequest", "Bucket tag count cannot be greater than " +
                                       std::to_string(resource_tags_limit));
  }
  std::set<std::string_view> seen;
  for (const auto& [key, value] : tags) {
    if (key.starts_with("aws:")) {
      throw aws::Error("InvalidTag", "System tags cannot be added/updated by requester")
          .with("TagKey", key);
    }
    if (!seen.insert(key).second) {
      throw aws::Error("InvalidTag", "Cannot provide multiple Tags with the same key")
          .with("TagKey", key);
    }
  }
}

const std::span<const aws::Operation> resource_tag_operations = table;

}  // namespace millrace::service::s3control
