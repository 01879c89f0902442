#include "learn/lda/model.hpp"

#include "learn/model_folder.hpp"
#include "learn/records.hpp"

#include <algorithm>
#include <numeric>

namespace millrace::learn::lda {
namespace {

class Mixtures final : public Model {
 public:
  explicit Mixtures(Topics topics) : topics_(std::move(topics)) {}

  [[nodiscard]] std::string_view objective() const override { return "lda"; }
  [[nodiscard]] std::size_t features() const override { return topics_.words; }
  [[nodiscard]] std::size_t width() const override { return topics_.count; }
  [[nodiscard]] Container container() const override { return Container::first_party; }
  [[nodiscard]] std::vector<Output> outputs() const override {
    return {{.name = "topic_mixture", .width = width(), .list = true}};
  }

  void predict(const table::Matrix& rows, std::span<float> out) const override {
    table::Matrix made;
    const Documents documents = documents_of(dense_rows(rows, features(), made));
    Inference inference(topics_);
    std::vector<float> gamma(topics_.stride);
    for (std::size_t row = 0; row < documents.size(); ++row) {
      inference.begin(documents[row], gamma);
      inference.infer(documents[row], gamma);
      const auto found = std::span(gamma).first(width());
      const float sum = std::accumulate(found.begin(), found.end(), 0.0F);
      for (std::size_t topic = 0; topic < width(); ++topic)
        out[row * width() + topic] = found[topic] / sum;
    }
  }

 private:
  static Documents documents_of(const table::Matrix& rows) {
    try {
      return Documents(rows);
    } catch (const table::DataError& error) {
      throw PredictionError(error.what());
    }
  }

  Topics topics_;
};

}  // namespace

void save_topics(const std::filesystem::path& folder, const Topics& topics) {
  std::vector<float> beta(topics.count * topics.words);
  for (std::size_t word = 0; word < topics.words; ++word) {
    for (std::size_t topic = 0; topic < topics.count; ++topic)
      beta[topic * topics.words + word] = topics.row(word)[topic];
  }
  save_arrays(folder, {{.shape = {topics.count}, .values = topics.alpha},
                       {.shape = {topics.count, topics.words}, .values = std::move(beta)}});
}

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  const std::vector<Array> arrays = load_arrays(folder);
  const bool fits = arrays.size() == 2 && arrays[0].shape.size() == 1 &&
                    arrays[1].shape.size() == 2 && arrays[1].shape[0] == arrays[0].shape[0] &&
                    !arrays[1].values.empty();
  if (!fits) throw ModelError("the model's arrays are not alpha and beta of an LDA model");
  const auto positive = [](float value) { return value > 0; };
  if (!std::ranges::all_of(arrays[0].values, positive))
    throw ModelError("the model's alpha is not above 0");
  Topics topics = empty_topics(arrays[1].shape[0], arrays[1].shape[1]);
  topics.alpha = arrays[0].values;
  for (std::size_t word = 0; word < topics.words; ++word) {
    for (std::size_t topic = 0; topic < topics.count; ++topic)
      topics.row(word)[topic] = arrays[1].values[topic * topics.words + word];
  }
  return std::make_unique<Mixtures>(std::move(topics));
}

}  // namespace millrace::learn::lda
