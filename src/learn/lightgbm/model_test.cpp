// Models written by hand, whose predictions are computed by hand, and what damaged ones are told.
// That real models predict as the library does: tests/parity/test_lightgbm.py.
#include "learn/lightgbm/model.hpp"

#include "base/text.hpp"
#include "learn/lightgbm/explainer.hpp"
#include "learn/lightgbm/model_files.hpp"
#include "learn/lightgbm/pickle.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

namespace millrace::learn::lightgbm {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

std::string text_of(const std::string& objective, const std::string& trees,
                    const std::string& more = "") {
  return "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n"
         "max_feature_idx=1\n" +
         (objective.empty() ? "" : "objective=" + objective + "\n") + more +
         "feature_names=a b\nfeature_infos=[0:1] [0:1]\ntree_sizes=1\n\n" + trees +
         "end of trees\n\nfeature_importances:\na=1\n\nparameters:\nend of parameters\n";
}

// Splits on the first column at 0.1, then on the second at 2.
std::string tree_of(const std::string& decisions) {
  return "Tree=0\nnum_leaves=3\nnum_cat=0\nsplit_feature=0 1\nsplit_gain=1 1\n"
         "threshold=0.10000000000000001 2\ndecision_type=" +
         decisions +
         "\nleft_child=-1 -2\nright_child=1 -3\nleaf_value=1 10 100\nleaf_weight=1 1 1\n"
         "leaf_count=1 1 1\ninternal_value=0 0\ninternal_weight=0 0\ninternal_count=2 2\n"
         "is_linear=0\nshrinkage=1\n\n\n";
}

const std::string set_tree =
    "Tree=0\nnum_leaves=2\nnum_cat=1\nsplit_feature=1\nsplit_gain=1\nthreshold=0\n"
    "decision_type=1\nleft_child=-1\nright_child=-2\nleaf_value=1 2\ncat_boundaries=0 2\n"
    "cat_threshold=10 2\nis_linear=0\nshrinkage=1\n\n\n";

std::vector<double> predict(const Model& model, std::vector<float> values) {
  const table::Matrix rows{.rows = values.size() / 2, .columns = 2, .values = std::move(values)};
  std::vector<double> out(rows.rows * model.width());
  model.tabular()->predict(rows, out);
  return out;
}

double leaf(const std::string& text, float first, float second) {
  return predict(*parse_model(text), {first, second}).front();
}

std::string complaint(const std::string& text) {
  try {
    (void)parse_model(text);
  } catch (const ModelError& error) {
    return error.what();
  }
  return "";
}

std::string changed(const std::string& text, const std::string& from, const std::string& to) {
  EXPECT_NE(text.find(from), std::string::npos) << from;
  return base::replace_all(text, from, to);
}

TEST(LightgbmModel, ComparesInDoublePrecision) {
  const std::string text = text_of("regression", tree_of("0 0"));
  // 0.1F is 0.100000001..., above the threshold; the next one below is not.
  EXPECT_EQ(leaf(text, 0.1F, 2), 10);
  EXPECT_EQ(leaf(text, std::nextafter(0.1F, 0.0F), 2), 1);
  EXPECT_EQ(leaf(text, 1, std::nextafter(2.0F, 3.0F)), 100);
}

TEST(LightgbmModel, TakesWhatIsMissingAsEachSplitSays) {
  const std::string none = text_of("regression", tree_of("0 0"));
  EXPECT_EQ(leaf(none, nan, 0), 1) << "nothing counts as zero, which is not above 0.1";
  const std::string right = text_of("regression", tree_of("8 8"));
  EXPECT_EQ(leaf(right, nan, nan), 100);
  EXPECT_EQ(leaf(right, 0, 0), 1);
  const std::string left = text_of("regression", tree_of("8 10"));
  EXPECT_EQ(leaf(left, nan, nan), 10);
  const std::string zeros = text_of("regression", tree_of("4 4"));
  EXPECT_EQ(leaf(zeros, 0, 1e-36F), 100);
  EXPECT_EQ(leaf(zeros, nan, 1), 10);
}

TEST(LightgbmModel, SendsTheCategoriesOfASetLeft) {
  const std::string text = text_of("regression", set_tree);  // 1, 3 and 33
  for (const float member : {1.0F, 3.0F, 3.9F, 33.0F})
    EXPECT_EQ(leaf(text, 0, member), 1) << member;
  for (const float other : {0.0F, -0.5F, -1.0F, 2.0F, 64.0F, 3e9F, nan})
    EXPECT_EQ(leaf(text, 0, other), 2) << other;
}

TEST(LightgbmModel, TransformsAsItsObjectiveSays) {
  const auto of = [](const std::string& objective) {
    return leaf(text_of(objective, tree_of("0 0")), 0, 0);
  };
  EXPECT_EQ(of("regression"), 1);
  EXPECT_EQ(of(""), 1);
  EXPECT_EQ(of("poisson"), std::exp(1.0));
  EXPECT_EQ(of("cross_entropy"), 1 / (1 + std::exp(-1.0)));
  EXPECT_EQ(leaf(text_of("regression sqrt", tree_of("0 0")), 1, 0), 100);
  const auto model = parse_model(text_of("binary sigmoid:2", tree_of("0 0")));
  EXPECT_EQ(model->tabular()->classes(), (std::vector<std::string>{"0", "1"}));
  const double second = 1 / (1 + std::exp(-2.0));
  EXPECT_EQ(predict(*model, {0, 0}), (std::vector<double>{1 - second, second}));
}

TEST(LightgbmModel, AveragesTheTreesOfAForest) {
  const std::string trees = tree_of("0 0") + tree_of("0 0");
  EXPECT_EQ(leaf(text_of("regression", trees), 1, 0), 20);
  EXPECT_EQ(leaf(text_of("regression", trees, "average_output\n"), 1, 0), 10);
}

TEST(LightgbmModel, RefusesRowsOfAnotherWidth) {
  const auto model = parse_model(text_of("regression", tree_of("0 0")));
  std::vector<double> out(1);
  const table::Matrix row{.rows = 1, .columns = 3, .values = {1, 2, 3}};
  EXPECT_THROW(model->tabular()->predict(row, out), PredictionError);
}

// The leaves: 5 - 2 b, then 7 + a / 2 + 3 b, then 9.
std::string linear_tree() {
  return changed(tree_of("0 10"), "is_linear=0",
                 "is_linear=1\nleaf_const=5 7 9\nnum_features=1 2 0\nleaf_features=1  0 1  "
                 "\nleaf_coeff=-2  0.5 3  ");
}

TEST(LightgbmModel, AddsUpLinearLeaves) {
  const std::string text = text_of("regression", linear_tree());
  EXPECT_EQ(leaf(text, 0, 4), 5 - 2 * 4);
  EXPECT_EQ(leaf(text, 8, 1), 7 + 0.5 * 8 + 3 * 1);
  EXPECT_EQ(leaf(text, 8, 100), 9);
  EXPECT_EQ(leaf(text, 8, 1e-36F), 7 + 0.5 * 8) << "counts as zero";
  EXPECT_EQ(leaf(text, 0, nan), 1) << "the leaf's own value, where a column is missing";
  EXPECT_EQ(leaf(text, 8, nan), 10);
  EXPECT_EQ(predict(*parse_model(text), {8, 1, 0, 4}), (std::vector<double>{14, -3}));
}

TEST(LightgbmModel, AddsUpALinearLeafAlone) {
  const std::string text =
      text_of("regression",
              "Tree=0\nnum_leaves=1\nnum_cat=0\nleaf_value=3\nis_linear=1\nleaf_const=2\n"
              "num_features=1\nleaf_features=0 \nleaf_coeff=4 \nshrinkage=1\n\n\n");
  EXPECT_EQ(leaf(text, 5, 0), 22);
  EXPECT_EQ(leaf(text, nan, 0), 3);
}

TEST(LightgbmModel, RefusesDamagedLinearLeaves) {
  const std::string text = text_of("regression", linear_tree());
  EXPECT_EQ(complaint(text), "");
  const std::vector<std::pair<std::string, std::string>> damages = {
      {"leaf_const=5 7 9", "leaf_const=5 7"},
      {"num_features=1 2 0", "num_features=1 2 1"},
      {"num_features=1 2 0", "num_features=1"},
      {"leaf_features=1  0 1", "leaf_features=1  0 2"},
      {"num_features=1 2 0", "num_features=-1 4 0"},
      {"leaf_coeff=", "leaf_coefficients="}};
  for (const auto& [from, to] : damages) EXPECT_NE(complaint(changed(text, from, to)), "") << to;
}

TEST(LightgbmModel, DoesNotExplainLinearLeaves) {
  const std::string text = text_of("regression", linear_tree());
  EXPECT_THROW(static_cast<void>(parse_explainer(text)), ModelError);
}

TEST(LightgbmModel, SaysWhatIsNotSupported) {
  EXPECT_NE(complaint(text_of("mine", tree_of("0 0"))).find("'mine'"), std::string::npos);
}

TEST(LightgbmModel, RefusesDamage) {
  const std::string text = text_of("regression", tree_of("0 0"));
  EXPECT_EQ(complaint(text), "");
  const std::vector<std::pair<std::string, std::string>> damages = {
      {"right_child=1 -3", "right_child=0 -3"},
      {"right_child=1 -3", "right_child=7 -3"},
      {"right_child=1 -3", "right_child=1 -2"},
      {"left_child=-1 -2", "left_child=-1"},
      {"split_feature=0 1", "split_feature=0 2"},
      {"threshold=0.10000000000000001", "threshold=x"},
      {"threshold=0.10000000000000001", "threshold=nan"},
      {"num_leaves=3", "num_leaves=0"},
      {"decision_type=0 0", "decision_type=0 12"},
      {"leaf_value=1 10", "leaf_value=1 "},
      {"num_tree_per_iteration=1", "num_tree_per_iteration=2"},
      {"max_feature_idx=1", "max_feature_idx=-1"},
      {"end of trees", "end"},
      {"tree\n", "wood\n"}};
  for (const auto& [from, to] : damages) EXPECT_NE(complaint(changed(text, from, to)), "") << to;
  const std::string sets = text_of("regression", set_tree);
  EXPECT_NE(complaint(changed(sets, "cat_boundaries=0 2", "cat_boundaries=3 2")), "");
  EXPECT_NE(complaint(changed(sets, "threshold=0\n", "threshold=1\n")), "");
}

TEST(LightgbmModel, DoesNotExplainWhatIsDamaged) {
  const std::string text = text_of("regression", tree_of("0 0"));
  EXPECT_NO_THROW(static_cast<void>(parse_explainer(text)));
  for (const char* children : {"0 -3", "7 -3", "1 -4", "1 -2147483648", "2 -3"}) {
    const std::string damaged =
        changed(text, "right_child=1 -3", std::string("right_child=") + children);
    EXPECT_THROW(static_cast<void>(parse_explainer(damaged)), ModelError) << children;
  }
}

TEST(LightgbmModel, CutShortIsRefusedOrWhole) {
  const std::string text = text_of("regression", tree_of("0 0") + tree_of("8 10"));
  const std::size_t end = text.find("end of trees") + 12;
  for (std::size_t size = 0; size < end; ++size)
    EXPECT_NE(complaint(text.substr(0, size)), "") << size;
}

TEST(LightgbmPickle, HasItsModel) {
  const std::string text = text_of("regression", tree_of("0 0"));
  const std::string pickle = write_pickle(text);
  ASSERT_TRUE(is_pickle(pickle));
  EXPECT_EQ(read_pickle(pickle).text, text);
  EXPECT_EQ(read_pickle(pickle).best_rounds, 0U);
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_THROW((void)read_pickle(pickle.substr(0, size)), ModelError);
  EXPECT_FALSE(is_pickle(text));
}

TEST(LightgbmModelFiles, ComeBackByEitherName) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("lightgbm-files-" + std::to_string(getpid()));
  const std::string text = text_of("regression", tree_of("0 0"));
  write_model(folder, text);
  EXPECT_EQ(read_model(folder).text, text);
  std::filesystem::remove(folder / "model.txt");
  EXPECT_EQ(read_model(folder).text, text);
  EXPECT_EQ(load_model(folder)->features(), 2U);
  std::ofstream(folder / "model.pkl") << "\x80\x02N.";
  EXPECT_THROW((void)load_model(folder), ModelError);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace millrace::learn::lightgbm
