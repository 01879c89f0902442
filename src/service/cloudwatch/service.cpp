// CloudWatch's frame: dimensions, statistics, periods and the list of its tables.
#include "service/cloudwatch/service.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace millrace::service::cloudwatch {

telemetry::Scope scope_of(const aws::Call& call) {
  return {.account = call.account, .region = call.region};
}

aws::Error invalid_value(std::string message) {
  return {"InvalidParameterValue", std::move(message)};
}

telemetry::Dimensions read_dimensions(const aws::Member& list) {
  telemetry::Dimensions dimensions;
  for (const aws::View& one : list.views()) {
    dimensions.emplace_back(one.take("Name").text(), one.take("Value").text_or(""));
  }
  std::sort(dimensions.begin(), dimensions.end());
  return dimensions;
}

aws::Value dimensions_value(const telemetry::Dimensions& dimensions) {
  aws::List list;
  for (const auto& [name, value] : dimensions)
    list.emplace_back(aws::Map{{"Name", name}, {"Value", value}});
  return list;
}

namespace {

// Trimmed means and their like, and percentile ranks.
void refuse_unbuilt(std::string_view text) {
  constexpr std::string_view kinds[] = {"tm",  "wm",  "tc",  "ts",  "TM(",
                                        "WM(", "TC(", "TS(", "PR(", "IQM"};
  const bool known = std::any_of(std::begin(kinds), std::end(kinds),
                                 [&](std::string_view kind) { return text.starts_with(kind); });
  if (known)
    throw aws::Error("NotImplemented",
                     "Millrace does not implement the statistic " + std::string(text) + ".", 501);
}

base::Milliseconds grain(std::int64_t period_s, base::Milliseconds age) {
  if (period_s < 60) return std::chrono::seconds(period_s);
  if (age <= std::chrono::days(15)) return std::chrono::minutes(1);
  return age <= std::chrono::days(63) ? std::chrono::minutes(5) : std::chrono::hours(1);
}

}  // namespace

std::optional<Statistic> parse_statistic(std::string_view text) {
  using Kind = Statistic::Kind;
  constexpr std::pair<std::string_view, Kind> named[] = {{"Average", Kind::average},
                                                         {"Sum", Kind::sum},
                                                         {"Minimum", Kind::minimum},
                                                         {"Maximum", Kind::maximum},
                                                         {"SampleCount", Kind::count}};
  for (const auto& [name, kind] : named) {
    if (text == name) return Statistic{.kind = kind};
  }
  refuse_unbuilt(text);
  if (!text.starts_with('p')) return std::nullopt;
  const auto percent = base::to_number(text.substr(1));
  if (!percent || *percent < 0 || *percent > 100) return std::nullopt;
  return Statistic{.kind = Kind::percentile, .percent = *percent};
}

std::optional<double> value_of(const telemetry::Bucketed& bucket, const Statistic& statistic) {
  switch (statistic.kind) {
    case Statistic::Kind::average:
      return bucket.sum / bucket.count;
    case Statistic::Kind::sum:
      return bucket.sum;
    case Statistic::Kind::minimum:
      return bucket.minimum;
    case Statistic::Kind::maximum:
      return bucket.maximum;
    case Statistic::Kind::count:
      return bucket.count;
    case Statistic::Kind::percentile:
      return telemetry::percentile(bucket, statistic.percent);
  }
  return std::nullopt;
}

void check_period(std::int64_t period_s, const std::string& name, const std::string& code) {
  const bool fine = period_s == 1 || period_s == 5 || period_s == 10 || period_s == 20 ||
                    period_s == 30 || (period_s >= 60 && period_s % 60 == 0);
  if (!fine)
    throw aws::Error(code,
                     "The parameter " + name + " must be 1, 5, 10, 20, 30 or a multiple of 60.");
}

void check_span(base::Timestamp from, base::Timestamp to, const std::string& code) {
  if (from == to)
    throw aws::Error(code, "The parameter StartTime must not equal parameter EndTime.");
  if (from > to)
    throw aws::Error(code, "The parameter StartTime must be less than the parameter EndTime.");
}

base::Timestamp rounded_start(base::Timestamp from, std::int64_t period_s, base::Timestamp now) {
  const base::Milliseconds step = grain(period_s, now - from);
  return base::Timestamp(from.time_since_epoch() / step * step);
}

namespace {
constexpr aws::ErrorTable::Undeclared undeclared[] = {{"ValidationError", 400},
                                                      {"InvalidParameterValue", 400},
                                                      {"InvalidParameterCombination", 400},
                                                      {"MissingParameter", 400}};
}

aws::ServiceEntry entry(Service& service) {
  return {.model = "cloudwatch",
          .prefix = "cloudwatch",
          .service = &service,
          .tables = {put_operations, read_operations, data_operations},
          .errors = aws::ErrorTable{.invalid_code = "ValidationError",
                                    .access_denied_code = "AccessDenied",
                                    .undeclared = undeclared}};
}

}  // namespace millrace::service::cloudwatch
