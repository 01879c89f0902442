// Linear models on small data: choices and measures against values computed by hand, training by
// its invariants.
#include "learn/draw.hpp"
#include "learn/linear_learner/calibration.hpp"
#include "learn/linear_learner/fit.hpp"
#include "learn/linear_learner/metrics.hpp"
#include "learn/linear_learner/objective.hpp"
#include "learn/linear_learner/refine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace millrace::learn::linear_learner {
namespace {

constexpr std::size_t columns = 3;

// Labels follow features at different scales and places, with some noise.
Examples drawn_examples(std::size_t rows, Predictor predictor) {
  Draw draw(1);
  Examples examples{.features = table::Matrix{.rows = rows, .columns = columns}};
  for (std::size_t row = 0; row < rows; ++row) {
    double sum = 0.3 * draw.normal();
    for (std::size_t column = 0; column < columns; ++column) {
      const double value = draw.normal();
      sum += value * (static_cast<double>(column) - 0.5);
      examples.features.values.push_back(
          static_cast<float>(value * static_cast<double>(column + 1) + 5));
    }
    examples.labels.push_back(static_cast<float>(
        predictor == Predictor::regressor ? 100 + 7 * sum
        : predictor == Predictor::binary  ? static_cast<double>(sum > 0)
                                          : std::clamp(std::floor(sum + 1.5), 0.0, 2.0)));
  }
  return examples;
}

// The same rows without their zeros.
Examples sparse_from(const Examples& dense) {
  Examples sparse{
      .features = table::Matrix{.rows = dense.count(), .columns = columns, .sparse = true},
      .labels = dense.labels};
  sparse.features.offsets = {0};
  for (std::size_t i = 0; i < dense.features.values.size(); ++i) {
    if (dense.features.values[i] != 0) {
      sparse.features.values.push_back(dense.features.values[i]);
      sparse.features.indices.push_back(static_cast<std::uint32_t>(i % columns));
    }
    if (i % columns == columns - 1)
      sparse.features.offsets.push_back(sparse.features.values.size());
  }
  return sparse;
}

Settings settings_for(Predictor predictor) {
  Settings settings{.predictor = predictor};
  if (predictor == Predictor::regressor)
    settings.scaling.scale_label = settings.scaling.unbias_label = true;
  if (predictor == Predictor::binary) settings.loss.kind = LinearLossKind::logistic;
  if (predictor == Predictor::multiclass) {
    settings.loss.kind = LinearLossKind::softmax;
    settings.outputs = 3;
  }
  return settings;
}

struct Trained {
  Fitted fitted;
  Answers answers;
  std::vector<std::string> log;
};

Trained train_on(
    Examples examples, const Settings& settings, int threads = 1,
    const std::function<bool()>& stopped = [] { return false; }) {
  Parallel parallel(threads);
  apply(measure_scale(examples, settings.scaling), examples, parallel);
  Trained trained;
  const Training training{.threads = threads,
                          .model_folder = {},
                          .info = [&](std::string_view line) { trained.log.emplace_back(line); },
                          .stopped = stopped};
  trained.fitted = fit({.train = examples, .settings = settings}, training, parallel);
  trained.answers = answers_of(examples, trained.fitted, group_options(settings, examples));
  return trained;
}

TEST(LinearLearner, FindsWhatItWasMadeOf) {
  for (const auto predictor : {Predictor::regressor, Predictor::binary, Predictor::multiclass}) {
    const Examples examples = drawn_examples(500, predictor);
    const Trained trained = train_on(examples, settings_for(predictor));
    if (predictor == Predictor::regressor) {
      EXPECT_LT(trained.answers.loss, 0.1);
    } else if (predictor == Predictor::binary) {
      EXPECT_GT(area_under_roc(trained.answers.scores, examples.labels), 0.95);
    } else {
      const auto measures =
          measure_multiclass(trained.answers.scores, examples.labels, {.classes = 3});
      EXPECT_GT(measures[0].value, 0.8);
    }
  }
}

TEST(LinearLearner, EveryOptimizerAndLossLearns) {
  using enum LinearLossKind;
  for (const auto optimizer :
       {LinearOptimizer::sgd, LinearOptimizer::adam, LinearOptimizer::rmsprop}) {
    for (const auto kind :
         {squared, absolute, insensitive_squared, insensitive_absolute, quantile, huber}) {
      Settings settings = settings_for(Predictor::regressor);
      settings.steps.optimizer = optimizer;
      settings.loss = {.kind = kind, .bound = 0.5F};
      settings.refinements = 0;
      EXPECT_LT(train_on(drawn_examples(400, Predictor::regressor), settings).answers.loss, 0.25)
          << static_cast<int>(optimizer) << " " << objective_name(kind);
    }
  }
}

TEST(LinearLearner, SparseRowsTeachWhatDenseOnesDo) {
  for (const auto predictor : {Predictor::regressor, Predictor::binary, Predictor::multiclass}) {
    Examples dense = drawn_examples(300, predictor);
    for (std::size_t i = 0; i < dense.features.values.size(); i += 4) dense.features.values[i] = 0;
    Settings settings = settings_for(predictor);
    settings.refinements = 0;
    const Trained one = train_on(dense, settings);
    const Trained other = train_on(sparse_from(dense), settings);
    for (std::size_t i = 0; i < one.answers.scores.size(); ++i)
      EXPECT_NEAR(one.answers.scores[i], other.answers.scores[i], 2e-3);
  }
}

TEST(LinearLearner, TheSameSeedGivesTheSameBits) {
  const Examples examples = drawn_examples(300, Predictor::binary);
  Settings settings = settings_for(Predictor::binary);
  const Trained one = train_on(examples, settings, 2);
  EXPECT_EQ(one.fitted.weights.weights, train_on(examples, settings, 2).fitted.weights.weights);
  settings.refinements = 0;
  EXPECT_EQ(train_on(examples, settings, 1).fitted.weights.weights,
            train_on(examples, settings, 3).fitted.weights.weights);
}

TEST(LinearLearner, MoreModelsAreNoWorse) {
  const Examples examples = drawn_examples(300, Predictor::regressor);
  Settings settings = settings_for(Predictor::regressor);
  settings.refinements = 0;
  settings.epochs = 2;
  settings.models = 1;
  const Trained alone = train_on(examples, settings);
  settings.models = 40;
  EXPECT_LE(train_on(examples, settings).answers.loss, alone.answers.loss * 1.001);
}

TEST(LinearLearner, WhatIsStoppedKeepsTheBestSoFar) {
  int asked = 0;
  const Trained trained =
      train_on(drawn_examples(400, Predictor::binary), settings_for(Predictor::binary), 1,
               [&] { return ++asked > 50; });
  EXPECT_EQ(trained.fitted.epoch, 1U);
  EXPECT_LT(trained.answers.loss, 0.6);
}

TEST(LinearLearner, EndsEarlyWhenNothingImproves) {
  Settings settings = settings_for(Predictor::binary);
  settings.patience = 2;
  settings.tolerance = 0.9;
  const Trained trained = train_on(drawn_examples(400, Predictor::binary), settings);
  EXPECT_NE(std::ranges::find(trained.log, "Epoch 2: Loss has not improved for 2 epochs."),
            trained.log.end());
  EXPECT_EQ(std::ranges::find(trained.log, "Epoch 3: Loss has not improved for 3 epochs."),
            trained.log.end());
}

TEST(LinearLearner, RefuseToEndWithoutAFiniteModel) {
  Settings settings = settings_for(Predictor::regressor);
  settings.steps.optimizer = LinearOptimizer::sgd;
  settings.steps.learning_rate = 1e6;
  EXPECT_THROW(static_cast<void>(train_on(drawn_examples(400, Predictor::regressor), settings)),
               AlgorithmError);
}

// At the minimum of the mean squared error the residuals are orthogonal to the features.
TEST(Refinement, ReachesTheMinimum) {
  for (const int threads : {1, 3}) {
    Examples examples = drawn_examples(700, Predictor::regressor);
    Settings settings = settings_for(Predictor::regressor);
    Parallel parallel(threads);
    apply(measure_scale(examples, settings.scaling), examples, parallel);
    const Variant plain{.learning_rate = 0.1};
    const Weights start{.weights = {0.5F, -2, 0}, .biases = {1}};
    const auto refined = refine(group_options(settings, examples), {&plain, 1}, {&start, 1},
                                examples, {.most_iterations = 30}, parallel);
    for (std::size_t column = 0; column < columns; ++column) {
      double product = 0;
      for (std::size_t row = 0; row < examples.count(); ++row) {
        double residual = static_cast<double>(refined[0].biases[0] - examples.labels[row]);
        for (std::size_t i = 0; i < columns; ++i)
          residual += static_cast<double>(refined[0].weights[i] *
                                          examples.features.values[row * columns + i]);
        product += residual * static_cast<double>(examples.features.values[row * columns + column]);
      }
      EXPECT_NEAR(product / 700, 0, 1e-4);
    }
  }
}

TEST(Refinement, OnlyOfWhatHasAGradientEverywhere) {
  EXPECT_TRUE(can_refine(LinearLossKind::logistic, {}));
  EXPECT_FALSE(can_refine(LinearLossKind::logistic, {.l1 = 0.1}));
  EXPECT_FALSE(can_refine(LinearLossKind::hinge, {}));
}

TEST(Scaler, MakesMeansZeroAndDeviationsOne) {
  Examples examples{
      .features = table::Matrix{.rows = 4, .columns = 2, .values = {1, 7, 3, 7, 1, 7, 3, 7}},
      .labels = {10, 20, 10, 20}};
  const Scaler scaler =
      measure_scale(examples, {.scale_label = true, .unbias_label = true, .rows = 100});
  EXPECT_EQ(scaler.means, (std::vector<double>{2, 7}));
  EXPECT_EQ(scaler.factors, (std::vector<double>{1, 1}));
  EXPECT_EQ(scaler.label_mean, 15);
  EXPECT_EQ(scaler.label_factor, 0.2);
  Parallel parallel(1);
  apply(scaler, examples, parallel);
  EXPECT_EQ(examples.features.values, (std::vector<float>{-1, 0, 1, 0, -1, 0, 1, 0}));
  EXPECT_EQ(examples.labels, (std::vector<float>{-1, 1, -1, 1}));
}

TEST(Scaler, LeavesWhatIsNotToBeScaled) {
  Examples examples{.features = table::Matrix{.rows = 2, .columns = 1, .values = {1, 5}},
                    .labels = {1, 0}};
  const Scaler scaler = measure_scale(examples, {.scale_data = false, .unbias_data = false});
  EXPECT_EQ(scaler.means, std::vector<double>{0});
  EXPECT_EQ(scaler.factors, std::vector<double>{1});
}

const std::vector<float> some_scores = {0.9F, 0.8F, 0.7F, 0.4F, 0.3F, 0.1F};
const std::vector<float> some_labels = {1, 0, 1, 1, 0, 0};

TEST(Calibration, FindsTheBestThreshold) {
  using enum Criterion;
  const auto found = [](const Selection& selection) {
    return calibrate(some_scores, some_labels, selection, 0.5F);
  };
  // Rows 1, 3 and 4 rightly, row 2 wrongly: 5 of 6.
  EXPECT_NEAR(found({.criterion = accuracy}).value, 5.0 / 6, 1e-9);
  EXPECT_NEAR(found({.criterion = accuracy}).threshold, 0.35, 1e-6);
  EXPECT_NEAR(found({.criterion = f_beta}).value, 6.0 / 7, 1e-9);
  // A recall of 0.3 is kept by the first row alone, whose precision is 1.
  EXPECT_NEAR(found({.criterion = precision_at_recall, .target_recall = 0.3}).threshold, 0.85,
              1e-6);
  EXPECT_NEAR(found({.criterion = precision_at_recall, .target_recall = 0.9}).value, 0.75, 1e-9);
  EXPECT_NEAR(found({.criterion = recall_at_precision, .target_precision = 0.7}).value, 1, 1e-9);
  EXPECT_NEAR(found({.criterion = recall_at_precision, .target_precision = 0.8}).value, 1.0 / 3,
              1e-9);
  EXPECT_EQ(found({.criterion = loss}).threshold, 0.5F);
}

TEST(Calibration, KeepsTheUsualThresholdWhereItIsAsGood) {
  const std::vector<float> scores = {0.9F, 0.1F};
  const std::vector<float> labels = {1, 0};
  EXPECT_EQ(calibrate(scores, labels, {}, 0.5F).threshold, 0.5F);
  EXPECT_FLOAT_EQ(calibrate(scores, labels, {}, 0.95F).threshold, 0.5F);
}

TEST(Metrics, AreWhatIsComputedByHand) {
  const auto regression =
      measure_regression(std::vector<float>{1, 2, 5}, std::vector<float>{2, 2, 2});
  EXPECT_NEAR(regression[0].value, 10.0 / 3, 1e-9);
  EXPECT_NEAR(regression[1].value, 4.0 / 3, 1e-9);
  EXPECT_NEAR(regression[2].value, std::sqrt(10.0 / 3), 1e-9);
  const auto binary = measure_binary(some_scores, some_labels, 0.5F, 2);
  EXPECT_NEAR(binary[0].value, 4.0 / 6, 1e-9);
  EXPECT_EQ(binary[1].name, "binary_f_2.000");
  EXPECT_NEAR(binary[1].value, 5 * 2.0 / (4 * 3 + 3), 1e-9);
  EXPECT_NEAR(binary[2].value, 2.0 / 3, 1e-9);
  EXPECT_NEAR(binary[3].value, 2.0 / 3, 1e-9);
  EXPECT_NEAR(binary[4].value, 7.0 / 9, 1e-9);
  EXPECT_NEAR(area_under_roc(std::vector<float>{1, 1}, std::vector<float>{1, 0}), 0.5, 1e-9);
}

TEST(Metrics, OfSeveralClasses) {
  const std::vector<float> scores = {0.5F, 0.3F, 0.2F, 0.5F, 0.3F, 0.2F, 0.1F, 0.2F, 0.7F};
  const auto measures = measure_multiclass(scores, std::vector<float>{0, 1, 2},
                                           {.classes = 3, .top_k = 2, .beta = 1});
  EXPECT_NEAR(measures[0].value, 2.0 / 3, 1e-9);
  EXPECT_EQ(measures[1].name, "multiclass_top_k_accuracy_2");
  EXPECT_NEAR(measures[1].value, 1, 1e-9);
  EXPECT_NEAR(measures[2].value, (2 + 1 / std::log2(3)) / 3, 1e-9);
  EXPECT_NEAR(measures[3].value, 2.0 / 3, 1e-9);  // recalls 1, 0, 1
  EXPECT_NEAR(measures[4].value, 0.5, 1e-9);      // precisions 1/2, 0, 1
  EXPECT_NEAR(measures[5].value, (2.0 / 3 + 1) / 3, 1e-9);
}

TEST(Settings, TakeWordsAndDefaults) {
  const Settings usual = read_settings({{"predictor_type", "regressor"}});
  EXPECT_EQ(usual.loss.kind, LinearLossKind::squared);
  EXPECT_TRUE(usual.scaling.scale_label && usual.scaling.unbias_label);
  EXPECT_FALSE(usual.models.has_value());
  const Settings binary = read_settings({{"predictor_type", "binary_classifier"},
                                         {"positive_example_weight_mult", "auto"},
                                         {"use_bias", "False"},
                                         {"_tuning_objective_metric", "test:recall"},
                                         {"binary_classifier_model_selection_criteria", "f1"},
                                         {"f_beta", "2"}});
  EXPECT_EQ(binary.positive, PositiveWeight::automatic);
  EXPECT_FALSE(binary.scaling.unbias_data || binary.scaling.scale_label);
  EXPECT_EQ(binary.models, 1U);
  EXPECT_EQ(binary.selection.criterion, Criterion::f_beta);
  EXPECT_EQ(binary.selection.beta, 1);
  EXPECT_EQ(binary.metric_beta, 2);
  EXPECT_EQ(read_settings({{"predictor_type", "binary_classifier"},
                           {"positive_example_weight_mult", "balanced"}})
                .positive,
            PositiveWeight::balanced);
}

TEST(Variants, BeginWithWhatWasGiven) {
  Settings settings;
  settings.steps.learning_rate = 0.3;
  settings.steps.weight_decay = 0.01;
  settings.steps.l1 = 0.001;
  settings.positive_weight = 2;
  const auto variants = variants_of(settings, 40, {.rows = 100, .balance = 3, .validated = true});
  EXPECT_EQ(variants[0], (Variant{0.3, 0.01, 0.001, 2}));
  EXPECT_EQ(variants[1], (Variant{0.15, 0.01, 0.001, 2}));
  EXPECT_EQ(variants[4], (Variant{0.3, 0.1, 0.001, 2}));
  EXPECT_EQ(variants.size(), 40U);
}

TEST(Variants, LeaveOutWhatIsZeroAndBalance) {
  Settings settings;
  settings.steps.weight_decay = 0;
  settings.positive = PositiveWeight::balanced;
  for (const Variant& variant : variants_of(settings, 32, {.rows = 100, .balance = 3})) {
    EXPECT_EQ(variant.weight_decay, 0);
    EXPECT_EQ(variant.l1, 0);
    EXPECT_EQ(variant.positive_weight, 3);
  }
}

TEST(Variants, AreFewerWhereTheyAreHuge) {
  EXPECT_EQ(usual_models(28), 32U);
  EXPECT_EQ(usual_models(std::size_t{1} << 24), 4U);
  EXPECT_EQ(usual_models(std::size_t{1} << 30), 1U);
}

}  // namespace
}  // namespace millrace::learn::linear_learner
