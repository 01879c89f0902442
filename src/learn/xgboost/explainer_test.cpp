// Contributions of the models that xgboost 1.7 wrote add up to their predictions; what they are is
// compared with the library's by tests/parity.
#include "learn/xgboost/explainer.hpp"

#include "learn/xgboost/model.hpp"
#include "learn/xgboost/objective.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace millrace::learn::xgboost {
namespace {

const std::filesystem::path golden =
    std::filesystem::path(MILLRACE_SOURCE_DIR) / "tests/golden/xgboost";

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Some numbers missing; more rows than are explained together.
table::Matrix some_rows(std::size_t columns) {
  table::Matrix rows{.rows = 70, .columns = columns};
  for (std::size_t i = 0; i < rows.rows * columns; ++i)
    rows.values.push_back(i % 11 == 3 ? table::missing : std::sin(static_cast<float>(i)) * 3);
  return rows;
}

// As the model predicts it from what the parts add up to.
std::vector<float> added_up(const Explainer& explainer, const Model& model,
                            const table::Matrix& rows) {
  const std::size_t width = explainer.features() + 1;
  std::vector<float> parts(rows.rows * explainer.outputs() * width);
  explainer.contributions(rows, parts);
  std::vector<float> predictions;
  for (std::size_t row = 0; row < rows.rows; ++row) {
    std::vector<float> sums(explainer.outputs());
    for (std::size_t output = 0; output < sums.size(); ++output) {
      double sum = 0;
      const std::size_t begin = (row * sums.size() + output) * width;
      for (std::size_t i = begin; i < begin + width; ++i) sum += parts[i];
      sums[output] = static_cast<float>(sum);
    }
    find_objective(model.objective())->transform(sums);
    sums.resize(model.width());
    predictions.insert(predictions.end(), sums.begin(), sums.end());
  }
  return predictions;
}

TEST(Explainer, AddsUpToThePrediction) {
  int explained = 0;
  for (const auto& entry : std::filesystem::directory_iterator(golden)) {
    const auto suffix = entry.path().extension();
    if (suffix != ".bin" && suffix != ".json" && suffix != ".ubj") continue;
    const std::string bytes = read(entry.path());
    const auto model = parse_model(bytes);
    const auto explainer = parse_explainer(bytes);
    const table::Matrix rows = some_rows(model->features());
    std::vector<float> expected(rows.rows * model->width());
    model->predict(rows, expected);
    const std::vector<float> found = added_up(*explainer, *model, rows);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i], expected[i], 1e-4F * std::max(1.0F, std::abs(expected[i])))
          << entry.path() << " at " << i;
    ++explained;
  }
  EXPECT_GT(explained, 3);
}

// None may crash, run on without end, or take much memory; how they are refused is free.
TEST(Explainer, SurvivesDamage) {
  const auto explain_some = [](const std::string& bytes) {
    try {
      const auto explainer = parse_explainer(bytes);
      if (explainer->features() > 1000 || explainer->outputs() > 100) return;
      const table::Matrix rows = some_rows(explainer->features());
      std::vector<float> out(rows.rows * explainer->outputs() * (explainer->features() + 1));
      explainer->contributions(rows, out);
    } catch (const ModelError&) {
    } catch (const PredictionError&) {
    }
  };
  std::mt19937 random(7);
  for (const char* name : {"softprob.bin", "dart.bin", "linear.bin", "softprob.ubj",
                           "categorical.ubj", "logistic.json"}) {
    const std::string whole = read(golden / name);
    for (int i = 0; i < 100; ++i) {
      std::string changed = whole;
      for (int j = 0; j < 3; ++j) changed[random() % changed.size()] = static_cast<char>(random());
      explain_some(changed);
    }
  }
}

TEST(Explainer, RefusesRowsOfMoreColumnsAndWhatIsNoModel) {
  const auto explainer = parse_explainer(read(golden / "logistic.json"));
  const table::Matrix rows = some_rows(explainer->features() + 1);
  std::vector<float> out(rows.rows * explainer->outputs() * (explainer->features() + 1));
  EXPECT_THROW(explainer->contributions(rows, out), PredictionError);
  EXPECT_THROW((void)parse_explainer("{}"), ModelError);
}

}  // namespace
}  // namespace millrace::learn::xgboost
