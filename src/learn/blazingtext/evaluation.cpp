#include "learn/blazingtext/evaluation.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "learn/blazingtext/word_pairs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <unordered_map>

namespace millrace::learn::blazingtext {
namespace {

struct Pair {
  std::string_view first;
  std::string_view second;
  double score;
  std::string_view parts;
};

std::vector<Pair> read_pairs() {
  std::vector<Pair> pairs;
  for (const auto text : base::split(word_pairs(), ';')) {
    const auto fields = base::split(base::trim(text), ' ');
    if (fields.size() == 4)
      pairs.push_back({fields[0], fields[1], base::to_number(fields[2]).value(), fields[3]});
  }
  return pairs;
}

std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> found(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    for (std::size_t at = first; at < end; ++at)
      found[order[at]] = static_cast<double>(first + end - 1) / 2;
    first = end;
  }
  return found;
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double product(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double cosine(std::span<const float> a, std::span<const float> b) {
  const double lengths = std::sqrt(product(a, a) * product(b, b));
  return lengths > 0 ? product(a, b) / lengths : 0;
}

// Of words that differ in case alone the most frequent stands for all.
std::unordered_map<std::string, std::size_t> places_by_lower_case(const Vocabulary& vocabulary) {
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t word = 0; word < vocabulary.words.size(); ++word)
    places.try_emplace(base::lower(vocabulary.words[word].text), word);
  return places;
}

}  // namespace

std::optional<double> rank_correlation(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2) return {};
  const std::vector<double> first = ranks(a);
  const std::vector<double> second = ranks(b);
  const double middle = mean_of(first);
  double together = 0;
  double first_square = 0;
  double second_square = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    together += (first[i] - middle) * (second[i] - middle);
    first_square += (first[i] - middle) * (first[i] - middle);
    second_square += (second[i] - middle) * (second[i] - middle);
  }
  if (first_square == 0 || second_square == 0) return {};
  return together / std::sqrt(first_square * second_square);
}

std::vector<Similarity> evaluate(const Vocabulary& vocabulary, const Weights& vectors) {
  const auto places = places_by_lower_case(vocabulary);
  const std::vector<Pair> pairs = read_pairs();
  std::vector<Similarity> similarities;
  const auto measure = [&](const char* name, char part) {
    Similarity& similarity = similarities.emplace_back();
    similarity.name = name;
    std::vector<double> scores;
    std::vector<double> cosines;
    for (const Pair& pair : pairs) {
      if (part != '\0' && pair.parts.find(part) == std::string_view::npos) continue;
      ++similarity.pairs;
      const auto first = places.find(std::string(pair.first));
      const auto second = places.find(std::string(pair.second));
      if (first == places.end() || second == places.end()) {
        ++similarity.not_found;
        continue;
      }
      scores.push_back(pair.score);
      cosines.push_back(cosine(vectors.values(first->second), vectors.values(second->second)));
    }
    similarity.rho = rank_correlation(cosines, scores);
  };
  measure("EN-WS-353-ALL.txt", '\0');
  measure("EN-WS-353-REL.txt", 'r');
  measure("EN-WS-353-SIM.txt", 's');
  return similarities;
}

std::optional<double> mean_rho(std::span<const Similarity> similarities) {
  double sum = 0;
  for (const Similarity& similarity : similarities) {
    if (!similarity.rho) return {};
    sum += *similarity.rho;
  }
  return sum / static_cast<double>(similarities.size());
}

std::string evaluation_json(std::span<const Similarity> similarities) {
  const auto rho_of = [](const std::optional<double>& rho) {
    return rho ? base::Value(*rho) : base::Value();
  };
  base::Map document;
  for (const Similarity& similarity : similarities) {
    document.set(similarity.name, base::Map{{"not_found", similarity.not_found},
                                            {"spearmans_rho", rho_of(similarity.rho)},
                                            {"total_pairs", similarity.pairs}});
  }
  document.set("mean_rho", rho_of(mean_rho(similarities)));
  return base::write_json(document);
}

}  // namespace millrace::learn::blazingtext
