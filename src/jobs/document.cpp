// A job as the document of its record: {"plan": ..., "progress": ..., "request": ...}; times are
// milliseconds.
#include "jobs/job.hpp"

#include <algorithm>
#include <stdexcept>

namespace millrace::jobs {
namespace {

using base::List;
using base::Map;
using base::Timestamp;
using base::Value;

std::int64_t milliseconds(Timestamp time) { return time.time_since_epoch().count(); }
Timestamp timestamp(const Value& value) { return Timestamp(base::Milliseconds(value.integer())); }

const Value& member(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  if (found == nullptr) throw std::runtime_error("a job's document lacks " + std::string(name));
  return *found;
}

std::string text(const Value& value, std::string_view name) { return member(value, name).text(); }

void set_time(Map& map, std::string name, const std::optional<Timestamp>& time) {
  if (time) map.set(std::move(name), milliseconds(*time));
}

std::optional<Timestamp> optional_time(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  if (found == nullptr) return std::nullopt;
  return timestamp(*found);
}

template <class Item, class Function>
List list_of(const std::vector<Item>& items, Function&& each) {
  List out;
  for (const Item& item : items) out.push_back(each(item));
  return out;
}

template <class Item, class Function>
std::vector<Item> items_of(const Value& list, Function&& each) {
  std::vector<Item> out;
  for (const Value& one : list.list()) out.push_back(each(one));
  return out;
}

template <class Enum>
Enum named(std::string_view name, Enum last) {
  for (int at = 0; at <= static_cast<int>(last); ++at) {
    if (name_of(static_cast<Enum>(at)) == name) return static_cast<Enum>(at);
  }
  throw std::runtime_error("a job's document has an unknown state " + std::string(name));
}

Value channel_value(const Channel& channel) {
  Map map{{"name", channel.name},
          {"uri", channel.uri},
          {"manifest", channel.manifest},
          {"sharded", channel.sharded},
          {"content_type", channel.content_type},
          {"compression", channel.compression},
          {"record_wrapper", channel.record_wrapper},
          {"input_mode", channel.input_mode}};
  if (!channel.attributes.empty())
    map.set("attributes", List(channel.attributes.begin(), channel.attributes.end()));
  if (channel.shuffle_seed) map.set("shuffle_seed", *channel.shuffle_seed);
  return map;
}

std::vector<std::string> attributes_from(const Value& channel) {
  std::vector<std::string> attributes;
  const Value* const found = channel.find("attributes");
  if (found == nullptr) return attributes;
  for (const Value& attribute : found->list()) attributes.push_back(attribute.text());
  return attributes;
}

std::optional<std::int64_t> shuffle_seed_from(const Value& channel) {
  const Value* const found = channel.find("shuffle_seed");
  if (found == nullptr) return {};
  return found->integer();
}

Channel channel_from(const Value& value) {
  return {.name = text(value, "name"),
          .uri = text(value, "uri"),
          .manifest = member(value, "manifest").flag(),
          .attributes = attributes_from(value),
          .shuffle_seed = shuffle_seed_from(value),
          .sharded = member(value, "sharded").flag(),
          .content_type = text(value, "content_type"),
          .compression = text(value, "compression"),
          .record_wrapper = text(value, "record_wrapper"),
          .input_mode = text(value, "input_mode")};
}

Value checkpoints_value(const CheckpointPlace& place) {
  return Map{{"uri", place.uri}, {"local_path", place.local_path}};
}

// Rows of older versions have none.
CheckpointPlace checkpoints_from(const Value& plan) {
  const Value* place = plan.find("checkpoints");
  if (place == nullptr) return {};
  return {.uri = text(*place, "uri"), .local_path = text(*place, "local_path")};
}

// Rows of older versions have none.
std::string bundle_from(const Value& plan) {
  const Value* bundle = plan.find("bundle");
  return bundle == nullptr ? std::string() : bundle->text();
}

// Rows of older versions have one.
std::int64_t instances_from(const Value& plan) {
  const Value* count = plan.find("instances");
  return count == nullptr ? 1 : count->integer();
}

bool output_by_kms_from(const Value& plan) {
  const Value* by_kms = plan.find("output_by_kms");
  return by_kms != nullptr && by_kms->flag();
}

Value plan_value(const Plan& plan) {
  Map hyperparameters;
  for (const auto& [name, value] : plan.hyperparameters) hyperparameters.set(name, value);
  return Map{{"algorithm", plan.algorithm},
             {"version", plan.version},
             {"bundle", plan.bundle},
             {"role_arn", plan.role_arn},
             {"hyperparameters", std::move(hyperparameters)},
             {"channels", list_of(plan.channels, channel_value)},
             {"output_uri", plan.output_uri},
             {"output_by_kms", plan.output_by_kms},
             {"checkpoints", checkpoints_value(plan.checkpoints)},
             {"instance_type", plan.instance_type},
             {"instances", plan.instances},
             {"runtime_limit_s", plan.runtime_limit_s},
             {"metrics", list_of(plan.metrics,
                                 [](const MetricRule& rule) {
                                   return Map{{"name", rule.name}, {"regex", rule.regex}};
                                 })},
             {"notes", list_of(plan.notes, [](const std::string& note) { return Value(note); })}};
}

Plan plan_from(const Value& value) {
  Plan plan{.algorithm = text(value, "algorithm"),
            .version = text(value, "version"),
            .bundle = bundle_from(value),
            .role_arn = text(value, "role_arn"),
            .hyperparameters = {},
            .channels = items_of<Channel>(member(value, "channels"), channel_from),
            .output_uri = text(value, "output_uri"),
            .output_by_kms = output_by_kms_from(value),
            .checkpoints = checkpoints_from(value),
            .instance_type = text(value, "instance_type"),
            .instances = instances_from(value),
            .runtime_limit_s = member(value, "runtime_limit_s").integer(),
            .metrics = items_of<MetricRule>(
                member(value, "metrics"),
                [](const Value& one) { return MetricRule{text(one, "name"), text(one, "regex")}; }),
            .notes = items_of<std::string>(member(value, "notes"),
                                           [](const Value& one) { return one.text(); })};
  for (const auto& [name, one] : member(value, "hyperparameters").map())
    plan.hyperparameters[name] = one.text();
  return plan;
}

Value stage_value(const StageChange& change) {
  Map map{{"stage", name_of(change.stage)}, {"start_ms", milliseconds(change.start)}};
  set_time(map, "end_ms", change.end);
  return map;
}

StageChange stage_from(const Value& value) {
  return {.stage = named(text(value, "stage"), Stage::failed),
          .start = timestamp(member(value, "start_ms")),
          .end = optional_time(value, "end_ms")};
}

Value metric_value(const FinalMetric& metric) {
  return Map{
      {"name", metric.name}, {"value", metric.value}, {"time_ms", milliseconds(metric.time)}};
}

FinalMetric metric_from(const Value& value) {
  return {.name = text(value, "name"),
          .value = member(value, "value").number(),
          .time = timestamp(member(value, "time_ms"))};
}

Value progress_value(const Progress& progress) {
  Map map{{"status", name_of(progress.status)},
          {"stages", list_of(progress.stages, stage_value)},
          {"failure", progress.failure},
          {"artifact_uri", progress.artifact_uri},
          {"metrics", list_of(progress.metrics, metric_value)},
          {"work_id", progress.work_id},
          {"log_stream", progress.log_stream},
          {"log_offset", progress.log_offset}};
  set_time(map, "started_ms", progress.started);
  set_time(map, "ended_ms", progress.ended);
  return map;
}

Progress progress_from(const Value& value) {
  return {.status = named(text(value, "status"), Status::stopped),
          .stages = items_of<StageChange>(member(value, "stages"), stage_from),
          .failure = text(value, "failure"),
          .started = optional_time(value, "started_ms"),
          .ended = optional_time(value, "ended_ms"),
          .artifact_uri = text(value, "artifact_uri"),
          .metrics = items_of<FinalMetric>(member(value, "metrics"), metric_from),
          .work_id = text(value, "work_id"),
          .log_stream = text(value, "log_stream"),
          .log_offset = static_cast<std::uint64_t>(member(value, "log_offset").integer())};
}

}  // namespace

store::Record to_record(const Job& job) {
  return {.key = job.key,
          .arn = job.arn,
          .document = Map{{"plan", plan_value(job.plan)},
                          {"progress", progress_value(job.progress)},
                          {"request", job.request}},
          .created = job.created,
          .modified = job.modified,
          .status = std::string(name_of(job.progress.status))};
}

Job job_from(const store::Record& record) {
  return {.key = record.key,
          .arn = record.arn,
          .plan = plan_from(member(record.document, "plan")),
          .progress = progress_from(member(record.document, "progress")),
          .request = member(record.document, "request"),
          .created = record.created,
          .modified = record.modified};
}

void set_progress(store::Record& record, const Progress& progress) {
  record.document.map().set("progress", progress_value(progress));
  record.status = name_of(progress.status);
}

}  // namespace millrace::jobs
