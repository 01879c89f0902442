// Metrics as rows: a metric is named once, its data points hang on it by time.
#include "base/json.hpp"
#include "telemetry/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace millrace::telemetry {

namespace {

using store::Connection;
using store::Row;

constexpr std::string_view steps[] = {R"sql(
create table metric (
  id integer primary key, account text not null, region text not null, space text not null, name text not null,
  dimensions text not null,
  unique (account, region, space, name, dimensions));
create table metric_datum (
  metric_id integer not null, time integer not null, unit text not null,
  sum real not null, minimum real not null, maximum real not null, count real not null, frequencies text not null);
create index metric_datum_by_time on metric_datum (metric_id, time);
)sql"};

std::string dimensions_text(Dimensions dimensions) {
  std::sort(dimensions.begin(), dimensions.end());
  base::List list;
  for (auto& [name, value] : dimensions)
    list.emplace_back(base::List{std::move(name), std::move(value)});
  return base::write_json(base::Value(std::move(list)));
}

Dimensions to_dimensions(const std::string& text) {
  Dimensions dimensions;
  const base::Value pairs = base::parse_json(text);
  for (const base::Value& pair : pairs.list())
    dimensions.emplace_back(pair.list()[0].text(), pair.list()[1].text());
  return dimensions;
}

std::string frequencies_text(const std::vector<std::pair<double, double>>& values) {
  base::List list;
  for (const auto& [value, times] : values) list.emplace_back(base::List{value, times});
  return base::write_json(base::Value(std::move(list)));
}

void add_frequencies(Bucketed& bucket, const std::string& text) {
  const base::Value pairs = base::parse_json(text);
  for (const base::Value& pair : pairs.list()) {
    bucket.values.emplace_back(pair.list()[0].number(), pair.list()[1].number());
  }
}

std::optional<std::int64_t> metric_id(Connection& db, const Scope& scope, const MetricId& metric) {
  const auto row = db.first(
      "select id from metric where account = ? and region = ? and space = ? and name = ? and "
      "dimensions = ?",
      scope.account, scope.region, metric.space, metric.name, dimensions_text(metric.dimensions));
  if (!row) return std::nullopt;
  return (*row)[0].integer();
}

std::int64_t make_metric(Connection& db, const Scope& scope, const MetricId& metric) {
  if (const auto known = metric_id(db, scope, metric)) return *known;
  db.run("insert into metric (account, region, space, name, dimensions) values (?, ?, ?, ?, ?)",
         scope.account, scope.region, metric.space, metric.name,
         dimensions_text(metric.dimensions));
  return *metric_id(db, scope, metric);
}

void merge(Bucketed& bucket, const Row& row) {
  bucket.minimum = bucket.count == 0 ? row[3].real() : std::min(bucket.minimum, row[3].real());
  bucket.maximum = bucket.count == 0 ? row[4].real() : std::max(bucket.maximum, row[4].real());
  bucket.sum += row[2].real();
  bucket.count += row[5].real();
  add_frequencies(bucket, row[6].text());
}

bool has_dimensions(const Dimensions& all, const Dimensions& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& want) {
    return std::any_of(all.begin(), all.end(), [&](const auto& dimension) {
      return dimension.first == want.first &&
             (want.second.empty() || dimension.second == want.second);
    });
  });
}

}  // namespace

Datum single(MetricId metric, base::Timestamp time, double value, std::string unit) {
  return {.metric = std::move(metric),
          .time = time,
          .sum = value,
          .minimum = value,
          .maximum = value,
          .count = 1,
          .unit = std::move(unit),
          .values = {{value, 1.0}}};
}

void add(Datum& datum, double value) {
  datum.sum += value;
  datum.minimum = std::min(datum.minimum, value);
  datum.maximum = std::max(datum.maximum, value);
  datum.count += 1;
  if (!datum.values.empty() && datum.values.back().first == value) {
    datum.values.back().second += 1;
  } else {
    datum.values.emplace_back(value, 1.0);
  }
}

// Linear between the two neighbouring observations, each counted as often as it occurred.
std::optional<double> percentile(const Bucketed& bucket, double percent) {
  double total = 0;
  for (const auto& [value, times] : bucket.values) total += times;
  if (total != bucket.count || bucket.minimum < 0) return std::nullopt;
  const double rank = percent / 100.0 * (total - 1);
  const double below = std::floor(rank);
  const auto at = [&](double position) {
    double seen = 0;
    for (const auto& [value, times] : bucket.values) {
      seen += times;
      if (position < seen) return value;
    }
    return bucket.values.back().first;
  };
  return at(below) + (at(std::ceil(rank)) - at(below)) * (rank - below);
}

Metrics::Metrics(store::Database& database) : database_(database) {
  database_.declare({.name = "metrics", .steps = steps});
}

void Metrics::put(const Scope& scope, std::span<const Datum> data) {
  database_.write([&](Connection& db) { put_in(db, scope, data); });
}

void Metrics::put_in(Connection& db, const Scope& scope, std::span<const Datum> data) {
  for (const Datum& datum : data) {
    db.run(
        "insert into metric_datum (metric_id, time, unit, sum, minimum, maximum, count, "
        "frequencies) "
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        make_metric(db, scope, datum.metric), datum.time.time_since_epoch().count(), datum.unit,
        datum.sum, datum.minimum, datum.maximum, datum.count, frequencies_text(datum.values));
  }
}

std::vector<Bucketed> Metrics::statistics(const Scope& scope, const MetricQuery& query) {
  std::map<std::pair<std::int64_t, std::string>, Bucketed> buckets;
  database_.read([&](Connection& db) {
    const auto id = metric_id(db, scope, query.metric);
    if (!id) return;
    const std::int64_t period_ms = query.period_s * 1000;
    const std::int64_t from = query.from.time_since_epoch().count();
    for (const Row& row :
         db.query("select time, unit, sum, minimum, maximum, count, frequencies from metric_datum "
                  "where metric_id = ?1 and time >= ?2 and time < ?3 and (?4 is null or unit = ?4) "
                  "order by time, rowid",
                  *id, from, query.to.time_since_epoch().count(), query.unit)) {
      const std::int64_t start = from + (row[0].integer() - from) / period_ms * period_ms;
      merge(buckets[{start, row[1].text()}], row);
    }
  });
  std::vector<Bucketed> result;
  for (auto& [key, bucket] : buckets) {
    bucket.start = base::Timestamp(base::Milliseconds(key.first));
    bucket.unit = key.second;
    std::sort(bucket.values.begin(), bucket.values.end());
    result.push_back(std::move(bucket));
  }
  return result;
}

std::vector<MetricId> Metrics::list(const Scope& scope, std::string_view space,
                                    std::string_view name, const Dimensions& having) {
  return database_.read([&](Connection& db) {
    std::vector<MetricId> metrics;
    for (const Row& row :
         db.query("select space, name, dimensions from metric where account = ?1 and region = ?2 "
                  "and (?3 = '' or space = ?3) and (?4 = '' or name = ?4) order by space, name, "
                  "dimensions",
                  scope.account, scope.region, space, name)) {
      MetricId metric{.space = row[0].text(),
                      .name = row[1].text(),
                      .dimensions = to_dimensions(row[2].text())};
      if (has_dimensions(metric.dimensions, having)) metrics.push_back(std::move(metric));
    }
    return metrics;
  });
}

void Metrics::empty_account(std::string_view account) {
  database_.write([&](Connection& db) {
    db.run("delete from metric_datum where metric_id in (select id from metric where account = ?)",
           account);
    db.run("delete from metric where account = ?", account);
  });
}

}  // namespace millrace::telemetry
