// An XGBoost model from bytes, and a prediction by it.
#pragma once

#include "fuzz.hpp"
#include "learn/xgboost/model.hpp"

#include <vector>

namespace millrace::fuzz {

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
  } catch (const learn::ModelError&) {
  } catch (const learn::PredictionError&) {
  }
}

}  // namespace millrace::fuzz
