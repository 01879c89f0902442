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

struct Put {
  std::string space;
  std::vector<telemetry::Datum> data;
  std::vector<bool> timed;  // whether the datum brought its own time
};

double finite(double number) {
  if (!std::isfinite(number))
    throw invalid_value("The value " + std::to_string(number) +
                        " for parameter MetricData.member.Value is invalid.");
  return number;
}

void take_values(telemetry::Datum& datum, const Value& values, const Value* counts) {
  const auto& list = values.list();
  if (list.empty() || list.size() > most_values)
    throw invalid_value("The collection MetricData.member.Values must have 1 to 150 members.");
  if (counts && counts->list().size() != list.size()) {
    throw invalid_value(
        "The parameters MetricData.member.Values and MetricData.member.Counts must be of the same "
        "size.");
  }
  datum.sum = datum.count = 0;
  datum.minimum = datum.maximum = finite(list.front().number());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const double value = finite(list[i].number());
    const double times = counts ? counts->list()[i].number() : 1.0;
    datum.sum += value * times;
    datum.count += times;
    datum.minimum = std::min(datum.minimum, value);
    datum.maximum = std::max(datum.maximum, value);
    datum.values.emplace_back(value, times);
  }
}

void take_statistics(telemetry::Datum& datum, const View& set) {
  datum.count = finite(set.take("SampleCount").number());
  datum.sum = finite(set.take("Sum").number());
  datum.minimum = finite(set.take("Minimum").number());
  datum.maximum = finite(set.take("Maximum").number());
}

void take_observation(telemetry::Datum& datum, const View& in) {
  const auto single = in.take("Value").optional_number();
  const Value* values = in.take("Values").whole();
  const Value* counts = in.take("Counts").whole();
  const View set = in.take("StatisticValues").view();
  if ((single ? 1 : 0) + (values ? 1 : 0) + (set.present() ? 1 : 0) != 1) {
    throw aws::Error("InvalidParameterCombination",
                     "The parameters MetricData.member.Value, MetricData.member.Values and "
                     "MetricData.member.StatisticValues are "
                     "mutually exclusive and you have to specify exactly one of them.");
  }
  if (values) return take_values(datum, *values, counts);
  if (set.present()) return take_statistics(datum, set);
  datum.sum = datum.minimum = datum.maximum = finite(*single);
  datum.values = {{*single, 1.0}};
}

telemetry::Datum read_datum(const std::string& space, const View& in) {
  telemetry::Datum datum{
      .metric = telemetry::MetricId{.space = space,
                                    .name = in.take("MetricName").text(),
                                    .dimensions = read_dimensions(in.take("Dimensions"))},
      .time = in.take("Timestamp").optional_time().value_or(base::Timestamp{}),
      .unit = in.take("Unit").text_or("None")};
  take_observation(datum, in);
  // Every observation is kept as it came, which serves periods of any length.
  static_cast<void>(in.keep("StorageResolution"));
  return datum;
}

Put read_put(const View& in) {
  Put ask{.space = in.take("Namespace").text()};
  for (const View& datum : in.take("MetricData").views()) {
    ask.data.push_back(read_datum(ask.space, datum));
    ask.timed.push_back(ask.data.back().time != base::Timestamp{});
  }
  if (ask.data.empty())
    throw aws::Error("MissingParameter", "The parameter MetricData is required.");
  if (ask.data.size() > most_data)
    throw invalid_value("The collection MetricData must not have a size greater than 1000.");
  return ask;
}

Value put(Service& service, const Call& call, const Put& ask) {
  std::vector<telemetry::Datum> data = ask.data;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (!ask.timed[i]) data[i].time = call.now;
    if (data[i].time < call.now - oldest_age || data[i].time > call.now + newest_lead) {
      throw invalid_value("The parameter MetricData.member." + std::to_string(i + 1) +
                          ".Timestamp must specify a time no more than two weeks in the past and "
                          "no more than two hours in the future.");
    }
  }
  service.metrics.put(scope_of(call), data);
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put>("PutMetricData"),
};

}  // namespace

const std::span<const aws::Operation> put_operations = table;

}  // namespace millrace::service::cloudwatch
