// Tags of the root, units, accounts, policies and the resource policy.
#include "organizations/limits.hpp"
#include "service/organizations/answers.hpp"
#include "service/organizations/service.hpp"

namespace millrace::service::organizations {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

// The ARN of what the member ResourceId names, by whom it may be asked.
std::string arn_of(const Asker& asker, const std::string& id) {
  if (id.starts_with("p-")) return asker.policy_arn(id);
  if (id.starts_with("rp-")) return asker.resource_policy_arn();
  return asker.arns().target(id);
}

void check_exists(const engine::Organization& organization, const std::string& id,
                  base::Timestamp now) {
  const auto policy = organization.policies.find(id);
  const bool is_own_policy =
      policy != organization.policies.end() && !policy->second.is_aws_managed;
  const bool is_resource_policy =
      organization.resource_policy && organization.resource_policy->id == id;
  const bool is_there = is_own_policy || is_resource_policy || organization.units.contains(id) ||
                        engine::find_member(organization, id, now) != nullptr;
  if (!is_there)
    throw engine::Refused(engine::Why::target_not_found,
                          "You specified a target that doesn't exist.");
}

struct TagResource {
  std::string id;
  store::Tags tags;
};

TagResource read_tag(const View& in) {
  return {.id = in.take("ResourceId").text(), .tags = read_tags(in)};
}

Value tag(Service& service, const aws::Call& call, const TagResource& ask) {
  const Asker asker(service, call);
  const std::string arn = arn_of(asker, ask.id);
  check_exists(asker.require({arn}, tag_conditions(ask.tags)), ask.id, call.now);
  service.organizations.set_tags(arn, ask.tags);
  return Map{};
}

struct UntagResource {
  std::string id;
  std::vector<std::string> names;
};

UntagResource read_untag(const View& in) {
  return {.id = in.take("ResourceId").text(), .names = in.take("TagKeys").texts()};
}

Value untag(Service& service, const aws::Call& call, const UntagResource& ask) {
  const Asker asker(service, call);
  const std::string arn = arn_of(asker, ask.id);
  policy::Conditions further;
  if (!ask.names.empty()) further["aws:TagKeys"] = ask.names;
  check_exists(asker.require({arn}, further), ask.id, call.now);
  service.organizations.remove_tags(arn, ask.names);
  return Map{};
}

struct ListTags {
  std::string id;
  Paging paging;
};

ListTags read_list(const View& in) {
  return {.id = in.take("ResourceId").text(),
          .paging = Paging{.token = in.take("NextToken").optional_text(),
                           .max_results = engine::max_resource_tags}};
}

Value list(Service& service, const aws::Call& call, const ListTags& ask) {
  const Asker asker(service, call);
  const std::string arn = arn_of(asker, ask.id);
  check_exists(asker.require({arn}), ask.id, call.now);
  Items items;
  for (const auto& [name, value] : service.organizations.tags(arn))
    items.emplace_back(name, Map{{"Key", name}, {"Value", value}});
  return page(std::move(items), ask.paging, "Tags", call.operation + arn);
}

constexpr aws::Operation table[] = {
    operation<read_list, list>("ListTagsForResource"),
    operation<read_tag, tag>("TagResource"),
    operation<read_untag, untag>("UntagResource"),
};

}  // namespace

const std::span<const aws::Operation> tag_operations = table;

}  // namespace millrace::service::organizations
