#include "identity/standing.hpp"

namespace millrace::identity {
namespace {

std::optional<policy::NamedPolicy> named_policy(const Contents& contents, const AwsPolicies& aws,
                                                std::string_view arn) {
  const auto found = find_policy(contents, aws, arn);
  if (!found) return std::nullopt;
  return policy::NamedPolicy{
      .name = found->entity.name, .policy = found->text().parsed, .arn = found->entity.arn};
}

void add(const Grants& grants, const Contents& contents, const AwsPolicies& aws,
         policy::Standing& standing) {
  for (const auto& [name, text] : grants.inline_policies)
    standing.identity.push_back(policy::NamedPolicy{.name = name, .policy = text.parsed});
  for (const std::string& arn : grants.attached) {
    if (auto policy = named_policy(contents, aws, arn))
      standing.identity.push_back(std::move(*policy));
  }
}

// Where the policy is gone, as when it was deleted while it was put, nothing is left.
void add_boundary(const Grants& grants, const Contents& contents, const AwsPolicies& aws,
                  policy::Standing& standing) {
  if (!grants.boundary) return;
  standing.boundary = named_policy(contents, aws, *grants.boundary);
  if (standing.boundary) return;
  standing.boundary =
      policy::NamedPolicy{.name = "", .policy = std::make_shared<const policy::Policy>()};
}

}  // namespace

Shared<ManagedPolicy> find_policy(const Contents& contents, const AwsPolicies& aws,
                                  std::string_view arn) {
  auto own = contents.policy(arn);
  return own ? own : aws.find(arn);
}

policy::Standing standing_of(const User& user, const Contents& contents, const AwsPolicies& aws) {
  policy::Standing standing;
  add(user.grants, contents, aws, standing);
  for (const std::string& id : user.groups) {
    if (const auto group = contents.find_id<Group>(id)) add(group->grants, contents, aws, standing);
  }
  add_boundary(user.grants, contents, aws, standing);
  return standing;
}

policy::Standing standing_of(const Group& group, const Contents& contents, const AwsPolicies& aws) {
  policy::Standing standing;
  add(group.grants, contents, aws, standing);
  return standing;
}

policy::Standing standing_of(const Role& role, const Contents& contents, const AwsPolicies& aws) {
  policy::Standing standing;
  add(role.grants, contents, aws, standing);
  add_boundary(role.grants, contents, aws, standing);
  return standing;
}

}  // namespace millrace::identity
