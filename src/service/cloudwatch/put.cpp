// PutMetricData: single values, value sets with counts, and statistic sets.
#include "service/cloudwatch/service.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::service::cloudwatch {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::size_t most_values = 150;
constexpr std::size_t most_data = 1000;
constexpr auto oldest_age = std::chrono::days(14);
constexpr auto newest_lead = std::chrono::hours(2);

struct StatisticSet {
  double count;
  double sum;
  double minimum;
  double maximum;
};

// What was observed, in the forms that the request gave: there must be one.
struct Observation {
  std::optional<double> single;
  std::optional<std::vector<double>> values;
  std::optional<std::vector<double>> counts;
  std::optional<StatisticSet> set;
};

struct Put {
  std::string space;
  std::vector<telemetry::Datum> data;  // without what was observed
  std::vector<Observation> observations;
  std::vector<bool> timed;  // whether the datum brought its own time
};

constexpr double largest = 0x1p360;  // in either direction, as CloudWatch documents

double in_range(double number, const std::string& name) {
  if (!std::isfinite(number) || std::abs(number) > largest)
    throw invalid_value("The value " + std::to_string(number) + " for parameter " + name +
                        " is invalid.");
  return number;
}

double counted(double number, const std::string& name) {
  if (in_range(number, name) < 0)
    throw invalid_value("The parameter " + name + " must be greater than or equal to 0.");
  return number;
}

void add_values(telemetry::Datum& datum, const Observation& observed, const std::string& place) {
  const std::vector<double>& values = *observed.values;
  if (values.empty() || values.size() > most_values)
    throw invalid_value("The collection " + place + ".Values must have 1 to 150 members.");
  if (observed.counts && observed.counts->size() != values.size()) {
    throw invalid_value("The parameters " + place + ".Values and " + place +
                        ".Counts must be of the same size.");
  }
  datum.sum = datum.count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = in_range(values[i], place + ".Values");
    const double times = observed.counts ? counted((*observed.counts)[i], place + ".Counts") : 1.0;
    if (times == 0) continue;
    datum.minimum = datum.values.empty() ? value : std::min(datum.minimum, value);
    datum.maximum = datum.values.empty() ? value : std::max(datum.maximum, value);
    datum.sum += value * times;
    datum.count += times;
    datum.values.emplace_back(value, times);
  }
  if (datum.values.empty())
    throw invalid_value("The parameter " + place + ".Counts must not be 0 throughout.");
}

// Observations are known where they are one or all the same.
void add_statistics(telemetry::Datum& datum, const StatisticSet& set, const std::string& place) {
  datum.count = counted(set.count, place + ".StatisticValues.SampleCount");
  datum.sum = in_range(set.sum, place + ".StatisticValues.Sum");
  datum.minimum = in_range(set.minimum, place + ".StatisticValues.Minimum");
  datum.maximum = in_range(set.maximum, place + ".StatisticValues.Maximum");
  if (datum.count == 0)
    throw invalid_value("The parameter " + place +
                        ".StatisticValues.SampleCount must be greater than 0.");
  if (datum.minimum > datum.maximum)
    throw invalid_value("The parameter " + place +
                        ".StatisticValues.Minimum must not be greater than Maximum.");
  if (datum.count == 1 || datum.minimum == datum.maximum)
    datum.values = {{datum.minimum, datum.count}};
}

void check_form(const Observation& observed, const std::string& place) {
  const int given = (observed.single ? 1 : 0) + (observed.values ? 1 : 0) + (observed.set ? 1 : 0);
  if (given == 0) {
    throw aws::Error("InvalidParameterCombination",
                     "At least one of the parameters " + place + ".Value, " + place +
                         ".Values and " + place + ".StatisticValues must be specified.");
  }
  if (given > 1) {
    throw aws::Error("InvalidParameterCombination",
                     "The parameters " + place + ".Value, " + place + ".Values and " + place +
                         ".StatisticValues are mutually exclusive and you have specified more than "
                         "one of them.");
  }
}

void add_observation(telemetry::Datum& datum, const Observation& observed,
                     const std::string& place) {
  check_form(observed, place);
  if (observed.values) return add_values(datum, observed, place);
  if (observed.set) return add_statistics(datum, *observed.set, place);
  datum.sum = datum.minimum = datum.maximum = in_range(*observed.single, place + ".Value");
  datum.values = {{*observed.single, 1.0}};
}

std::optional<std::vector<double>> read_numbers(const aws::Member& list) {
  if (!list.present()) return std::nullopt;
  std::vector<double> numbers;
  for (const Value& number : list.whole()->list()) numbers.push_back(number.number());
  return numbers;
}

std::optional<StatisticSet> read_set(const View& in) {
  if (!in.present()) return std::nullopt;
  return StatisticSet{.count = in.take("SampleCount").number(),
                      .sum = in.take("Sum").number(),
                      .minimum = in.take("Minimum").number(),
                      .maximum = in.take("Maximum").number()};
}

Observation read_observation(const View& in) {
  return {.single = in.take("Value").optional_number(),
          .values = read_numbers(in.take("Values")),
          .counts = read_numbers(in.take("Counts")),
          .set = read_set(in.take("StatisticValues").view())};
}

telemetry::Datum read_datum(const std::string& space, const View& in) {
  // Every observation is kept as it came, which serves periods of any length.
  static_cast<void>(in.keep("StorageResolution"));
  return {.metric = telemetry::MetricId{.space = space,
                                        .name = in.take("MetricName").text(),
                                        .dimensions = read_dimensions(in.take("Dimensions"))},
          .time = in.take("Timestamp").optional_time().value_or(base::Timestamp{}),
          .unit = in.take("Unit").text_or("None")};
}

Put read_put(const View& in) {
  Put ask{.space = in.take("Namespace").text()};
  for (const View& datum : in.take("MetricData").views()) {
    ask.data.push_back(read_datum(ask.space, datum));
    ask.observations.push_back(read_observation(datum));
    ask.timed.push_back(ask.data.back().time != base::Timestamp{});
  }
  return ask;
}

void check_time(base::Timestamp time, base::Timestamp now, const std::string& place) {
  const std::string parameter = "The parameter " + place + ".Timestamp must specify a time ";
  if (time < now - oldest_age) throw invalid_value(parameter + "within the past two weeks.");
  if (time > now + newest_lead)
    throw invalid_value(parameter + "no more than two hours in the future.");
}

Value put(Service& service, const Call& call, const Put& ask) {
  // Asked here, after a request that has only EntityMetricData was refused for that.
  if (ask.data.empty())
    throw aws::Error("MissingParameter", "The parameter MetricData is required.");
  if (ask.data.size() > most_data)
    throw invalid_value("The collection MetricData must not have a size greater than 1000.");
  std::vector<telemetry::Datum> data = ask.data;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::string place = "MetricData.member." + std::to_string(i + 1);
    add_observation(data[i], ask.observations[i], place);
    if (!ask.timed[i]) data[i].time = call.now;
    check_time(data[i].time, call.now, place);
  }
  service.metrics.put(scope_of(call), data);
  return Map{};
}

std::vector<aws::Need> on_namespace(const Call&, const Value& input) {
  aws::Need need{.action = "cloudwatch:PutMetricData", .resource = "*", .conditions = {}};
  const Value* name = input.find("Namespace");
  if (name != nullptr && name->is_text()) need.conditions["cloudwatch:namespace"] = {name->text()};
  return {std::move(need)};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put>("PutMetricData", {.access = on_namespace}),
};

}  // namespace

const std::span<const aws::Operation> put_operations = table;

}  // namespace millrace::service::cloudwatch
