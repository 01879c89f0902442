// Access points: CreateAccessPoint, GetAccessPoint, ListAccessPoints, DeleteAccessPoint.
#include "objects/points.hpp"

#include "aws/paging.hpp"
#include "service/s3control/blocks.hpp"
#include "service/s3control/job_request.hpp"
#include "service/s3control/point_target.hpp"
#include "service/s3control/resource_tags.hpp"

#include <algorithm>
#include <optional>

namespace millrace::service::s3control {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;
using objects::AccessPoint;

constexpr std::size_t shortest_point_name = 3;
constexpr std::size_t longest_point_name = 50;
constexpr std::int64_t most_points_listed = 1000;

struct CreatePoint {
  std::string name;
  std::string bucket;
  std::string vpc;
  std::optional<objects::PublicBlock> block;
  std::optional<std::string> bucket_account;
  objects::Attributes tags;
};

aws::Error invalid_request(std::string message) { return {"InvalidRequest", std::move(message)}; }

CreatePoint read_create(const View& in) {
  read_account(in);
  if (in.take("Scope").whole() != nullptr) {
    throw invalid_request(
        "Scope is only supported for access points attached to directory buckets");
  }
  CreatePoint ask{.name = in.take("Name").text(),
                  .bucket = in.take("Bucket").text(),
                  .vpc = in.take("VpcConfiguration").view().take("VpcId").text_or(""),
                  .block = std::nullopt,
                  .bucket_account = in.take("BucketAccountId").optional_text(),
                  .tags = read_tag_list(in.take("Tags"))};
  const View block = in.take("PublicAccessBlockConfiguration").view();
  const objects::PublicBlock asked = read_block(block);
  if (block.present()) ask.block = asked;
  return ask;
}

bool is_point_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return name.size() >= shortest_point_name && name.size() <= longest_point_name &&
         is_letter(name.front()) && is_letter(name.back()) &&
         !name.ends_with(objects::alias_suffix) && !name.ends_with("--ol-s3") &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || c == '-'; });
}

// What it is to be, all of which a policy may depend on.
identity::Permit require_creation(const Call& call, const AccessPoint& point, bool says_block) {
  const std::string arn = point.name.arn();
  policy::Conditions conditions = point.conditions();
  conditions.merge(tag_conditions(point.tags));
  identity::Permit permit = call.require("s3:CreateAccessPoint", arn, conditions);
  if (says_block) static_cast<void>(call.require("s3:PutAccessPointPublicAccessBlock", "*"));
  if (!point.tags.empty()) static_cast<void>(call.require("s3:TagResource", arn, conditions));
  return permit;
}

void check_bucket(const Service& service, const Call& call, const AccessPoint& point) {
  const auto bucket = service.objects.bucket(point.bucket);
  if (!bucket) {
    throw invalid_request("Amazon S3 AccessPoint can only be created for existing bucket");
  }
  if (bucket->account != point.bucket_account) {
    throw invalid_request(
        "BucketAccountId parameter should be same as the AWS Account Id of bucket owner");
  }
  if (bucket->region != call.region) {
    throw invalid_request(
        "Amazon S3 AccessPoint can only be created for bucket in the same region");
  }
}

AccessPoint created(Service& service, const identity::Permit& permit, AccessPoint point) {
  try {
    return objects::points_of(service.objects).create(permit, std::move(point));
  } catch (const objects::PointExists&) {
    throw aws::Error("AccessPointAlreadyOwnedByYou",
                     "Your previous request to create the named accesspoint succeeded and you "
                     "already own it.");
  } catch (const objects::TooManyPoints&) {
    throw aws::Error("TooManyAccessPoints",
                     "You have attempted to create more access points than allowed");
  } catch (const objects::PointHostTaken& taken) {
    throw aws::Error("InvalidAccessPoint",
                     "A bucket has the name that this access point's host "
                     "would have: " +
                         std::string(taken.what()));
  } catch (const objects::NoSuchBucket&) {
    throw invalid_request("Amazon S3 AccessPoint can only be created for existing bucket");
  }
}

Value create(Service& service, const Call& call, const CreatePoint& ask) {
  AccessPoint point{.name = point_name(call, ask.name),
                    .bucket = ask.bucket,
                    .bucket_account = ask.bucket_account.value_or(call.account),
                    .vpc = ask.vpc,
                    .block = ask.block.value_or(objects::PublicBlock()),
                    .tags = ask.tags};
  const identity::Permit permit = require_creation(call, point, ask.block.has_value());
  if (!is_point_name(ask.name)) {
    throw aws::Error("InvalidAccessPoint",
                     "The specified access point name or account is not valid.");
  }
  check_tags(point.tags);
  check_bucket(service, call, point);
  point = created(service, permit, std::move(point));
  return Map{{"AccessPointArn", point.name.arn()}, {"Alias", point.alias}};
}

Map shown(const AccessPoint& point) {
  Map value{{"Name", point.name.name}, {"NetworkOrigin", std::string(point.origin())},
            {"Bucket", point.bucket},  {"AccessPointArn", point.name.arn()},
            {"Alias", point.alias},    {"BucketAccountId", point.bucket_account}};
  if (!point.vpc.empty()) value.set("VpcConfiguration", Map{{"VpcId", point.vpc}});
  return value;
}

Value get(Service& service, const Call& call, const PointTarget& ask) {
  const auto point = reach_point(service, call, ask.name);
  Map value = shown(*point);
  value.set("PublicAccessBlockConfiguration", block_value(point->block));
  value.set("CreationDate", point->created);
  const std::string domain = point->name.region + ".amazonaws.com";
  value.set("Endpoints", Map{{"ipv4", "s3-accesspoint." + domain},
                             {"dualstack", "s3-accesspoint.dualstack." + domain},
                             {"fips", "s3-accesspoint-fips." + domain},
                             {"fips_dualstack", "s3-accesspoint-fips.dualstack." + domain}});
  return value;
}

Value remove(Service& service, Call& call, const PointTarget& ask) {
  on_existing(ask.name, [&] {
    objects::points_of(service.objects).remove(call.permit(), point_name(call, ask.name));
  });
  return Map{};
}

struct ListPoints {
  std::string bucket;
  std::optional<std::string> token;
  std::int64_t limit = most_points_listed;
};

ListPoints read_list(const View& in) {
  read_account(in);
  ListPoints ask{.bucket = in.take("Bucket").text_or(""),
                 .token = in.take("NextToken").optional_text(),
                 .limit = in.take("MaxResults").integer_or(most_points_listed)};
  if (ask.limit == 0) ask.limit = most_points_listed;
  return ask;
}

Value list(Service& service, const Call& call, const ListPoints& ask) {
  const std::string check =
      "ListAccessPoints " + call.account + " " + call.region + " " + ask.bucket;
  const auto after = ask.token ? aws::read_token(check, *ask.token) : std::optional("");
  if (!after) {
    throw aws::Error("InvalidNextTokenException", "The nextToken provided is invalid", 400);
  }
  auto points = objects::points_of(service.objects)
                    .list(call.permit(), {.account = call.account,
                                          .region = call.region,
                                          .bucket = ask.bucket,
                                          .after = *after,
                                          .limit = ask.limit + 1});
  Map answer;
  if (std::ssize(points) > ask.limit) {
    points.pop_back();
    answer.set("NextToken", aws::make_token(check, points.back().name.name));
  }
  List values;
  for (const AccessPoint& point : points) values.push_back(shown(point));
  answer.set("AccessPointList", std::move(values));
  return answer;
}

// What the body says takes part in the decision, so the act asks.
std::vector<aws::Need> to_create(const Call& call, const Value& input) {
  check_own_account(call, input);
  return {};
}

// AWS asks for it on no resource of its own, but tells which it is about.
std::vector<aws::Need> to_get(const Call& call, const Value& input) {
  check_own_account(call, input);
  const objects::PointName name = point_name(call, member_text(input, "Name"));
  return {{.action = "s3:GetAccessPoint",
           .resource = "*",
           .conditions = {{objects::point_arn_key, {name.arn()}},
                          {objects::point_account_key, {name.account}}}}};
}

constexpr aws::Operation table[] = {
    aws::operation<read_create, create>("CreateAccessPoint", {.access = to_create}),
    aws::operation<read_point, get>("GetAccessPoint", {.access = to_get}),
    aws::operation<read_list, list>("ListAccessPoints", {.access = on_account<"ListAccessPoints">}),
    aws::operation<read_point, remove>("DeleteAccessPoint",
                                       {.access = on_point<"DeleteAccessPoint">}),
};

}  // namespace

const std::span<const aws::Operation> point_operations = table;

}  // namespace millrace::service::s3control
