// What is said above the table is what `jobs/` and `hosting/` do with it.
#include "app/instance_page.hpp"

#include "jobs/instance_types.hpp"

#include <array>
#include <cstdio>
#include <string_view>

namespace millrace::app {
namespace {

constexpr std::string_view head = R"(# Instance types

Printed by `millrace instances`. The types are those of SageMaker's API model; the figures are what EC2's DescribeInstanceTypes says of the
EC2 type of that name, or AWS's pages where EC2 offers it no longer.

- A training job's threads are its slot's (cores / `slots`), but never more than the vCPUs of its type.
- Memory is not limited by the type: an address-space limit would count what a process only reserves.
- Accelerators are never used. A job or model on a type that has some runs on the CPU, as AWS's XGBoost does there with a CPU
  `tree_method`; the job's log says so, and parameters that ask for a GPU (`tree_method: gpu_hist`) are refused by name.
- `ResourceConfig.InstanceCount` is the number of processes that train one model together, 16 at most: XGBoost's; for other algorithms more than 1
  is refused by name. They share the threads of the job's slot. `InitialInstanceCount` of a variant is its number of model servers, 16 at most.

| type | vCPU | memory, GiB | accelerators | training | hosting |
|---|---|---|---|---|---|
)";

std::string number(double value) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%g", value);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string row(const jobs::InstanceType& type) {
  using jobs::InstanceUse;
  const auto mark = [](bool holds) { return std::string(holds ? "yes" : ""); };
  return "| `" + std::string(type.name) + "` | " + std::to_string(type.vcpus) + " | " +
         number(type.memory_gib) + " | " + jobs::accelerators_of(type) + " | " +
         mark(type.use != InstanceUse::hosting) + " | " + mark(type.use != InstanceUse::training) +
         " |\n";
}

}  // namespace

std::string instance_page() {
  std::string page(head);
  for (const jobs::InstanceType& type : jobs::instance_types()) page += row(type);
  return page;
}

}  // namespace millrace::app
