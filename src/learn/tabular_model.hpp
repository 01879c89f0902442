// What the models of the algorithms that AWS ships as JumpStart models have in common.
#pragma once

#include "learn/model.hpp"

#include <algorithm>
#include <utility>

namespace millrace::learn {

class TabularScores : public Model, public TabularModel {
 public:
  // `classes` is empty for a regression.
  explicit TabularScores(std::vector<std::string> classes) : classes_(std::move(classes)) {}

  [[nodiscard]] std::size_t width() const final {
    return std::max<std::size_t>(1, classes_.size());
  }
  [[nodiscard]] const TabularModel* tabular() const final { return this; }
  [[nodiscard]] const std::vector<std::string>& classes() const final { return classes_; }

  using TabularModel::predict;
  void predict(const table::Matrix& rows, std::span<float> out) const final {
    std::vector<double> numbers(out.size());
    predict(rows, std::span<double>(numbers));
    std::ranges::transform(numbers, out.begin(),
                           [](double number) { return static_cast<float>(number); });
  }

 private:
  std::vector<std::string> classes_;
};

}  // namespace millrace::learn
