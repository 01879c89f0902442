#include "service/iam/answers.hpp"

#include "aws/error.hpp"
#include "aws/paging.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "identity/principal_binding.hpp"

#include <set>

namespace millrace::service::iam {

using base::List;
using base::Map;

base::Value time_answer(base::Timestamp time) {
  return base::Timestamp(std::chrono::floor<std::chrono::seconds>(time));
}

std::string encoded(const std::string& document) { return base::percent_encode(document); }

namespace {

Map entity_answer(const identity::Entity& entity, std::string_view name_member,
                  std::string_view id_member) {
  return Map{{"Path", entity.path},
             {std::string(name_member), entity.name},
             {std::string(id_member), entity.id},
             {"Arn", entity.arn},
             {"CreateDate", time_answer(entity.created)}};
}

void add_details(Map& answer, const identity::Entity& entity, const identity::Grants& grants) {
  if (!entity.tags.empty()) answer.set("Tags", tag_answer(entity.tags));
  add_boundary(answer, grants);
}

}  // namespace

void add_boundary(Map& answer, const identity::Grants& grants) {
  if (!grants.boundary) return;
  answer.set("PermissionsBoundary", Map{{"PermissionsBoundaryType", "Policy"},
                                        {"PermissionsBoundaryArn", *grants.boundary}});
}

Map user_answer(const identity::User& user, Detail detail) {
  Map answer = entity_answer(user.entity, "UserName", "UserId");
  if (detail == Detail::whole) add_details(answer, user.entity, user.grants);
  return answer;
}

Map role_answer(identity::Directory& directory, const identity::Role& role, Detail detail) {
  Map answer = entity_answer(role.entity, "RoleName", "RoleId");
  answer.set("AssumeRolePolicyDocument",
             encoded(identity::show_principals(directory, role.trust.document)));
  if (detail == Detail::listed || detail == Detail::whole) {
    answer.set_if("Description", role.description);
    answer.set("MaxSessionDuration", role.max_session_s);
  }
  if (detail == Detail::made || detail == Detail::whole)
    add_details(answer, role.entity, role.grants);
  return answer;
}

Map group_answer(const identity::Group& group) {
  return entity_answer(group.entity, "GroupName", "GroupId");
}

List tag_answer(const store::Tags& tags) {
  List answer;
  for (const auto& [name, value] : tags) answer.emplace_back(Map{{"Key", name}, {"Value", value}});
  return answer;
}

store::Tags read_tags(const aws::View& in, TagNames names) {
  const bool in_any_case = names == TagNames::in_any_case;
  store::Tags tags;
  std::set<std::string> seen;
  for (const aws::View& tag : in.take("Tags").views()) {
    tags.emplace_back(tag.take("Key").text(), tag.take("Value").text());
    const std::string& name = tags.back().first;
    if (base::lower(name).starts_with("aws:")) {
      throw aws::Error("InvalidInput",
                       "aws: prefixed tag key names are not allowed for external use.", 400);
    }
    if (seen.insert(in_any_case ? base::lower(name) : name).second) continue;
    constexpr const char* found = "Duplicate tag keys found.";
    constexpr const char* note = " Please note that Tag keys are case insensitive.";
    throw aws::Error("InvalidInput", std::string(found) + (in_any_case ? note : ""), 400);
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

policy::Conditions tag_name_conditions(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  return {{"aws:TagKeys", names}};
}

Paging read_paging(const aws::View& in) {
  return {.marker = in.take("Marker").optional_text(),
          .max_items = static_cast<std::size_t>(in.take("MaxItems").integer_or(100))};
}

std::optional<std::string> last_given(const Paging& paging, std::string_view scope) {
  if (!paging.marker) return std::nullopt;
  auto last = aws::read_token(scope, *paging.marker);
  if (!last) throw aws::Error("ValidationError", "Invalid Marker.", 400);
  return last;
}

void set_next(Map& answer, bool is_truncated, std::string_view scope, std::string_view last) {
  answer.set("IsTruncated", is_truncated);
  if (is_truncated) answer.set("Marker", aws::make_token(scope, last));
}

Map page(Items items, const Paging& paging, std::string_view member, std::string_view scope) {
  Map answer;
  List list;
  for (auto& [key, value] : on_page(std::move(items), paging, scope, answer))
    list.push_back(std::move(value));
  answer.set(std::string(member), std::move(list));
  return answer;
}

}  // namespace millrace::service::iam
