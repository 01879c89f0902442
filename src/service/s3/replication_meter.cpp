#include "service/s3/replication_meter.hpp"

#include "base/json.hpp"
#include "service/s3/request_meter.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

using base::List;
using base::Map;
using objects::MeasuredCopy;
using objects::ReplicationDeed;
using objects::ReplicationDeeds;

constexpr const char* failed_event = "Replication:OperationFailedReplication";
constexpr const char* missed_event = "Replication:OperationMissedThreshold";
constexpr const char* late_event = "Replication:OperationReplicatedAfterThreshold";

double seconds_between(base::Timestamp from, base::Timestamp to) {
  return std::max(0.0, std::chrono::duration<double>(to - from).count());
}

bool is_late(const MeasuredCopy& copy, base::Timestamp now) {
  return copy.rule.is_timed && now - copy.entry.time > objects::replication_threshold;
}

// A statistic set: single values of a busy minute would be many.
telemetry::Datum nothing_yet(telemetry::Datum datum) {
  datum.sum = 0;
  datum.count = 0;
  datum.values.clear();
  return datum;
}

void observe(telemetry::Datum& datum, double value) {
  datum.sum += value;
  datum.count += 1;
  datum.minimum = std::min(datum.minimum, value);
  datum.maximum = std::max(datum.maximum, value);
}

Map object_of(const MeasuredCopy& copy) {
  Map object{{"key", copy.entry.key}, {"size", static_cast<std::int64_t>(copy.size)}};
  if (!copy.etag.empty()) object.set("eTag", copy.etag);
  if (!copy.entry.version.empty()) object.set("versionId", copy.entry.version);
  return object;
}

// S3's message of an event. What only the request that asked for the copy knew is left out.
std::string message_of(const MeasuredCopy& copy, const char* event, base::Timestamp time,
                       const std::string& failure) {
  Map replication{{"replicationRuleId", copy.rule.id},
                  {"destinationBucket", objects::bucket_arn(copy.rule.bucket)},
                  {"requestTime", base::iso8601_milliseconds(copy.entry.time)}};
  if (copy.entry.event == objects::Event::put) replication.set("s3Operation", "OBJECT_PUT");
  if (!failure.empty()) replication.set("failureReason", failure);
  const std::string& bucket = copy.source.name;
  Map record{{"eventVersion", "2.2"},
             {"eventSource", "aws:s3"},
             {"awsRegion", copy.source.region},
             {"eventTime", base::iso8601_milliseconds(time)},
             {"eventName", event},
             {"userIdentity", Map{{"principalId", "s3.amazonaws.com"}}},
             {"requestParameters", Map{{"sourceIPAddress", "s3.amazonaws.com"}}},
             {"s3", Map{{"s3SchemaVersion", "1.0"},
                        {"bucket", Map{{"name", bucket},
                                       {"ownerIdentity", Map{{"principalId", copy.source.account}}},
                                       {"arn", objects::bucket_arn(bucket)}}},
                        {"object", object_of(copy)}}},
             {"replicationEventData", std::move(replication)}};
  List records;
  records.push_back(std::move(record));
  return base::write_json(Map{{"Records", std::move(records)}});
}

telemetry::Scope scope_of(const objects::Bucket& source) {
  return {.account = source.account, .region = source.region};
}

}  // namespace

ReplicationMeter::Way ReplicationMeter::way_of(const objects::Bucket& source,
                                               const objects::ReplicationRule& rule) {
  return {.account = source.account,
          .region = source.region,
          .source = source.name,
          .destination = rule.bucket,
          .rule = rule.id};
}

telemetry::Datum ReplicationMeter::datum(const Way& way, const char* name, base::Timestamp minute,
                                         double value, const char* unit) {
  return telemetry::single(
      telemetry::MetricId{.space = std::string(metrics_space),
                          .name = name,
                          .dimensions = {{"DestinationBucket", way.destination},
                                         {"RuleId", way.rule},
                                         {"SourceBucket", way.source}}},
      minute, value, unit);
}

void ReplicationMeter::settling(store::Connection& connection, const ReplicationDeeds& deeds) {
  for (const ReplicationDeed& deed : deeds) {
    const bool is_failed = !deed.failure.empty();
    if (!is_failed && !is_late(deed.copy, deed.time)) continue;
    const telemetry::LogEvent event{
        .time = deed.time,
        .message =
            message_of(deed.copy, is_failed ? failed_event : late_event, deed.time, deed.failure)};
    parts_.logs.append_in(connection, scope_of(deed.copy.source), replication_log_group,
                          deed.copy.source.name, std::span(&event, 1));
  }
}

void ReplicationMeter::settled(const ReplicationDeeds& deeds) {
  const std::lock_guard lock(mutex_);
  for (const ReplicationDeed& deed : deeds) {
    const base::Timestamp minute = std::chrono::floor<std::chrono::minutes>(deed.time);
    const Way way = way_of(deed.copy.source, deed.copy.rule);
    const bool is_failed = !deed.failure.empty();
    Tally& tally = tallies_[{minute, way}];
    const auto add = [&](telemetry::Datum& to, const char* name, double value, const char* unit) {
      if (to.metric.name.empty()) to = nothing_yet(datum(way, name, minute, value, unit));
      observe(to, value);
    };
    add(tally.failures, "OperationsFailedReplication", is_failed ? 1 : 0, "Count");
    if (is_failed) continue;
    add(tally.latencies, "ReplicationLatency", seconds_between(deed.copy.entry.time, deed.time),
        "Seconds");
  }
}

void ReplicationMeter::publish(bool all) {
  const base::Timestamp now = parts_.clock.service();
  const auto minute = std::chrono::floor<std::chrono::minutes>(now);
  if (!all && minute == looked_) return;
  put_waiting(now);
  put_tallies(all ? minute + std::chrono::minutes(1) : minute);
  looked_ = minute;
}

// S3 publishes what fails in the region of the source, and all else in that of the destination.
void ReplicationMeter::put_tallies(base::Timestamp before) {
  std::map<Minute, Tally> over;
  {
    const std::lock_guard lock(mutex_);
    while (!tallies_.empty() && tallies_.begin()->first.first < before) {
      over.insert(tallies_.extract(tallies_.begin()));
    }
  }
  try {
    for (; !over.empty(); over.erase(over.begin())) {
      const auto& [at, tally] = *over.begin();
      const Way& way = at.second;
      const auto destination = parts_.objects.bucket(way.destination);
      if (destination && !tally.latencies.metric.name.empty()) {
        parts_.metrics.put({.account = way.account, .region = destination->region},
                           std::span(&tally.latencies, 1));
      }
      parts_.metrics.put({.account = way.account, .region = way.region},
                         std::span(&tally.failures, 1));
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    tallies_.merge(over);
    throw;
  }
}

void ReplicationMeter::put_waiting(base::Timestamp now) {
  Ways ways;
  Late late;
  objects::look_at_waiting_copies(
      parts_.objects,
      {.rule =
           [&](const objects::Bucket& source, const objects::ReplicationRule& rule) {
             ways.try_emplace(way_of(source, rule));
           },
       .copy =
           [&](const MeasuredCopy& copy) {
             Waiting& waiting = ways[way_of(copy.source, copy.rule)];
             waiting.operations += 1;
             waiting.bytes += static_cast<double>(copy.size);
             waiting.seconds = std::max(waiting.seconds, seconds_between(copy.entry.time, now));
             if (is_late(copy, now))
               late.emplace(std::pair(copy.entry.position, copy.rule.id), copy);
           }});
  const auto minute = std::chrono::floor<std::chrono::minutes>(now);
  for (const auto& [way, waiting] : ways) put(way, waiting, minute);
  tell_late(late, now);
}

void ReplicationMeter::put(const Way& way, const Waiting& waiting, base::Timestamp minute) {
  const auto destination = parts_.objects.bucket(way.destination);
  if (!destination) return;
  const std::vector<telemetry::Datum> data = {
      datum(way, "BytesPendingReplication", minute, waiting.bytes, "Bytes"),
      datum(way, "OperationsPendingReplication", minute, waiting.operations, "Count"),
      datum(way, "ReplicationLatency", minute, waiting.seconds, "Seconds")};
  parts_.metrics.put({.account = way.account, .region = destination->region}, data);
}

// Each once, as long as it waits and the server lives.
void ReplicationMeter::tell_late(const Late& late, base::Timestamp now) {
  std::erase_if(told_, [&](const auto& place) { return !late.contains(place); });
  for (const auto& [place, copy] : late) {
    if (!told_.insert(place).second) continue;
    const telemetry::LogEvent event{.time = now,
                                    .message = message_of(copy, missed_event, now, "")};
    parts_.logs.append(scope_of(copy.source), replication_log_group, copy.source.name,
                       std::span(&event, 1));
  }
}

}  // namespace millrace::service::s3
