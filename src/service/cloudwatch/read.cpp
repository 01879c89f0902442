// Reading metrics back: statistics of one, data of several, and their list.
#include "aws/paging.hpp"
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

constexpr std::int64_t most_datapoints = 1440;
constexpr std::int64_t most_data = 100'800;
constexpr std::size_t page_metrics = 500;

void check_period(std::int64_t period_s, const std::string& name) {
  const bool fine = period_s == 1 || period_s == 5 || period_s == 10 || period_s == 20 ||
                    period_s == 30 || (period_s >= 60 && period_s % 60 == 0);
  if (!fine)
    throw invalid_value("The parameter " + name + " must be 1, 5, 10, 20, 30 or a multiple of 60.");
}

struct Statistics {
  telemetry::MetricQuery query;
  std::vector<std::string> plain;
  std::vector<std::string> extended;
};

Statistics read_statistics(const View& in) {
  Statistics ask{
      .query =
          telemetry::MetricQuery{
              .metric = telemetry::MetricId{.space = in.take("Namespace").text(),
                                            .name = in.take("MetricName").text(),
                                            .dimensions = read_dimensions(in.take("Dimensions"))},
              .from = in.take("StartTime").time(),
              .to = in.take("EndTime").time(),
              .period_s = in.take("Period").integer(),
              .unit = in.take("Unit").optional_text()},
      .plain = in.take("Statistics").texts(),
      .extended = in.take("ExtendedStatistics").texts()};
  check_period(ask.query.period_s, "Period");
  if (ask.query.from >= ask.query.to) {
    throw invalid_value("The parameter StartTime must be less than the parameter EndTime.");
  }
  if (ask.plain.empty() && ask.extended.empty()) {
    throw aws::Error("MissingParameter", "Must specify either Statistics or ExtendedStatistics");
  }
  for (const auto& text : ask.extended) {
    if (!parse_statistic(text))
      throw invalid_value("The value " + text +
                          " for parameter ExtendedStatistics is not supported.");
  }
  const auto span_s =
      std::chrono::duration_cast<std::chrono::seconds>(ask.query.to - ask.query.from).count();
  if (span_s / ask.query.period_s > most_datapoints) {
    throw aws::Error("InvalidParameterCombination",
                     "You have requested up to " + std::to_string(span_s / ask.query.period_s) +
                         " datapoints, which exceeds the limit of 1440. You may reduce the "
                         "datapoints requested by increasing "
                         "Period, or decreasing the time range.");
  }
  return ask;
}

Map datapoint(const telemetry::Bucketed& bucket, const Statistics& ask) {
  Map point{{"Timestamp", bucket.start}};
  for (const auto& text : ask.plain) point.set(text, value_of(bucket, *parse_statistic(text)));
  if (!ask.extended.empty()) {
    Map extended;
    for (const auto& text : ask.extended)
      extended.set(text, value_of(bucket, *parse_statistic(text)));
    point.set("ExtendedStatistics", std::move(extended));
  }
  point.set("Unit", bucket.unit);
  return point;
}

Value get_statistics(Service& service, const Call& call, const Statistics& ask) {
  List points;
  for (const auto& bucket : service.metrics.statistics(scope_of(call), ask.query)) {
    points.emplace_back(datapoint(bucket, ask));
  }
  return Map{{"Label", ask.query.metric.name}, {"Datapoints", std::move(points)}};
}

struct DataQuery {
  std::string id;
  std::string label;
  telemetry::MetricQuery query;
  Statistic statistic;
  bool returned = true;
};

struct Data {
  std::vector<DataQuery> queries;
  bool newest_first = true;
  std::int64_t limit = most_data;
};

Statistic checked_statistic(const std::string& text) {
  const auto statistic = parse_statistic(text);
  if (!statistic)
    throw aws::Error("ValidationError",
                     "The value " + text + " for parameter Stat is not supported.");
  return *statistic;
}

// Expressions are left untaken, so that dispatch refuses them by name.
DataQuery read_query(const View& in, base::Timestamp from, base::Timestamp to) {
  const View stat = in.take("MetricStat").view();
  if (!stat.present()) {
    throw aws::Error("NotImplemented",
                     "GetMetricData: MetricDataQueries.Expression is not implemented", 501);
  }
  const View metric = stat.take("Metric").view();
  DataQuery query{
      .id = in.take("Id").text(),
      .query =
          telemetry::MetricQuery{
              .metric =
                  telemetry::MetricId{.space = metric.take("Namespace").text_or(""),
                                      .name = metric.take("MetricName").text_or(""),
                                      .dimensions = read_dimensions(metric.take("Dimensions"))},
              .from = from,
              .to = to,
              .period_s = stat.take("Period").integer(),
              .unit = stat.take("Unit").optional_text()},
      .statistic = checked_statistic(stat.take("Stat").text()),
      .returned = in.take("ReturnData").flag_or(true)};
  query.label = in.take("Label").text_or(query.query.metric.name);
  check_period(query.query.period_s, "MetricDataQueries.member.MetricStat.Period");
  return query;
}

Data read_data(const View& in) {
  const base::Timestamp from = in.take("StartTime").time();
  const base::Timestamp to = in.take("EndTime").time();
  if (from >= to)
    throw aws::Error("ValidationError",
                     "The parameter StartTime must be less than the parameter EndTime.");
  Data ask{
      .newest_first = in.take("ScanBy").text_or("TimestampDescending") == "TimestampDescending",
      .limit = in.take("MaxDatapoints").integer_or(most_data)};
  std::set<std::string> ids;
  for (const View& query : in.take("MetricDataQueries").views()) {
    ask.queries.push_back(read_query(query, from, to));
    if (!ids.insert(ask.queries.back().id).second) {
      throw aws::Error("ValidationError",
                       "The values for parameter id in MetricDataQueries are not unique.");
    }
  }
  return ask;
}

Map data_result(Service& service, const Call& call, const Data& ask, const DataQuery& query) {
  auto buckets = service.metrics.statistics(scope_of(call), query.query);
  if (ask.newest_first) std::reverse(buckets.begin(), buckets.end());
  const auto wanted = static_cast<std::size_t>(ask.limit);
  const bool complete = buckets.size() <= wanted;
  if (!complete) buckets.resize(wanted);
  List times;
  List values;
  for (const auto& bucket : buckets) {
    times.emplace_back(bucket.start);
    values.emplace_back(value_of(bucket, query.statistic));
  }
  return {{"Id", query.id},
          {"Label", query.label},
          {"Timestamps", std::move(times)},
          {"Values", std::move(values)},
          {"StatusCode", complete ? "Complete" : "PartialData"}};
}

Value get_data(Service& service, const Call& call, const Data& ask) {
  List results;
  for (const DataQuery& query : ask.queries) {
    if (query.returned) results.emplace_back(data_result(service, call, ask, query));
  }
  return Map{{"MetricDataResults", std::move(results)}, {"Messages", List{}}};
}

struct ListMetrics {
  std::string space;
  std::string name;
  telemetry::Dimensions having;
  std::optional<std::string> token;
};

ListMetrics read_list(const View& in) {
  return {.space = in.take("Namespace").text_or(""),
          .name = in.take("MetricName").text_or(""),
          .having = read_dimensions(in.take("Dimensions")),
          .token = in.take("NextToken").optional_text()};
}

std::size_t start_of_page(const ListMetrics& ask, const std::string& check) {
  if (!ask.token) return 0;
  const auto last = aws::read_token(check, *ask.token);
  if (!last) throw invalid_value("Request parameter NextToken is invalid.");
  return static_cast<std::size_t>(std::stoull(*last));
}

Value list_metrics(Service& service, const Call& call, const ListMetrics& ask) {
  const auto metrics = service.metrics.list(scope_of(call), ask.space, ask.name, ask.having);
  const std::string check = ask.space + "/" + ask.name;
  const std::size_t start = std::min(start_of_page(ask, check), metrics.size());
  const std::size_t end = std::min(start + page_metrics, metrics.size());
  List list;
  for (std::size_t i = start; i < end; ++i) {
    list.emplace_back(Map{{"Namespace", metrics[i].space},
                          {"MetricName", metrics[i].name},
                          {"Dimensions", dimensions_value(metrics[i].dimensions)}});
  }
  Map answer{{"Metrics", std::move(list)}};
  if (end < metrics.size()) answer.set("NextToken", aws::make_token(check, std::to_string(end)));
  return answer;
}

constexpr aws::Operation table[] = {
    aws::operation<read_statistics, get_statistics>("GetMetricStatistics"),
    aws::operation<read_data, get_data>("GetMetricData"),
    aws::operation<read_list, list_metrics>("ListMetrics"),
};

}  // namespace

const std::span<const aws::Operation> read_operations = table;

}  // namespace millrace::service::cloudwatch
