#include "learn/blazingtext/classifier.hpp"

#include "learn/blazingtext/descent.hpp"

#include <algorithm>
#include <atomic>
#include <vector>

namespace millrace::learn::blazingtext {
namespace {

constexpr std::uint64_t words_between_reports = 10000;

std::vector<float*> all_rows(const Weights& weights) {
  std::vector<float*> rows;
  for (std::size_t row = 0; row < weights.rows(); ++row) rows.push_back(weights.row(row));
  return rows;
}

// The rows' places, which the processor fetches meanwhile.
void find_rows(const Weights& weights, std::span<const std::uint32_t> numbers,
               std::vector<float*>& rows) {
  rows.clear();
  for (const std::uint32_t number : numbers) {
    rows.push_back(weights.row(number));
    __builtin_prefetch(rows.back(), 1);
  }
}

// Calls `take` with each line's inputs, the next line's being fetched.
template <class Take>
void for_each_line(const Weights& inputs, const Examples& examples, std::size_t first,
                   std::size_t last, const Take& take) {
  std::vector<float*> rows;
  std::vector<float*> next;
  find_rows(inputs, examples.rows[first], next);
  for (std::size_t line = first; line < last; ++line) {
    rows.swap(next);
    if (line + 1 < last) find_rows(inputs, examples.rows[line + 1], next);
    if (!take(line, RowPointers(rows))) return;
  }
}

}  // namespace

ClassifierNet first_classifier(const Vocabulary& vocabulary, std::size_t buckets,
                               std::size_t dimensions, std::uint64_t seed) {
  ClassifierNet net{.inputs = Weights(vocabulary.words.size() + buckets, dimensions),
                    .outputs = Weights(vocabulary.labels.size(), dimensions)};
  Draw draw(seed);
  for (std::size_t row = 0; row < vocabulary.words.size(); ++row) net.inputs.fill(row, draw, 1);
  return net;
}

void train_epoch(ClassifierNet& net, const Examples& examples, std::uint64_t seed,
                 Progress& progress, Parallel& parallel) {
  const std::vector<float*> outputs = all_rows(net.outputs);
  parallel.split(
      examples.rows.size(), [&](std::size_t thread, std::size_t first, std::size_t last) {
        Descent descent(kernels().net, net.inputs.stride());
        Draw draw(seed + thread);
        std::uint64_t unreported = 0;
        for_each_line(net.inputs, examples, first, last, [&](std::size_t line, RowPointers inputs) {
          const auto labels = examples.labels[line];
          const std::size_t right = labels.size() == 1 ? 0 : draw.below(labels.size());
          descent.classify(inputs, outputs, labels[right], progress.rate());
          progress.add(examples.words[line]);
          unreported += examples.words[line];
          if (thread == 0 && unreported >= words_between_reports) {
            unreported = 0;
            progress.report();
          }
          return !progress.stopped();
        });
      });
}

double accuracy(const ClassifierNet& net, const Examples& examples, Parallel& parallel) {
  const std::size_t lines = examples.rows.size();
  if (lines == 0) return 0;
  const std::vector<float*> outputs = all_rows(net.outputs);
  std::atomic<std::uint64_t> right = 0;
  parallel.split(lines, [&](std::size_t, std::size_t first, std::size_t last) {
    Descent room(kernels().net, net.inputs.stride());
    for_each_line(net.inputs, examples, first, last, [&](std::size_t line, RowPointers inputs) {
      const std::span<const float> products = room.products(inputs, outputs);
      const auto best = std::ranges::max_element(products) - products.begin();
      const auto labels = examples.labels[line];
      if (std::ranges::find(labels, static_cast<std::uint32_t>(best)) != labels.end()) ++right;
      return true;
    });
  });
  return static_cast<double>(right.load()) / static_cast<double>(lines);
}

}  // namespace millrace::learn::blazingtext
