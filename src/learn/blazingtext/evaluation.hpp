// Vectors of words judged by people's sense of similarity.
#pragma once

#include "learn/blazingtext/vocabulary.hpp"
#include "learn/blazingtext/weights.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace::learn::blazingtext {

// Spearman's rank correlation, ties having their mean rank; nothing for less than two values or
// where all of one side are equal.
[[nodiscard]] std::optional<double> rank_correlation(std::span<const double> a,
                                                     std::span<const double> b);

struct Similarity {
  std::string name;  // EN-WS-353-ALL.txt
  std::size_t pairs = 0;
  std::size_t not_found = 0;
  std::optional<double> rho;  // cosines beside the pairs' scores
};

// WordSimilarity-353, whole and in its two parts. A word of any case is the set's.
[[nodiscard]] std::vector<Similarity> evaluate(const Vocabulary& vocabulary,
                                               const Weights& vectors);

// Nothing unless there is a correlation for each.
[[nodiscard]] std::optional<double> mean_rho(std::span<const Similarity> similarities);

// The file eval.json, as AWS's container writes it.
[[nodiscard]] std::string evaluation_json(std::span<const Similarity> similarities);

}  // namespace millrace::learn::blazingtext
