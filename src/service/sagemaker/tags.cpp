// Tags of SageMaker's resources, by ARN: the facet that every record has.
#include "aws/paging.hpp"
#include "base/arn.hpp"
#include "base/text.hpp"
#include "service/sagemaker/service.hpp"

#include <algorithm>
#include <set>

namespace millrace::service::sagemaker {
namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::size_t tags_limit = 50;
constexpr std::int64_t default_page = 50;

struct AddTags {
  std::string arn;
  Tags tags;
};

struct ListTags {
  std::string arn;
  std::optional<std::string> token;
  std::int64_t limit = default_page;
};

struct DeleteTags {
  std::string arn;
  std::vector<std::string> names;
};

AddTags read_add(const View& in) {
  return {.arn = in.take("ResourceArn").text(), .tags = read_tags(in)};
}

ListTags read_list(const View& in) {
  return {.arn = in.take("ResourceArn").text(),
          .token = in.take("NextToken").optional_text(),
          .limit = in.take("MaxResults").integer_or(default_page)};
}

DeleteTags read_delete(const View& in) {
  return {.arn = in.take("ResourceArn").text(), .names = in.take("TagKeys").texts()};
}

void check_exists(Service& service, const Call& call, const std::string& arn) {
  const auto parsed = base::parse_arn(arn);
  const bool here = parsed && parsed->account == call.account && parsed->region == call.region;
  if (!here || !service.records.find_arn(arn)) throw no_such_resource();
}

Value add_tags(Service& service, const Call& call, const AddTags& ask) {
  check_exists(service, call, ask.arn);
  check_tags(ask.tags);
  std::set<std::string> names;
  for (const auto& [name, value] : service.records.tags(ask.arn)) names.insert(name);
  for (const auto& [name, value] : ask.tags) names.insert(name);
  if (names.size() > tags_limit)
    throw invalid("The number of tags must not exceed " + std::to_string(tags_limit));
  service.records.set_tags(ask.arn, ask.tags);
  return Map{{"Tags", tag_list(service.records.tags(ask.arn))}};
}

// Pages go by name, so that they stay right while tags come and go.
Value list_tags(Service& service, const Call& call, const ListTags& ask) {
  check_exists(service, call, ask.arn);
  Tags tags = service.records.tags(ask.arn);
  std::sort(tags.begin(), tags.end());
  if (ask.token) {
    const auto last = aws::read_token(ask.arn, *ask.token);
    if (!last) throw invalid("Invalid pagination token");
    std::erase_if(tags, [&](const auto& tag) { return tag.first <= *last; });
  }
  Map answer;
  if (static_cast<std::int64_t>(tags.size()) > ask.limit) {
    tags.resize(static_cast<std::size_t>(ask.limit));
    answer.set("NextToken", aws::make_token(ask.arn, tags.back().first));
  }
  answer.set("Tags", tag_list(tags));
  return answer;
}

Value delete_tags(Service& service, const Call& call, const DeleteTags& ask) {
  check_exists(service, call, ask.arn);
  service.records.remove_tags(ask.arn, ask.names);
  return Map{};
}

std::vector<aws::Need> on_resource(const Call& call, const Value& input) {
  const Value* arn = input.find("ResourceArn");
  const std::string resource = arn != nullptr && arn->is_text() ? arn->text() : "*";
  return {{.action = "sagemaker:" + call.operation, .resource = resource, .conditions = {}}};
}

constexpr aws::Operation table[] = {
    aws::operation<read_add, add_tags>("AddTags", {.access = on_resource}),
    aws::operation<read_delete, delete_tags>("DeleteTags", {.access = on_resource}),
    aws::operation<read_list, list_tags>("ListTags", {.access = on_resource}),
};

}  // namespace

Tags read_tags(const View& in) {
  Tags tags;
  for (const View& tag : in.take("Tags").views())
    tags.emplace_back(tag.keep("Key").text(), tag.keep("Value").text());
  return tags;
}

List tag_list(const Tags& tags) {
  List list;
  for (const auto& [name, value] : tags) list.emplace_back(Map{{"Key", name}, {"Value", value}});
  return list;
}

void check_tags(const Tags& tags) {
  std::set<std::string> names;
  for (const auto& [name, value] : tags) {
    if (base::lower(name).starts_with("aws:")) {
      throw invalid("Invalid tag key " + name +
                    ": the prefix \"aws:\" is reserved for system tags");
    }
    if (!names.insert(name).second) throw invalid("Duplicate tag key: " + name);
  }
}

const std::span<const aws::Operation> tag_operations = table;

}  // namespace millrace::service::sagemaker
