#include "learn/xgboost/ensemble.hpp"

#include <algorithm>
#include <utility>

namespace millrace::learn::xgboost {
namespace {

// Of numbers in ascending order, the most frequent, and of such the smallest.
float most_frequent(const std::vector<float>& votes) {
  float winner = votes.front();
  std::ptrdiff_t most = 0;
  for (auto at = votes.begin(); at != votes.end();) {
    const auto end = std::upper_bound(at, votes.end(), *at);
    if (end - at > most) {
      most = end - at;
      winner = *at;
    }
    at = end;
  }
  return winner;
}

class Ensemble final : public Model {
 public:
  explicit Ensemble(std::vector<std::unique_ptr<Model>> models) : models_(std::move(models)) {
    for (const auto& model : models_) {
      if (model->objective() != objective() || model->width() != width())
        throw ModelError("the models of the ensemble differ in their objective or their outputs");
    }
  }

  [[nodiscard]] std::string_view objective() const override { return models_[0]->objective(); }
  [[nodiscard]] std::size_t features() const override { return models_[0]->features(); }
  [[nodiscard]] std::size_t width() const override { return models_[0]->width(); }
  [[nodiscard]] std::size_t class_count() const override { return models_[0]->class_count(); }

  void predict(const table::Matrix& rows, std::span<float> out) const override {
    std::vector<std::vector<float>> answers;
    for (const auto& model : models_)
      model->predict(rows, answers.emplace_back(std::vector<float>(out.size())));
    const bool votes = objective() == "multi:softmax" || objective() == "binary:hinge";
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = votes ? vote(answers, i) : mean(answers, i);
  }

 private:
  static float vote(const std::vector<std::vector<float>>& answers, std::size_t i) {
    std::vector<float> votes;
    for (const auto& answer : answers) votes.push_back(answer[i]);
    std::ranges::sort(votes);
    return most_frequent(votes);
  }

  static float mean(const std::vector<std::vector<float>>& answers, std::size_t i) {
    float sum = 0;
    for (const auto& answer : answers) sum += answer[i];
    return sum / static_cast<float>(answers.size());
  }

  std::vector<std::unique_ptr<Model>> models_;
};

}  // namespace

std::unique_ptr<Model> make_ensemble(std::vector<std::unique_ptr<Model>> models) {
  if (models.size() == 1) return std::move(models.front());
  return std::make_unique<Ensemble>(std::move(models));
}

}  // namespace millrace::learn::xgboost
