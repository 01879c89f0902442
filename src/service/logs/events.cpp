// Log events: put, read by token as followers do, filter over a group.
#include "base/text.hpp"
#include "service/logs/filter_pattern.hpp"
#include "service/logs/service.hpp"

#include <algorithm>
#include <limits>

namespace millrace::service::logs {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;
using Position = std::pair<std::int64_t, std::int64_t>;

constexpr std::int64_t events_limit = 10'000;
constexpr std::size_t page_bytes = 1024 * 1024;
constexpr std::size_t batch_bytes = 1'048'576;
constexpr std::size_t event_overhead_bytes = 26;
constexpr auto oldest_age = std::chrono::days(14);
constexpr auto newest_lead = std::chrono::hours(2);
constexpr auto longest_span = std::chrono::hours(24);

base::Timestamp moment(std::int64_t milliseconds) {
  return base::Timestamp(base::Milliseconds(milliseconds));
}
std::int64_t milliseconds(base::Timestamp time) { return time.time_since_epoch().count(); }

std::optional<base::Timestamp> optional_moment(const aws::Member& member) {
  const auto number = member.optional_integer();
  if (!number) return std::nullopt;
  return moment(*number);
}

aws::Error invalid(std::string message) {
  return {"InvalidParameterException", std::move(message)};
}

struct Put {
  std::string group;
  std::string stream;
  std::vector<telemetry::LogEvent> events;
};

Put read_put(const View& in) {
  Put ask{.group = in.take("logGroupName").text(),
          .stream = in.take("logStreamName").text(),
          .events = {}};
  static_cast<void>(
      in.inert("sequenceToken", "sequence tokens are no longer looked at, as in AWS"));
  for (const View& event : in.take("logEvents").views()) {
    ask.events.push_back({.time = moment(event.take("timestamp").integer()),
                          .message = event.take("message").text()});
  }
  return ask;
}

// Upload limits that bind all events of a request together.
void check(const Put& ask) {
  std::size_t bytes = 0;
  for (const auto& event : ask.events) bytes += event.message.size() + event_overhead_bytes;
  if (bytes > batch_bytes)
    throw invalid("Upload too large: " + std::to_string(bytes) + " bytes exceeds limit of 1048576");
  const auto earlier = [](const auto& a, const auto& b) { return a.time < b.time; };
  if (!std::is_sorted(ask.events.begin(), ask.events.end(), earlier)) {
    throw invalid("Log events in a single PutLogEvents request must be in chronological order.");
  }
  if (!ask.events.empty() && ask.events.back().time - ask.events.front().time > longest_span) {
    throw invalid(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  }
}

Value put(Service& service, const Call& call, const Put& ask) {
  check(ask);
  const auto old_end = std::find_if(ask.events.begin(), ask.events.end(), [&](const auto& event) {
    return event.time >= call.now - oldest_age;
  });
  const auto new_start = std::find_if(old_end, ask.events.end(), [&](const auto& event) {
    return event.time > call.now + newest_lead;
  });
  translated([&] {
    service.logs.put(scope_of(call), ask.group, ask.stream, std::span(old_end, new_start));
  });
  Map rejected;
  if (old_end != ask.events.begin())
    rejected.set("tooOldLogEventEndIndex", std::int64_t{old_end - ask.events.begin()});
  if (new_start != ask.events.end())
    rejected.set("tooNewLogEventStartIndex", std::int64_t{new_start - ask.events.begin()});
  Map answer;
  if (!rejected.empty()) answer.set("rejectedLogEventsInfo", std::move(rejected));
  return answer;
}

std::string token(char direction, const Position& position) {
  return std::string(1, direction) + "/" + std::to_string(position.first) + "/" +
         std::to_string(position.second);
}

std::optional<Position> parse_position(std::string_view text) {
  const auto pieces = base::split(text, '/');
  if (pieces.size() != 2) return std::nullopt;
  const auto time = base::to_integer(pieces[0]);
  const auto id = base::to_integer(pieces[1]);
  if (!time || !id) return std::nullopt;
  return Position{*time, *id};
}

void set_token(telemetry::EventQuery& query, const std::string& text) {
  const bool known = text.starts_with("f/") || text.starts_with("b/");
  query.position = known ? parse_position(std::string_view(text).substr(2)) : std::nullopt;
  if (!query.position) throw invalid("The specified nextToken is invalid.");
  query.forward = text.front() == 'f';
}

std::int64_t limited(const aws::Member& member) { return member.integer_or(events_limit); }

struct Get {
  NamedGroup group;
  telemetry::EventQuery query;  // its group and position are found by act
  std::optional<std::string> token;
};

Get read_get(const View& in) {
  return {.group = read_group(in),
          .query = telemetry::EventQuery{.group = {},
                                         .stream = in.take("logStreamName").text(),
                                         .from = optional_moment(in.take("startTime")),
                                         .to = optional_moment(in.take("endTime")),
                                         .limit = limited(in.take("limit")),
                                         .position = {},
                                         .from_head = in.take("startFromHead").flag_or(false)},
          .token = in.take("nextToken").optional_text()};
}

// As many events as fit a page, from the end that the reader comes from.
void fit_page(std::vector<telemetry::StoredEvent>& events, bool forward) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  const auto size_at = [&](std::size_t i) {
    return events[forward ? i : events.size() - 1 - i].message.size() + event_overhead_bytes;
  };
  while (count < events.size() && (count == 0 || bytes + size_at(count) <= page_bytes))
    bytes += size_at(count++);
  if (forward) {
    events.resize(count);
  } else {
    events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(count));
  }
}

Position position_of(const telemetry::StoredEvent& event) {
  return {milliseconds(event.time), event.id};
}

Value get(Service& service, const Call& call, const Get& ask) {
  telemetry::EventQuery query = ask.query;
  query.group = group_name(ask.group);
  if (ask.token) set_token(query, *ask.token);
  auto events = translated([&] { return service.logs.events(scope_of(call), query); });
  fit_page(events, query.position ? query.forward : query.from_head);
  List list;
  for (const auto& event : events) {
    list.emplace_back(Map{{"timestamp", milliseconds(event.time)},
                          {"message", event.message},
                          {"ingestionTime", milliseconds(event.ingested)}});
  }
  // Without events the tokens stay where the reader was, so that a follower sees what comes next.
  const Position here = query.position.value_or(Position{0, 0});
  return Map{
      {"events", std::move(list)},
      {"nextForwardToken", token('f', events.empty() ? here : position_of(events.back()))},
      {"nextBackwardToken", token('b', events.empty() ? here : position_of(events.front()))}};
}

struct Filter {
  NamedGroup group;
  telemetry::FilterQuery query;  // its group and position are found by act
  std::optional<std::string> token;
  std::string pattern;
};

Filter read_filter(const View& in) {
  static_cast<void>(in.inert("interleaved", "results are always interleaved, as in AWS"));
  return {
      .group = read_group(in),
      .query = telemetry::FilterQuery{.group = {},
                                      .streams = in.take("logStreamNames").texts(),
                                      .stream_prefix = in.take("logStreamNamePrefix").text_or(""),
                                      .from = optional_moment(in.take("startTime")),
                                      .to = optional_moment(in.take("endTime")),
                                      .limit = limited(in.take("limit")),
                                      .position = {}},
      .token = in.take("nextToken").optional_text(),
      .pattern = in.take("filterPattern").text_or("")};
}

telemetry::FilterQuery query_of(const Filter& ask) {
  telemetry::FilterQuery query = ask.query;
  query.group = group_name(ask.group);
  query.limit = events_limit;
  if (!query.streams.empty() && !query.stream_prefix.empty()) {
    throw invalid(
        "Both logStreamNames and logStreamNamePrefix are specified. Only one is allowed.");
  }
  if (ask.token) {
    query.position = parse_position(*ask.token);
    if (!query.position) throw invalid("The specified nextToken is invalid.");
  }
  return query;
}

Map filtered_value(const telemetry::StoredEvent& event) {
  return {{"logStreamName", event.stream},
          {"timestamp", milliseconds(event.time)},
          {"message", event.message},
          {"ingestionTime", milliseconds(event.ingested)},
          {"eventId", std::to_string(event.id)}};
}

// A page of stored events is searched; as AWS does, it may yield few matches or none and still name
// a next page.
Value filter(Service& service, const Call& call, const Filter& ask) {
  const telemetry::FilterQuery query = query_of(ask);
  const FilterPattern pattern = parse_filter_pattern(ask.pattern);
  auto events = translated([&] { return service.logs.filter(scope_of(call), query); });
  const bool full = static_cast<std::int64_t>(events.size()) == query.limit;
  const std::size_t searched = events.size();
  fit_page(events, true);
  List list;
  std::size_t at = 0;
  for (; at < events.size() && static_cast<std::int64_t>(list.size()) < ask.query.limit; ++at) {
    if (pattern.matches(events[at].message)) list.emplace_back(filtered_value(events[at]));
  }
  Map answer{{"events", std::move(list)}, {"searchedLogStreams", List{}}};
  if (at > 0 && (full || at < searched)) {
    const Position position = position_of(events[at - 1]);
    answer.set("nextToken", std::to_string(position.first) + "/" + std::to_string(position.second));
  }
  return answer;
}

constexpr aws::DocumentedDefault filter_defaults[] = {{"startFromHead", true}};

constexpr aws::Operation table[] = {
    aws::operation<read_put, put>("PutLogEvents", {.access = on_group}),
    aws::operation<read_get, get>("GetLogEvents", {.access = on_group}),
    aws::operation<read_filter, filter>("FilterLogEvents",
                                        {.access = on_group, .defaults = filter_defaults}),
};

}  // namespace

const std::span<const aws::Operation> event_operations = table;

}  // namespace millrace::service::logs
