// Log groups and their streams: create, delete, describe.
#include "aws/paging.hpp"
#include "base/time.hpp"
#include "service/logs/service.hpp"

#include <algorithm>

namespace millrace::service::logs {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::int64_t page_limit = 50;

std::int64_t milliseconds(base::Timestamp time) { return time.time_since_epoch().count(); }

void set_time(Map& map, const char* name, const std::optional<base::Timestamp>& time) {
  if (time) map.set(name, milliseconds(*time));
}

std::string position_of(const std::string& check, const std::optional<std::string>& token) {
  if (!token) return {};
  const auto last = aws::read_token(check, *token);
  if (!last) throw aws::Error("InvalidParameterException", "The specified nextToken is invalid.");
  return *last;
}

struct CreateGroup {
  std::string name;
};

CreateGroup read_create_group(const View& in) {
  const std::string kind = in.take("logGroupClass").text_or("STANDARD");
  if (kind != "STANDARD") {
    throw aws::Error("NotImplemented",
                     "CreateLogGroup: logGroupClass " + kind + " is not implemented", 501);
  }
  return {.name = in.take("logGroupName").text()};
}

Value create_group(Service& service, const Call& call, const CreateGroup& ask) {
  translated([&] { service.logs.create_group(scope_of(call), ask.name); });
  return Map{};
}

CreateGroup read_delete_group(const View& in) { return {.name = in.take("logGroupName").text()}; }

Value delete_group(Service& service, const Call& call, const CreateGroup& ask) {
  translated([&] { service.logs.delete_group(scope_of(call), ask.name); });
  return Map{};
}

struct NamedStream {
  std::string group;
  std::string stream;
};

NamedStream read_stream(const View& in) {
  return {.group = in.take("logGroupName").text(), .stream = in.take("logStreamName").text()};
}

Value create_stream(Service& service, const Call& call, const NamedStream& ask) {
  translated([&] { service.logs.create_stream(scope_of(call), ask.group, ask.stream); });
  return Map{};
}

Value delete_stream(Service& service, const Call& call, const NamedStream& ask) {
  translated([&] { service.logs.delete_stream(scope_of(call), ask.group, ask.stream); });
  return Map{};
}

struct DescribeGroups {
  std::string prefix;
  std::optional<std::string> token;
  std::int64_t limit = page_limit;
};

DescribeGroups read_describe_groups(const View& in) {
  return {.prefix = in.take("logGroupNamePrefix").text_or(""),
          .token = in.take("nextToken").optional_text(),
          .limit = in.take("limit").integer_or(page_limit)};
}

Map group_value(const Call& call, const telemetry::LogGroup& group) {
  const std::string arn = group_arn(call, group.name);
  Map map{{"logGroupName", group.name},
          {"creationTime", milliseconds(group.created)},
          {"metricFilterCount", 0},
          {"arn", arn + ":*"},
          {"storedBytes", group.stored_bytes},
          {"logGroupClass", "STANDARD"},
          {"logGroupArn", arn}};
  map.set_if("retentionInDays", group.retention_days);
  return map;
}

Value describe_groups(Service& service, const Call& call, const DescribeGroups& ask) {
  const std::string after = position_of(ask.prefix, ask.token);
  auto groups = service.logs.groups(scope_of(call), ask.prefix, after, ask.limit + 1);
  const bool more = static_cast<std::int64_t>(groups.size()) > ask.limit;
  if (more) groups.pop_back();
  List list;
  for (const auto& group : groups) list.emplace_back(group_value(call, group));
  Map answer{{"logGroups", std::move(list)}};
  if (more) answer.set("nextToken", aws::make_token(ask.prefix, groups.back().name));
  return answer;
}

struct DescribeStreams {
  NamedGroup group;
  std::string prefix;
  bool by_time = false;
  bool descending = false;
  std::optional<std::string> token;
  std::int64_t limit = page_limit;
};

DescribeStreams read_describe_streams(const View& in) {
  return {.group = read_group(in),
          .prefix = in.take("logStreamNamePrefix").text_or(""),
          .by_time = in.take("orderBy").text_or("LogStreamName") == "LastEventTime",
          .descending = in.take("descending").flag_or(false),
          .token = in.take("nextToken").optional_text(),
          .limit = in.take("limit").integer_or(page_limit)};
}

Map stream_value(const Call& call, const std::string& group, const telemetry::LogStream& stream) {
  Map map{{"logStreamName", stream.name},
          {"creationTime", milliseconds(stream.created)},
          {"arn", group_arn(call, group) + ":log-stream:" + stream.name},
          {"storedBytes", 0}};  // AWS reports 0 for streams since 2019
  set_time(map, "firstEventTimestamp", stream.first_event);
  set_time(map, "lastEventTimestamp", stream.last_event);
  set_time(map, "lastIngestionTime", stream.last_ingestion);
  return map;
}

void order(std::vector<telemetry::LogStream>& streams, const DescribeStreams& ask) {
  if (ask.by_time) {
    std::stable_sort(streams.begin(), streams.end(),
                     [](const auto& a, const auto& b) { return a.last_event < b.last_event; });
  }
  if (ask.descending) std::reverse(streams.begin(), streams.end());
}

Value describe_streams(Service& service, const Call& call, const DescribeStreams& ask) {
  const std::string group = group_name(ask.group);
  if (ask.by_time && !ask.prefix.empty()) {
    throw aws::Error("InvalidParameterException",
                     "Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  auto streams =
      translated([&] { return service.logs.streams(scope_of(call), group, ask.prefix); });
  order(streams, ask);
  const std::string check =
      group + "/" + ask.prefix + (ask.by_time ? "/t" : "/n") + (ask.descending ? "d" : "a");
  const std::string after = position_of(check, ask.token);
  auto next = streams.begin();
  if (!after.empty()) {
    next = std::find_if(streams.begin(), streams.end(),
                        [&](const auto& stream) { return stream.name == after; });
    if (next != streams.end()) ++next;
  }
  List list;
  for (; next != streams.end() && static_cast<std::int64_t>(list.size()) < ask.limit; ++next) {
    list.emplace_back(stream_value(call, group, *next));
  }
  Map answer{{"logStreams", std::move(list)}};
  if (next != streams.end()) answer.set("nextToken", aws::make_token(check, std::prev(next)->name));
  return answer;
}

constexpr aws::Operation table[] = {
    aws::operation<read_create_group, create_group>("CreateLogGroup", {.access = on_group}),
    aws::operation<read_delete_group, delete_group>("DeleteLogGroup", {.access = on_group}),
    aws::operation<read_describe_groups, describe_groups>("DescribeLogGroups",
                                                          {.access = on_group}),
    aws::operation<read_stream, create_stream>("CreateLogStream", {.access = on_group}),
    aws::operation<read_stream, delete_stream>("DeleteLogStream", {.access = on_group}),
    aws::operation<read_describe_streams, describe_streams>("DescribeLogStreams",
                                                            {.access = on_group}),
};

}  // namespace

const std::span<const aws::Operation> group_operations = table;

}  // namespace millrace::service::logs
