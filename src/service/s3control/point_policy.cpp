// The policies of access points: PutAccessPointPolicy, GetAccessPointPolicy,
// DeleteAccessPointPolicy, GetAccessPointPolicyStatus.
#include "objects/openness.hpp"
#include "objects/policy_check.hpp"
#include "policy/policy.hpp"
#include "service/s3control/point_target.hpp"

namespace millrace::service::s3control {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;
using objects::AccessPoint;

constexpr std::size_t point_policy_size_limit = 20 * 1024;  // without white space

struct PutPolicy {
  std::string name;
  std::string document;
};

PutPolicy read_put(const View& in) {
  return {.name = read_point(in).name, .document = in.take("Policy").text()};
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

CheckedPolicy checked_policy(const Service& service, const std::string& document,
                             const objects::PointName& point) {
  if (policy::policy_size(document) > point_policy_size_limit)
    throw malformed("Policy exceeds the maximum allowed document size");
  try {
    policy::Policy policy = policy::parse_policy(document, policy::PolicyKind::resource);
    objects::check_point_policy(document, point.arn());
    std::string kept = service.principals.bind(point.account, document);
    return {.policy = std::move(policy), .kept = std::move(kept)};
  } catch (const policy::MalformedPolicy& error) {
    throw malformed(error.what());
  } catch (const policy::UnsupportedPolicy& error) {
    throw aws::Error("NotImplemented", error.what());
  }
}

// The point's own, its account's, and of a bucket of the same account the bucket's.
objects::PublicBlock block_of(const Service& service, const AccessPoint& point) {
  const objects::PublicBlock own = objects::strictest(point.block, point.account_block);
  const auto bucket = service.objects.bucket(point.bucket);
  const bool is_same = bucket && bucket->account == point.name.account;
  return is_same ? objects::strictest(own, objects::public_block(*bucket)) : own;
}

void check_public(const Service& service, const Call& call, const AccessPoint& point,
                  const policy::Policy& policy) {
  if (!objects::is_public(policy) || !block_of(service, point).refuses_policies) return;
  throw aws::Error("AccessDenied",
                   "User: " + call.principal.arn +
                       " is not authorized to perform: s3:PutAccessPointPolicy on resource: \"" +
                       point.name.arn() +
                       "\" because public policies are prevented by the BlockPublicPolicy setting "
                       "in S3 Block Public Access.");
}

void set_policy(Service& service, const Call& call, const std::string& name,
                const std::string& document) {
  on_existing(name, [&] {
    objects::points_of(service.objects)
        .change(call.permit(), point_name(call, name),
                [&](AccessPoint& point) { point.policy = document; });
  });
}

Value put_policy(Service& service, Call& call, const PutPolicy& ask) {
  const auto point = reach_point(service, call, ask.name);
  const CheckedPolicy checked = checked_policy(service, ask.document, point->name);
  check_public(service, call, *point, checked.policy);
  set_policy(service, call, ask.name, checked.kept);
  return Map{};
}

std::string existing_policy(const Service& service, const Call& call, const std::string& name) {
  const auto point = reach_point(service, call, name);
  if (!point->policy.empty()) return point->policy;
  throw aws::Error("NoSuchAccessPointPolicy", "The specified accesspoint policy does not exist")
      .with("AccessPointName", name);
}

Value get_policy(Service& service, const Call& call, const PointTarget& ask) {
  return Map{{"Policy", service.principals.show(existing_policy(service, call, ask.name))}};
}

Value delete_policy(Service& service, Call& call, const PointTarget& ask) {
  set_policy(service, call, ask.name, "");
  return Map{};
}

Value get_status(Service& service, const Call& call, const PointTarget& ask) {
  const bool is_public = objects::is_public(
      policy::parse_policy(existing_policy(service, call, ask.name), policy::PolicyKind::resource));
  return Map{{"PolicyStatus", Map{{"IsPublic", is_public}}}};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_policy>("PutAccessPointPolicy",
                                         {.access = on_point<"PutAccessPointPolicy">}),
    aws::operation<read_point, get_policy>("GetAccessPointPolicy",
                                           {.access = on_point<"GetAccessPointPolicy">}),
    aws::operation<read_point, delete_policy>("DeleteAccessPointPolicy",
                                              {.access = on_point<"DeleteAccessPointPolicy">}),
    aws::operation<read_point, get_status>("GetAccessPointPolicyStatus",
                                           {.access = on_point<"GetAccessPointPolicyStatus">}),
};

}  // namespace

const std::span<const aws::Operation> point_policy_operations = table;

}  // namespace millrace::service::s3control
