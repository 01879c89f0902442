// CloudWatch's frame: dimensions, statistics and the list of its tables.
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
  if (!text.starts_with('p')) return std::nullopt;
  const auto percent = base::to_number(text.substr(1));
  if (!percent || *percent < 0 || *percent > 100) return std::nullopt;
  return Statistic{.kind = Kind::percentile, .percent = *percent};
}

double value_of(const telemetry::Bucketed& bucket, const Statistic& statistic) {
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
  return 0;
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
          .tables = {put_operations, read_operations},
          .errors = aws::ErrorTable{.invalid_code = "ValidationError",
                                    .access_denied_code = "AccessDenied",
                                    .undeclared = undeclared}};
}

}  // namespace millrace::service::cloudwatch
