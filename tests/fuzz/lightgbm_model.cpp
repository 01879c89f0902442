// Models as LightGBM writes them, bare or pickled by Python, predictions by them, and why: rows
// together are told what a row alone is.
#include "base/assert.hpp"
#include "fuzz.hpp"
#include "learn/lightgbm/explainer.hpp"
#include "learn/lightgbm/model.hpp"
#include "learn/lightgbm/pickle.hpp"
#include "model.hpp"

#include <vector>

namespace millrace::fuzz {
namespace {

// More columns are the caller's memory, not the model's.
constexpr std::size_t widest = 256;
constexpr std::size_t together = 20;

std::vector<double> predict(const learn::Model& model, std::size_t rows, float value) {
  const table::Matrix asked{.rows = rows,
                            .columns = model.features(),
                            .values = std::vector<float>(rows * model.features(), value)};
  std::vector<double> out(rows * model.width());
  model.tabular()->predict(asked, out);
  return out;
}

}  // namespace

void run(std::string_view input) {
  namespace lightgbm = learn::lightgbm;
  try {
    const bool pickled = lightgbm::is_pickle(input);
    const std::string_view text = pickled ? lightgbm::read_pickle(input).text : input;
    const auto model = lightgbm::parse_model(text);
    if (model->features() > widest) return;
    for (const float value : {table::missing, 0.0F, 0.5F, -1e30F}) {
      const double alone = predict(*model, 1, value).front();
      const double beside = predict(*model, together, value).front();
      MILLRACE_ASSERT(alone == beside || (alone != alone && beside != beside));
    }
    explain(*lightgbm::parse_explainer(text));
  } catch (const learn::ModelError&) {
  }
}

}  // namespace millrace::fuzz
