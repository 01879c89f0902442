// SageMaker's instance types and what a machine of each has, declared once: for the limits of work
// and for the manual.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace millrace::jobs {

enum class InstanceUse { training, hosting, both };

struct InstanceType {
  std::string_view name;  // "ml.m5.large"
  int vcpus = 1;
  double memory_gib = 0;
  InstanceUse use = InstanceUse::both;
  int accelerators = 0;
  std::string_view accelerator;  // "T4"; empty for none
};

[[nodiscard]] std::span<const InstanceType> instance_types();
[[nodiscard]] const InstanceType* instance_type(std::string_view name);  // nullptr: not known
[[nodiscard]] std::string accelerators_of(const InstanceType& type);     // "4 x T4"; "" for none

}  // namespace millrace::jobs
