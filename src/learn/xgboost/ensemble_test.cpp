#include "learn/xgboost/ensemble.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace millrace::learn::xgboost {
namespace {

class Fixed final : public Model {
 public:
  Fixed(std::string objective, std::vector<float> answer)
      : objective_(std::move(objective)), answer_(std::move(answer)) {}
  [[nodiscard]] std::string_view objective() const override { return objective_; }
  [[nodiscard]] std::size_t features() const override { return 1; }
  [[nodiscard]] std::size_t width() const override { return answer_.size(); }
  void predict(const table::Matrix&, std::span<float> out) const override {
    std::ranges::copy(answer_, out.begin());
  }

 private:
  std::string objective_;
  std::vector<float> answer_;
};

std::vector<float> answer(const std::string& objective,
                          const std::vector<std::vector<float>>& answers) {
  std::vector<std::unique_ptr<Model>> models;
  for (const auto& one : answers) models.push_back(std::make_unique<Fixed>(objective, one));
  const auto ensemble = make_ensemble(std::move(models));
  std::vector<float> out(ensemble->width());
  ensemble->predict({.rows = 1, .columns = 1, .values = {0}}, out);
  return out;
}

using Numbers = std::vector<float>;

TEST(Ensemble, AveragesNumbers) {
  EXPECT_EQ(answer("binary:logistic", {{0.25F}, {0.5F}, {0.75F}}), Numbers{0.5F});
  EXPECT_EQ(answer("multi:softprob", {{0.25F, 0.75F}, {0.75F, 0.25F}}), (Numbers{0.5F, 0.5F}));
}

TEST(Ensemble, VotesForClasses) {
  EXPECT_EQ(answer("multi:softmax", {{2}, {0}, {2}}), Numbers{2});
  EXPECT_EQ(answer("binary:hinge", {{1}, {0}}), Numbers{0});
}

TEST(Ensemble, OfOneIsThatOne) { EXPECT_EQ(answer("binary:logistic", {{0.3F}}), Numbers{0.3F}); }

TEST(Ensemble, RefusesModelsOfDifferentKinds) {
  EXPECT_THROW((void)answer("multi:softprob", {{0.5F, 0.5F}, {0.5F}}), ModelError);
}

}  // namespace
}  // namespace millrace::learn::xgboost
