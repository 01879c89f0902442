// GetMetricData: several queries over one span of time, by pages of data points.
#include "aws/paging.hpp"
#include "base/text.hpp"
#include "service/cloudwatch/service.hpp"

#include <algorithm>
#include <set>

namespace millrace::service::cloudwatch {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::int64_t most_data = 100'800;
constexpr std::size_t most_queries = 500;

struct DataQuery {
  std::string id;
  std::string label;
  telemetry::MetricQuery query;
  std::string statistic;
  bool is_metric = true;  // else an expression over others
  bool returned = true;
};

struct Data {
  base::Timestamp from;
  base::Timestamp to;
  std::vector<DataQuery> queries;
  bool newest_first = true;
  std::int64_t limit = most_data;
  std::optional<std::string> token;
  std::string check;  // ties a page's token to this request
};

// The last data point that a page gave.
struct Position {
  std::string id;
  base::Timestamp time;
  std::string unit;
};

aws::Error invalid(std::string message) { return {"ValidationError", std::move(message)}; }

aws::Error not_built(const std::string& what) {
  return {"NotImplemented", "GetMetricData: " + what + " is not implemented.", 501};
}

Statistic checked_statistic(const std::string& text) {
  const auto statistic = parse_statistic(text);
  if (!statistic) throw invalid("The value " + text + " for parameter Stat is not supported.");
  return *statistic;
}

telemetry::MetricQuery read_metric(const View& stat, base::Timestamp from, base::Timestamp to) {
  const View metric = stat.take("Metric").view();
  telemetry::MetricId id{.space = metric.take("Namespace").text_or(""),
                         .name = metric.take("MetricName").text_or(""),
                         .dimensions = read_dimensions(metric.take("Dimensions"))};
  return {.metric = std::move(id),
          .from = from,
          .to = to,
          .period_s = stat.take("Period").integer(),
          .unit = stat.take("Unit").optional_text()};
}

DataQuery read_query(const View& in, base::Timestamp from, base::Timestamp to) {
  const View stat = in.take("MetricStat").view();
  DataQuery query{.id = in.take("Id").text(),
                  .label = in.take("Label").text_or(""),
                  .query = telemetry::MetricQuery{},
                  .statistic = std::string(),
                  .is_metric = stat.present(),
                  .returned = in.take("ReturnData").flag_or(true)};
  if (!query.is_metric) return query;
  query.query = read_metric(stat, from, to);
  query.statistic = stat.take("Stat").text();
  if (query.label.empty()) query.label = query.query.metric.name;
  return query;
}

std::string check_of(const Data& ask) {
  std::string check = ask.newest_first ? "newest" : "oldest";
  for (const DataQuery& query : ask.queries) {
    check += "/" + query.id + "/" + query.query.metric.space + "/" + query.query.metric.name + "/" +
             std::to_string(query.query.period_s);
  }
  return check;
}

Data read_data(const View& in) {
  const base::Timestamp from = in.take("StartTime").time();
  const base::Timestamp to = in.take("EndTime").time();
  Data ask{
      .from = from,
      .to = to,
      .newest_first = in.take("ScanBy").text_or("TimestampDescending") == "TimestampDescending",
      .limit = in.take("MaxDatapoints").integer_or(most_data),
      .token = in.take("NextToken").optional_text()};
  for (const View& one : in.take("MetricDataQueries").views())
    ask.queries.push_back(read_query(one, from, to));
  ask.check = check_of(ask);
  return ask;
}

void check_query(const DataQuery& query) {
  // An Expression was refused by name, so here is neither.
  if (!query.is_metric)
    throw invalid("Either MetricStat or Expression must be specified in each MetricDataQuery.");
  check_period(query.query.period_s, "MetricDataQueries.member.MetricStat.Period",
               "ValidationError");
  static_cast<void>(checked_statistic(query.statistic));
  if (query.label.find("${") != std::string::npos) throw not_built("a dynamic Label");
}

void check(const Data& ask) {
  if (ask.limit < 1 || ask.limit > most_data)
    throw invalid("The parameter MaxDatapoints must be between 1 and 100800.");
  if (ask.queries.size() > most_queries)
    throw invalid("The collection MetricDataQueries must not have a size greater than 500.");
  std::set<std::string> ids;
  for (const DataQuery& query : ask.queries) {
    check_query(query);
    if (!ids.insert(query.id).second)
      throw invalid("The values for parameter id in MetricDataQueries are not unique.");
  }
  check_span(ask.from, ask.to, "ValidationError");
}

std::string token_of(const Data& ask, const Position& position) {
  const auto time = position.time.time_since_epoch().count();
  return aws::make_token(ask.check, position.id + "/" + std::to_string(time) + "/" + position.unit);
}

std::optional<Position> position_of(const Data& ask) {
  if (!ask.token) return std::nullopt;
  const auto last = aws::read_token(ask.check, *ask.token);
  if (!last) throw aws::Error("InvalidNextToken", "The next token specified is invalid.");
  // A unit may itself have a slash.
  const auto pieces = base::split(*last, '/');
  const std::size_t head = pieces[0].size() + pieces[1].size() + 2;
  return Position{.id = std::string(pieces[0]),
                  .time = base::Timestamp(base::Milliseconds(*base::to_integer(pieces[1]))),
                  .unit = last->substr(head)};
}

using Buckets = std::vector<telemetry::Bucketed>;

// The query's periods that have a value, in the order asked for.
Buckets periods(Service& service, const Call& call, const Data& ask, const DataQuery& query) {
  telemetry::MetricQuery rounded = query.query;
  rounded.from = rounded_start(rounded.from, rounded.period_s, call.now);
  Buckets buckets = service.metrics.statistics(scope_of(call), rounded);
  const Statistic statistic = checked_statistic(query.statistic);
  std::erase_if(buckets, [&](const auto& one) { return !value_of(one, statistic); });
  if (ask.newest_first) std::reverse(buckets.begin(), buckets.end());
  return buckets;
}

void skip_to(Buckets& buckets, const Position& position, bool newest_first) {
  const auto given = std::pair(position.time, std::string_view(position.unit));
  std::erase_if(buckets, [&](const auto& bucket) {
    const auto here = std::pair(bucket.start, std::string_view(bucket.unit));
    return newest_first ? here >= given : here <= given;
  });
}

Map result(const DataQuery& query, std::span<const telemetry::Bucketed> buckets, bool complete) {
  const Statistic statistic = checked_statistic(query.statistic);
  List times;
  List values;
  for (const auto& bucket : buckets) {
    times.emplace_back(bucket.start);
    values.emplace_back(*value_of(bucket, statistic));
  }
  return {{"Id", query.id},
          {"Label", query.label},
          {"Timestamps", std::move(times)},
          {"Values", std::move(values)},
          {"StatusCode", complete ? "Complete" : "PartialData"}};
}

Value get_data(Service& service, const Call& call, const Data& ask) {
  check(ask);
  std::optional<Position> position = position_of(ask);
  auto query = std::ranges::find_if(
      ask.queries, [&](const DataQuery& one) { return !position || one.id == position->id; });
  List results;
  auto left = static_cast<std::size_t>(ask.limit);
  std::optional<Position> last;
  for (; query != ask.queries.end(); ++query) {
    if (!query->returned) continue;
    Buckets buckets = left > 0 ? periods(service, call, ask, *query) : Buckets{};
    if (position) skip_to(buckets, *position, ask.newest_first);
    position.reset();
    const bool complete = left > 0 && buckets.size() <= left;
    const auto given = std::span(buckets).first(std::min(left, buckets.size()));
    left -= given.size();
    if (!given.empty()) last = Position{query->id, given.back().start, given.back().unit};
    results.emplace_back(result(*query, given, complete));
    if (!complete) left = 0;
  }
  const bool more = !results.empty() && *results.back().find("StatusCode") == Value("PartialData");
  Map answer{{"MetricDataResults", std::move(results)}, {"Messages", List{}}};
  if (more && last) answer.set("NextToken", token_of(ask, *last));
  return answer;
}

constexpr aws::DocumentedDefault data_defaults[] = {
    {"LabelOptions.Timezone", std::string_view("+0000")}};

constexpr aws::Operation table[] = {
    aws::operation<read_data, get_data>("GetMetricData", {.defaults = data_defaults}),
};

}  // namespace

const std::span<const aws::Operation> data_operations = table;

}  // namespace millrace::service::cloudwatch
