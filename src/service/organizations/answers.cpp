#include "service/organizations/answers.hpp"

#include "aws/paging.hpp"
#include "organizations/handshakes.hpp"
#include "service/organizations/errors.hpp"

#include <algorithm>
#include <set>

namespace millrace::service::organizations {

using base::List;
using base::Map;
using engine::Arns;
using engine::text_of;

namespace {

Map party(std::string_view id, std::string_view type) { return Map{{"Id", id}, {"Type", type}}; }

Map resource(std::string_view type, std::string_view value) {
  return Map{{"Type", type}, {"Value", value}};
}

List parties_of(const engine::Organization& organization, const engine::Handshake& handshake) {
  List parties{party(organization.id, "ORGANIZATION")};
  if (handshake.action == engine::HandshakeAction::enable_all_features) return parties;
  parties.emplace_back(handshake.email ? party(*handshake.email, "EMAIL")
                                       : party(handshake.account, "ACCOUNT"));
  return parties;
}

Map inviting(const engine::Organization& organization) {
  const engine::Member& management = organization.members.find(organization.management)->second;
  Map inviting = resource("ORGANIZATION", organization.id);
  inviting.set(
      "Resources",
      List{resource("MASTER_EMAIL", management.email), resource("MASTER_NAME", management.name),
           resource("ORGANIZATION_FEATURE_SET", text_of(organization.features))});
  return inviting;
}

List resources_of(const engine::Organization& organization, const engine::Handshake& handshake) {
  if (handshake.action != engine::HandshakeAction::invite) {
    List resources{resource("ORGANIZATION", organization.id)};
    if (handshake.parent) resources.emplace_back(resource("PARENT_HANDSHAKE", *handshake.parent));
    return resources;
  }
  List resources{inviting(organization)};
  resources.emplace_back(handshake.email ? resource("EMAIL", *handshake.email)
                                         : resource("ACCOUNT", handshake.account));
  if (handshake.notes) resources.emplace_back(resource("NOTES", *handshake.notes));
  return resources;
}

bool is_system_tag(const std::string& name) {
  constexpr std::size_t prefix = 4;
  std::string start = name.substr(0, prefix);
  std::transform(start.begin(), start.end(), start.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return start == "aws:";
}

}  // namespace

Map organization_answer(const engine::Organization& organization) {
  const Arns arns(organization);
  List types;
  if (organization.features == engine::FeatureSet::all)
    types.emplace_back(Map{{"Type", "SERVICE_CONTROL_POLICY"}, {"Status", "ENABLED"}});
  return Map{
      {"Id", organization.id},
      {"Arn", arns.organization()},
      {"FeatureSet", text_of(organization.features)},
      {"MasterAccountArn", arns.account(organization.management)},
      {"MasterAccountId", organization.management},
      {"MasterAccountEmail", organization.members.find(organization.management)->second.email},
      {"AvailablePolicyTypes", std::move(types)}};
}

Map root_answer(const engine::Organization& organization) {
  List types;
  for (const engine::PolicyType type : organization.enabled)
    types.emplace_back(Map{{"Type", text_of(type)}, {"Status", "ENABLED"}});
  return Map{{"Id", organization.root},
             {"Arn", Arns(organization).unit(organization.root)},
             {"Name", organization.units.find(organization.root)->second.name},
             {"PolicyTypes", std::move(types)}};
}

Map unit_answer(const engine::Organization& organization, const engine::Unit& unit) {
  return Map{{"Id", unit.id},
             {"Arn", Arns(organization).unit(unit.id)},
             {"Name", unit.name},
             {"Path", engine::path_text(organization, unit.id)}};
}

Map account_answer(const engine::Organization& organization, const engine::Member& member) {
  return Map{{"Id", member.account},
             {"Arn", Arns(organization).account(member.account)},
             {"Email", member.email},
             {"Name", member.name},
             {"Status", member.closed ? "SUSPENDED" : "ACTIVE"},
             {"State", member.closed ? "CLOSED" : "ACTIVE"},
             {"Paths", List{engine::path_text(organization, member.account)}},
             {"JoinedMethod", member.was_invited ? "INVITED" : "CREATED"},
             {"JoinedTimestamp", member.joined}};
}

Map policy_summary(const engine::Organization& organization, const engine::ControlPolicy& policy) {
  return Map{{"Id", policy.id},
             {"Arn", Arns(organization).policy(policy.id, policy.type)},
             {"Name", policy.name},
             {"Description", policy.description},
             {"Type", text_of(policy.type)},
             {"AwsManaged", policy.is_aws_managed}};
}

Map policy_answer(const engine::Organization& organization, const engine::ControlPolicy& policy) {
  return Map{{"PolicySummary", policy_summary(organization, policy)}, {"Content", policy.content}};
}

Map handshake_answer(const engine::Organization& organization, const engine::Handshake& handshake,
                     base::Timestamp now) {
  return Map{{"Id", handshake.id},
             {"Arn", Arns(organization).handshake(handshake.id, handshake.action)},
             {"Parties", parties_of(organization, handshake)},
             {"State", text_of(engine::state_at(handshake, now))},
             {"RequestedTimestamp", handshake.requested},
             {"ExpirationTimestamp", handshake.expires},
             {"Action", text_of(handshake.action)},
             {"Resources", resources_of(organization, handshake)}};
}

Map creation_answer(const engine::Creation& creation) {
  const bool is_done = creation.completed.has_value();
  Map answer{{"Id", creation.id},
             {"AccountName", creation.name},
             {"State", creation.failure ? "FAILED"
                       : is_done        ? "SUCCEEDED"
                                        : "IN_PROGRESS"},
             {"RequestedTimestamp", creation.requested}};
  answer.set_if("CompletedTimestamp", creation.completed);
  if (is_done && !creation.failure) answer.set("AccountId", creation.account);
  answer.set_if("FailureReason", creation.failure);
  return answer;
}

store::Tags read_tags(const aws::View& in) {
  store::Tags tags;
  std::set<std::string> names;
  for (const aws::View& tag : in.take("Tags").views()) {
    tags.emplace_back(tag.take("Key").text(), tag.take("Value").text());
    const std::string& name = tags.back().first;
    if (is_system_tag(name))
      throw invalid_input("You specified a tag key that is a system tag.",
                          "INVALID_SYSTEM_TAGS_PARAMETER");
    if (!names.insert(name).second)
      throw invalid_input("Tag keys must be unique among the tags attached to the same entity.",
                          "DUPLICATE_TAG_KEY");
  }
  return tags;
}

policy::Conditions tag_conditions(const store::Tags& tags) {
  policy::Conditions conditions;
  for (const auto& [name, value] : tags) {
    conditions["aws:RequestTag/" + name] = {value};
    conditions["aws:TagKeys"].push_back(name);
  }
  return conditions;
}

policy::Conditions type_condition(std::string_view type) {
  return {{"organizations:PolicyType", {std::string(type)}}};
}

Paging read_paging(const aws::View& in) {
  constexpr std::int64_t most = 20;
  return {.token = in.take("NextToken").optional_text(),
          .max_results = static_cast<std::size_t>(in.take("MaxResults").integer_or(most))};
}

Map page(Items items, const Paging& paging, std::string_view member, std::string_view scope) {
  std::sort(items.begin(), items.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  if (paging.token) {
    const auto last = aws::read_token(scope, *paging.token);
    if (!last) throw invalid_input("You specified an invalid value.", "INVALID_NEXT_TOKEN");
    std::erase_if(items, [&last](const auto& item) { return item.first <= *last; });
  }
  const bool goes_on = items.size() > paging.max_results;
  if (goes_on) items.resize(paging.max_results);
  Map answer;
  if (goes_on) answer.set("NextToken", aws::make_token(scope, items.back().first));
  List list;
  for (auto& [key, value] : items) list.push_back(std::move(value));
  answer.set(std::string(member), std::move(list));
  return answer;
}

std::optional<engine::PolicyType> policy_type(std::string_view text) {
  for (const engine::PolicyType type : engine::policy_types) {
    if (text_of(type) == text) return type;
  }
  return std::nullopt;
}

engine::PolicyType built_policy_type(const std::string& operation, const std::string& text) {
  const auto type = policy_type(text);
  if (type) return *type;
  throw aws::Error("NotImplemented",
                   operation + ": Millrace does not implement the policy type " + text + ".", 501);
}

}  // namespace millrace::service::organizations
