// The answers that AWS's image gives for each objective, by its own code.
#include "infer/selected_output.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace::infer {
namespace {

class Fake final : public learn::Model {
 public:
  Fake(std::string objective, std::size_t width, std::size_t classes)
      : objective_(std::move(objective)), width_(width), classes_(classes) {}
  [[nodiscard]] std::string_view objective() const override { return objective_; }
  [[nodiscard]] std::size_t features() const override { return 1; }
  [[nodiscard]] std::size_t width() const override { return width_; }
  [[nodiscard]] std::size_t class_count() const override { return classes_; }
  void predict(const table::Matrix&, std::span<float>) const override {}

 private:
  std::string objective_;
  std::size_t width_;
  std::size_t classes_;
};

const Fake logistic("binary:logistic", 1, 1);
const Fake softprob("multi:softprob", 3, 3);

std::string select(const learn::Model& model, const std::vector<float>& numbers,
                   std::string_view selection, Encoding encoding = Encoding::json) {
  return encode_selected(encoding, numbers, model, selection);
}

TEST(SelectedOutput, OfTwoClasses) {
  EXPECT_EQ(select(logistic, {0.75F, 0.25F}, "predicted_label,probability"),
            R"({"predictions": [{"predicted_label": 1, "probability": 0.75}, )"
            R"({"predicted_label": 0, "probability": 0.25}]})");
  EXPECT_EQ(select(logistic, {0.75F}, "labels, Probabilities,raw_score,raw_scores"),
            R"({"predictions": [{"labels": [0, 1], "probabilities": [0.25, 0.75], )"
            R"("raw_score": 0.75, "raw_scores": [0.25, 0.75]}]})");
}

TEST(SelectedOutput, OfSeveralClasses) {
  const std::string all = "predicted_label,labels,probability,probabilities,raw_score";
  EXPECT_EQ(select(softprob, {0.25F, 0.5F, 0.25F}, all),
            R"({"predictions": [{"predicted_label": 1, "labels": [0, 1, 2], "probability": 0.5, )"
            R"("probabilities": [0.25, 0.5, 0.25], "raw_score": 0.5}]})");
  EXPECT_EQ(select(Fake("multi:softmax", 1, 4), {2}, "predicted_label,labels,raw_scores"),
            R"({"predictions": [{"predicted_label": 2.0, "labels": [0, 1, 2, 3], )"
            R"("raw_scores": [-1.0, 2.0]}]})");
}

TEST(SelectedOutput, OfMargins) {
  EXPECT_EQ(select(Fake("binary:logitraw", 1, 1), {-0.5F}, "predicted_label,raw_score"),
            R"({"predictions": [{"predicted_label": 0, "raw_score": -0.5}]})");
  EXPECT_EQ(select(Fake("binary:hinge", 1, 1), {1}, "predicted_label"),
            R"({"predictions": [{"predicted_label": 1.0}]})");
}

TEST(SelectedOutput, OfNumbers) {
  EXPECT_EQ(select(Fake("reg:squarederror", 1, 1), {1.5F}, "predicted_score"),
            R"({"predictions": [{"predicted_score": 1.5}]})");
}

TEST(SelectedOutput, IsNoNumberWhereTheObjectiveHasNoSuch) {
  EXPECT_EQ(select(Fake("reg:squarederror", 1, 1), {1.5F}, "probability,predicted_score,what"),
            R"({"predictions": [{"predicted_score": 1.5, "probability": NaN, "what": NaN}]})");
  EXPECT_EQ(select(logistic, {0.75F}, "predicted_score,probability", Encoding::csv), "nan,0.75");
}

TEST(SelectedOutput, InEveryFormat) {
  EXPECT_EQ(select(logistic, {0.75F, 0.25F}, "probabilities,predicted_label", Encoding::csv),
            "\"[0.25, 0.75]\",1\n\"[0.75, 0.25]\",0");
  EXPECT_EQ(select(logistic, {0.75F, 0.25F}, "predicted_label", Encoding::jsonlines),
            "{\"predicted_label\": 1}\n{\"predicted_label\": 0}\n");
  const std::string records = select(logistic, {0.75F}, "probabilities", Encoding::recordio);
  EXPECT_NE(records.find("probabilities"), std::string::npos);
}

TEST(SelectedOutput, RefusesOtherObjectives) {
  try {
    (void)select(Fake("rank:ndcg", 1, 1), {0.5F}, "predicted_score");
    FAIL();
  } catch (const SelectionError& error) {
    EXPECT_STREQ(error.what(),
                 "Objective `rank:ndcg` unsupported for selectable inference predictions.");
  }
}

}  // namespace
}  // namespace millrace::infer
