// The two documents to JSON and back.
#include "process/spec.hpp"

#include "base/assert.hpp"

#include <array>
#include <string_view>

namespace millrace::process {
namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::array<std::string_view, 4> phases = {"running", "stopping", "packing", "ended"};
constexpr std::array<std::string_view, 3> reasons = {"none", "asked", "runtime"};

template <class Enum, std::size_t count>
Enum named(const std::array<std::string_view, count>& names, const std::string& name) {
  for (std::size_t at = 0; at < count; ++at) {
    if (names[at] == name) return static_cast<Enum>(at);
  }
  throw std::runtime_error("unknown word in a work's folder: " + name);
}

const Value& member(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  if (found == nullptr)
    throw std::runtime_error("missing in a work's folder: " + std::string(name));
  return *found;
}

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> out;
  for (const Value& one : list.list()) out.push_back(one.text());
  return out;
}

std::optional<std::int64_t> optional_integer(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  if (found == nullptr) return std::nullopt;
  return found->integer();
}

std::optional<int> optional_int(const Value& value, std::string_view name) {
  const auto found = optional_integer(value, name);
  if (!found) return std::nullopt;
  return static_cast<int>(*found);
}

std::optional<base::Timestamp> optional_time(const Value& value, std::string_view name) {
  const auto found = optional_integer(value, name);
  if (!found) return std::nullopt;
  return base::Timestamp(base::Milliseconds(*found));
}

void set_time(Map& map, std::string name, const std::optional<base::Timestamp>& time) {
  if (time) map.set(std::move(name), static_cast<std::int64_t>(time->time_since_epoch().count()));
}

Value limits_value(const WorkLimits& limits) {
  return Map{{"runtime_ms", static_cast<std::int64_t>(limits.runtime.count())},
             {"stop_grace_ms", static_cast<std::int64_t>(limits.stop_grace.count())},
             {"memory_bytes", limits.memory_bytes},
             {"log_bytes", limits.log_bytes},
             {"log_lines_per_second", limits.log_lines_per_second},
             {"log_bytes_per_second", limits.log_bytes_per_second}};
}

WorkLimits limits_from(const Value& value) {
  const auto count = [&](const char* name) {
    return static_cast<std::uint64_t>(member(value, name).integer());
  };
  return {.runtime = base::Milliseconds(member(value, "runtime_ms").integer()),
          .stop_grace = base::Milliseconds(member(value, "stop_grace_ms").integer()),
          .memory_bytes = count("memory_bytes"),
          .log_bytes = count("log_bytes"),
          .log_lines_per_second = count("log_lines_per_second"),
          .log_bytes_per_second = count("log_bytes_per_second")};
}

}  // namespace

Value to_value(const Handover& handover) {
  const Spec& spec = handover.spec;
  List arguments;
  for (const std::string& argument : spec.arguments) arguments.emplace_back(argument);
  Map environment;
  for (const auto& [name, value] : spec.environment) environment.set(name, value);
  List descriptors;
  for (const int descriptor : spec.descriptors) descriptors.emplace_back(descriptor);
  return Map{{"program", spec.program},
             {"arguments", std::move(arguments)},
             {"environment", std::move(environment)},
             {"descriptors", std::move(descriptors)},
             {"limits", limits_value(spec.limits)},
             {"pack", spec.pack},
             {"lock", handover.lock},
             {"listener", handover.listener}};
}

Handover handover_from(const Value& value) {
  Handover handover;
  Spec& spec = handover.spec;
  spec.program = member(value, "program").text();
  spec.arguments = texts(member(value, "arguments"));
  for (const auto& [name, text] : member(value, "environment").map())
    spec.environment.emplace_back(name, text.text());
  for (const Value& one : member(value, "descriptors").list())
    spec.descriptors.push_back(static_cast<int>(one.integer()));
  spec.limits = limits_from(member(value, "limits"));
  spec.pack = member(value, "pack").flag();
  handover.lock = static_cast<int>(member(value, "lock").integer());
  handover.listener = static_cast<int>(member(value, "listener").integer());
  return handover;
}

Value to_value(const State& state) {
  Map map{{"phase", phases[static_cast<std::size_t>(state.phase)]},
          {"stop_reason", reasons[static_cast<std::size_t>(state.stop_reason)]}};
  set_time(map, "started_ms", state.started);
  set_time(map, "work_ended_ms", state.work_ended);
  set_time(map, "ended_ms", state.ended);
  map.set_if("exit_code", state.exit_code);
  map.set_if("signal", state.signal);
  if (!state.failure.empty()) map.set("failure", state.failure);
  if (!state.error.empty()) map.set("error", state.error);
  map.set_if("model_bytes", state.model_bytes);
  map.set_if("output_bytes", state.output_bytes);
  if (state.synced) map.set("synced", true);
  return map;
}

State state_from(const Value& value) {
  State state;
  state.phase = named<Phase>(phases, member(value, "phase").text());
  state.stop_reason = named<StopReason>(reasons, member(value, "stop_reason").text());
  state.started = optional_time(value, "started_ms");
  state.work_ended = optional_time(value, "work_ended_ms");
  state.ended = optional_time(value, "ended_ms");
  state.exit_code = optional_int(value, "exit_code");
  state.signal = optional_int(value, "signal");
  if (const Value* failure = value.find("failure")) state.failure = failure->text();
  if (const Value* error = value.find("error")) state.error = error->text();
  state.model_bytes = optional_integer(value, "model_bytes");
  state.output_bytes = optional_integer(value, "output_bytes");
  state.synced = value.find("synced") != nullptr;
  return state;
}

}  // namespace millrace::process
