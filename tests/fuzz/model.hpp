// An XGBoost model from bytes, a prediction by it, and why.
#pragma once

#include "fuzz.hpp"
#include "learn/xgboost/explainer.hpp"
#include "learn/xgboost/model.hpp"

#include <algorithm>
#include <vector>

namespace millrace::fuzz {

// Contributions of a row without numbers and of one, where they do not take much memory.
inline void explain(const learn::Explainer& explainer) {
  constexpr std::size_t most = 1 << 16;
  const std::size_t columns = explainer.features();
  if (columns > most || explainer.outputs() > most / (columns + 1)) return;
  std::vector<float> out(explainer.outputs() * (columns + 1));
  for (const float value : {table::missing, 0.5F}) {
    const table::Matrix row{
        .rows = 1, .columns = columns, .values = std::vector<float>(columns, value)};
    explainer.contributions(row, out);
  }
  static_cast<void>(explainer.importance());
}

inline void load_and_predict(std::string_view bytes) {
  try {
    const auto model = learn::xgboost::parse_model(bytes);
    // A model may say that it has millions of columns; a row of them is the caller's memory, not
    // the model's.
    const std::size_t columns = std::min<std::size_t>(model->features(), 64);
    for (const float value : {table::missing, 0.5F, -1e30F}) {
      const table::Matrix row{
          .rows = 1, .columns = columns, .values = std::vector<float>(columns, value)};
      std::vector<float> out(model->width());
      model->predict(row, out);
    }
    explain(*learn::xgboost::parse_explainer(bytes));
  } catch (const learn::ModelError&) {
  } catch (const learn::PredictionError&) {
  }
}

}  // namespace millrace::fuzz
