// Models of CatBoost's format .cbm, predictions by those that are read, and why.
#include "fuzz.hpp"
#include "learn/catboost/explainer.hpp"
#include "learn/catboost/model.hpp"
#include "model.hpp"

#include <vector>

namespace millrace::fuzz {

void run(std::string_view input) {
  // A model may say that it has millions of columns; a row of them is the caller's memory, not the
  // model's.
  constexpr std::size_t most_columns = 4096;
  try {
    const auto model = learn::catboost::parse_model(input);
    const std::size_t columns = model->features();
    if (columns > most_columns) return;
    const table::Matrix rows{
        .rows = 2, .columns = columns, .values = std::vector<float>(2 * columns, table::missing)};
    std::vector<float> out(2 * model->width());
    model->predict(rows, out);
    explain(*learn::catboost::parse_explainer(input));
  } catch (const learn::ModelError&) {
  }
}

}  // namespace millrace::fuzz
