// Reading metrics back: the statistics of one, and the list of all.
#include "aws/paging.hpp"
#include "service/cloudwatch/service.hpp"

#include <algorithm>

namespace millrace::service::cloudwatch {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::int64_t most_datapoints = 1440;
constexpr std::size_t page_metrics = 500;

void checked_extended(const std::string& text) {
  const auto statistic = parse_statistic(text);
  if (!statistic || statistic->kind != Statistic::Kind::percentile)
    throw invalid_value("The value " + text +
                        " for parameter ExtendedStatistics is not supported.");
}

struct Statistics {
  telemetry::MetricQuery query;
  std::vector<std::string> plain;
  std::vector<std::string> extended;
};

Statistics read_statistics(const View& in) {
  return {
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
}

void check(const Statistics& ask) {
  check_period(ask.query.period_s, "Period", "InvalidParameterValue");
  if (ask.plain.empty() && ask.extended.empty()) {
    throw aws::Error("MissingParameter", "Must specify either Statistics or ExtendedStatistics");
  }
  for (const auto& text : ask.extended) checked_extended(text);
  const auto span_s =
      std::chrono::duration_cast<std::chrono::seconds>(ask.query.to - ask.query.from).count();
  if (span_s / ask.query.period_s > most_datapoints) {
    throw aws::Error("InvalidParameterCombination",
                     "You have requested up to " + std::to_string(span_s / ask.query.period_s) +
                         " datapoints, which exceeds the limit of 1440. You may reduce the "
                         "datapoints requested by increasing "
                         "Period, or decreasing the time range.");
  }
}

Map datapoint(const telemetry::Bucketed& bucket, const Statistics& ask) {
  Map point{{"Timestamp", bucket.start}};
  for (const auto& text : ask.plain) point.set(text, *value_of(bucket, *parse_statistic(text)));
  Map extended;
  for (const auto& text : ask.extended) {
    if (const auto value = value_of(bucket, *parse_statistic(text))) extended.set(text, *value);
  }
  if (!extended.empty()) point.set("ExtendedStatistics", std::move(extended));
  point.set("Unit", bucket.unit);
  return point;
}

Value get_statistics(Service& service, const Call& call, const Statistics& ask) {
  check(ask);
  check_span(ask.query.from, ask.query.to, "InvalidParameterValue");
  telemetry::MetricQuery query = ask.query;
  query.from = rounded_start(query.from, query.period_s, call.now);
  List points;
  for (const auto& bucket : service.metrics.statistics(scope_of(call), query)) {
    Map point = datapoint(bucket, ask);
    const bool has_some = !ask.plain.empty() || point.find("ExtendedStatistics");
    if (has_some) points.emplace_back(std::move(point));
  }
  return Map{{"Label", ask.query.metric.name}, {"Datapoints", std::move(points)}};
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
    aws::operation<read_list, list_metrics>("ListMetrics"),
};

}  // namespace

const std::span<const aws::Operation> read_operations = table;

}  // namespace millrace::service::cloudwatch
