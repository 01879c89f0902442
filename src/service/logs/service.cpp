// CloudWatch Logs' frame: names, access and the list of its tables.
#include "service/logs/service.hpp"

#include "base/arn.hpp"
#include "base/text.hpp"

namespace millrace::service::logs {

telemetry::Scope scope_of(const aws::Call& call) {
  return {.account = call.account, .region = call.region};
}

std::string group_arn(const aws::Call& call, std::string_view group) {
  return base::arn("logs", call.region, call.account, "log-group:" + std::string(group));
}

namespace {

std::string name_in(std::string_view identifier) {
  const auto arn = base::parse_arn(identifier);
  if (!arn) return std::string(identifier);
  std::string_view resource = arn->resource;
  if (resource.starts_with("log-group:")) resource.remove_prefix(10);
  if (resource.ends_with(":*")) resource.remove_suffix(2);
  return std::string(resource);
}

const aws::Value* named_group(const aws::Value& input) {
  const aws::Value* name = input.find("logGroupName");
  return name ? name : input.find("logGroupIdentifier");
}

}  // namespace

NamedGroup read_group(const aws::View& in) {
  return {.name = in.take("logGroupName").optional_text(),
          .identifier = in.take("logGroupIdentifier").optional_text()};
}

std::string group_name(const NamedGroup& group) {
  if (group.name.has_value() == group.identifier.has_value()) {
    throw aws::Error("InvalidParameterException",
                     group.name
                         ? "Only one of logGroupName and logGroupIdentifier may be specified."
                         : "Either logGroupName or logGroupIdentifier must be specified.");
  }
  return group.name ? *group.name : name_in(*group.identifier);
}

std::vector<aws::Need> on_group(const aws::Call& call, const aws::Value& input) {
  const aws::Value* group = named_group(input);
  std::string resource =
      group_arn(call, group && group->is_text() ? name_in(group->text()) : "*") + ":*";
  if (const aws::Value* stream = input.find("logStreamName"); stream && stream->is_text()) {
    resource.replace(resource.size() - 1, 1, "log-stream:" + stream->text());
  }
  return {{.action = "logs:" + call.operation, .resource = std::move(resource)}};
}

aws::ServiceEntry entry(Service& service) {
  return {.model = "logs",
          .prefix = "logs",
          .service = &service,
          .tables = {group_operations, event_operations},
          .errors = aws::ErrorTable{.invalid_code = "InvalidParameterException"}};
}

}  // namespace millrace::service::logs
