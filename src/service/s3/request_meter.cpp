#include "service/s3/request_meter.hpp"

#include "base/json.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::service::s3 {

namespace {

using base::Value;

// In the order of the tallies.
enum Kind : std::size_t {
  all_requests,
  get_requests,
  put_requests,
  delete_requests,
  head_requests,
  post_requests,
  select_requests,
  list_requests,
  bytes_downloaded,
  bytes_uploaded,
  client_errors,
  server_errors,
  first_byte_latency,
  total_latency,
  select_scanned,
  select_returned,
};
struct Metric {
  const char* name;
  const char* unit;
};
constexpr std::array<Metric, 16> metrics = {{{"AllRequests", "Count"},
                                             {"GetRequests", "Count"},
                                             {"PutRequests", "Count"},
                                             {"DeleteRequests", "Count"},
                                             {"HeadRequests", "Count"},
                                             {"PostRequests", "Count"},
                                             {"SelectRequests", "Count"},
                                             {"ListRequests", "Count"},
                                             {"BytesDownloaded", "Bytes"},
                                             {"BytesUploaded", "Bytes"},
                                             {"4xxErrors", "Count"},
                                             {"5xxErrors", "Count"},
                                             {"FirstByteLatency", "Milliseconds"},
                                             {"TotalRequestLatency", "Milliseconds"},
                                             {"SelectBytesScanned", "Bytes"},
                                             {"SelectBytesReturned", "Bytes"}}};

// So many values of a minute are kept as they are, for percentiles; further ones by two digits.
constexpr std::size_t exact_values = 1000;

double to_two_digits(double value) {
  if (value == 0) return 0;
  const double scale = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 1);
  return std::round(value / scale) * scale;
}

// To hundredths of one.
double milliseconds(std::chrono::nanoseconds time) {
  constexpr double hundredths_per_ns = 1e-4;
  return std::round(static_cast<double>(time.count()) * hundredths_per_ns) / 100.0;
}

std::optional<Kind> kind_of(RequestKind kind) {
  switch (kind) {
    case RequestKind::get:
      return get_requests;
    case RequestKind::put:
      return put_requests;
    case RequestKind::erase:
      return delete_requests;
    case RequestKind::head:
      return head_requests;
    case RequestKind::post:
      return post_requests;
    case RequestKind::select:
      return select_requests;
    case RequestKind::list:
      return list_requests;
    case RequestKind::other:
      break;
  }
  return std::nullopt;
}

std::string text_of(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  return found == nullptr ? std::string() : found->text();
}

void add_tag(const Value& tag, MetricsFilter& filter) {
  filter.tags.emplace_back(text_of(tag, "Key"), text_of(tag, "Value"));
}

}  // namespace

MetricsFilter parse_metrics_filter(std::string_view document) {
  const Value value = base::parse_json(document);
  MetricsFilter filter{.id = text_of(value, "Id"), .prefix = {}, .tags = {}, .access_point = {}};
  const Value* asked = value.find("Filter");
  if (asked == nullptr) return filter;
  const Value* all = asked->find("And");
  const Value& conditions = all == nullptr ? *asked : *all;
  filter.prefix = text_of(conditions, "Prefix");
  filter.access_point = text_of(conditions, "AccessPointArn");
  if (const Value* tag = conditions.find("Tag")) add_tag(*tag, filter);
  if (const Value* tags = conditions.find("Tags")) {
    for (const Value& tag : tags->list()) add_tag(tag, filter);
  }
  return filter;
}

bool passes(const MetricsFilter& filter, const RequestFacts& facts, const TagOf& tag_of) {
  if (!filter.access_point.empty() && filter.access_point != facts.access_point) return false;
  const std::string& name = facts.key.empty() ? facts.prefix : facts.key;
  if (!name.starts_with(filter.prefix)) return false;
  return std::ranges::all_of(filter.tags, [&](const auto& tag) {
    return !facts.key.empty() && tag_of(tag.first) == tag.second;
  });
}

void RequestMeter::Tally::add(double value) {
  least = count == 0 ? value : std::min(least, value);
  most = count == 0 ? value : std::max(most, value);
  sum += value;
  count += 1;
  const bool is_exact = values.size() < exact_values || values.contains(value);
  values[is_exact ? value : to_two_digits(value)] += 1;
}

void RequestMeter::add(const RequestFacts& facts, const RequestNote& note, Tallies& tallies) {
  tallies[all_requests].add(1);
  if (const auto kind = kind_of(facts.kind)) tallies.at(*kind).add(1);
  if (facts.sent > 0) tallies[bytes_downloaded].add(static_cast<double>(facts.sent));
  if (facts.has_body) tallies[bytes_uploaded].add(static_cast<double>(facts.taken));
  tallies[client_errors].add(facts.status >= 400 && facts.status < 500 ? 1 : 0);
  tallies[server_errors].add(facts.status >= 500 ? 1 : 0);
  if (facts.turn) tallies[first_byte_latency].add(milliseconds(*facts.turn));
  if (facts.total) tallies[total_latency].add(milliseconds(*facts.total));
  if (note.scanned) tallies[select_scanned].add(static_cast<double>(*note.scanned));
  if (note.returned) tallies[select_returned].add(static_cast<double>(*note.returned));
}

void RequestMeter::count(const telemetry::Scope& owner, const std::string& filter,
                         const RequestFacts& facts, const RequestNote& note) {
  const Place place{.account = owner.account,
                    .region = owner.region,
                    .bucket = facts.bucket,
                    .filter = filter,
                    .minute = std::chrono::floor<std::chrono::minutes>(facts.received)};
  const std::lock_guard lock(mutex_);
  add(facts, note, tallies_[place]);
}

void RequestMeter::put(const Place& place, const Tallies& tallies) {
  std::vector<telemetry::Datum> data;
  for (std::size_t at = 0; at < kinds; ++at) {
    const Tally& tally = tallies.at(at);
    if (tally.count == 0) continue;
    data.push_back({.metric = telemetry::MetricId{.space = std::string(metrics_space),
                                                  .name = metrics.at(at).name,
                                                  .dimensions = {{"BucketName", place.bucket},
                                                                 {"FilterId", place.filter}}},
                    .time = place.minute,
                    .sum = tally.sum,
                    .minimum = tally.least,
                    .maximum = tally.most,
                    .count = tally.count,
                    .unit = metrics.at(at).unit,
                    .values = {tally.values.begin(), tally.values.end()}});
  }
  metrics_.put({.account = place.account, .region = place.region}, data);
}

void RequestMeter::publish(bool all) {
  std::map<Place, Tallies> over;
  const auto now = std::chrono::floor<std::chrono::minutes>(clock_.service());
  {
    const std::lock_guard lock(mutex_);
    for (auto at = tallies_.begin(); at != tallies_.end();) {
      const auto here = at++;
      if (all || here->first.minute < now) over.insert(tallies_.extract(here));
    }
  }
  try {
    for (; !over.empty(); over.erase(over.begin())) {
      put(over.begin()->first, over.begin()->second);
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    tallies_.merge(over);
    throw;
  }
}

}  // namespace millrace::service::s3
