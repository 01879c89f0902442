#include "learn/blazingtext/model.hpp"

#include "learn/blazingtext/descent.hpp"
#include "learn/blazingtext/fasttext_file.hpp"
#include "learn/blazingtext/features.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace::learn::blazingtext {
namespace {

std::vector<float*> pointers(const Weights& weights, std::size_t count) {
  std::vector<float*> rows;
  for (std::size_t row = 0; row < count; ++row) rows.push_back(weights.row(row));
  return rows;
}

class TextNet final : public Model, public TextModel {
 public:
  explicit TextNet(FastTextModel net)
      : net_(std::move(net)),
        features_(net_.vocabulary, net_.recipe.ngrams),
        outputs_(pointers(net_.outputs, net_.vocabulary.labels.size())) {}

  [[nodiscard]] std::string_view objective() const override {
    if (classifies()) return "supervised";
    return net_.recipe.task == Task::cbow ? "cbow" : "skipgram";
  }
  [[nodiscard]] std::size_t features() const override { return 0; }
  [[nodiscard]] std::size_t width() const override { return net_.inputs.columns(); }
  [[nodiscard]] Container container() const override { return Container::first_party; }
  [[nodiscard]] const TextModel* text() const override { return this; }
  void predict(const table::Matrix&, std::span<float>) const override {
    throw PredictionError("the model takes texts");
  }

  [[nodiscard]] bool classifies() const override {
    return net_.recipe.task == Task::classification;
  }

  [[nodiscard]] std::vector<float> vector_of(std::string_view word) const override {
    std::vector<float> vector(net_.inputs.stride());
    const std::vector<float*> rows = inputs_of(features_.of_word(word));
    if (!rows.empty()) kernels().net.mean(rows.data(), rows.size(), vector.size(), vector.data());
    vector.resize(net_.inputs.columns());
    return vector;
  }

  [[nodiscard]] std::vector<LabelProbability> classify(std::string_view sentence,
                                                       std::size_t most) const override {
    const std::vector<float*> inputs = inputs_of(features_.of_line(sentence));
    if (inputs.empty() || outputs_.empty()) return {};
    Descent room(kernels().net, net_.inputs.stride());
    const std::span<const float> probabilities = net_.recipe.loss == Loss::softmax
                                                     ? room.probabilities(inputs, outputs_)
                                                     : room.likelihoods(inputs, outputs_);
    return best(probabilities, most);
  }

 private:
  [[nodiscard]] std::vector<float*> inputs_of(const std::vector<std::uint32_t>& rows) const {
    std::vector<float*> found;
    for (const std::uint32_t row : rows) found.push_back(net_.inputs.row(row));
    return found;
  }

  [[nodiscard]] std::vector<LabelProbability> best(std::span<const float> probabilities,
                                                   std::size_t most) const {
    std::vector<std::size_t> order(probabilities.size());
    std::iota(order.begin(), order.end(), 0);
    const auto count = static_cast<std::ptrdiff_t>(std::min(most, order.size()));
    std::ranges::partial_sort(order, order.begin() + count, [&](std::size_t a, std::size_t b) {
      return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b] : a < b;
    });
    std::vector<LabelProbability> labels;
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      const std::size_t label = order[static_cast<std::size_t>(i)];
      labels.push_back({net_.vocabulary.labels[label].text, probabilities[label]});
    }
    return labels;
  }

  FastTextModel net_;
  Features features_;
  std::vector<float*> outputs_;
};

}  // namespace

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  for (const char* name : {classifier_file, vectors_file}) {
    if (std::filesystem::exists(folder / name))
      return std::make_unique<TextNet>(read_fasttext(folder / name));
  }
  throw ModelError("the model has neither a file " + std::string(classifier_file) + " nor " +
                   vectors_file);
}

}  // namespace millrace::learn::blazingtext
