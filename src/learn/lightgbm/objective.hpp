// What a model's objective makes of the sums of its trees.
#pragma once

#include "learn/lightgbm/stored_model.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace millrace::learn::lightgbm {

struct Objective {
  std::string name;      // "binary"
  double slope = 1;      // the library's parameter `sigmoid`
  bool classes = false;  // whether a row's numbers are probabilities of classes
  void (*transform)(const Objective& objective, std::span<double> sums) = nullptr;
};

// Throws ModelError for an objective that is not known.
[[nodiscard]] Objective find_objective(const StoredModel& model);

}  // namespace millrace::learn::lightgbm
