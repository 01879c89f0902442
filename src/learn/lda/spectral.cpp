#include "learn/lda/spectral.hpp"

#include "learn/draw.hpp"
#include "learn/lda/moments.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace::learn::lda {
namespace {

using Vector = std::vector<double>;

constexpr double share_of_frequencies = 0.1;  // of every word in every topic

double product(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void normalise(Vector& vector) {
  const double length = std::sqrt(product(vector, vector));
  for (double& value : vector) value /= length > 0 ? length : 1;
}

// The tensor times the vector twice.
Vector contract_twice(const Vector& tensor, const Vector& vector) {
  const std::size_t size = vector.size();
  Vector out(size);
  const double* at = tensor.data();
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j, at += size)
      out[i] += vector[j] * std::inner_product(at, at + size, vector.begin(), 0.0);
  }
  return out;
}

Component climb(const Vector& tensor, std::size_t size, const SpectralOptions& options,
                Draw& draw) {
  Component found{.direction = Vector(size)};
  for (double& value : found.direction) value = draw.normal();
  normalise(found.direction);
  for (std::size_t i = 0; i < options.iterations; ++i) {
    Vector next = contract_twice(tensor, found.direction);
    found.weight = product(next, found.direction);
    normalise(next);
    double moved = 0;
    for (std::size_t j = 0; j < size; ++j) moved += std::abs(next[j] - found.direction[j]);
    found.direction = std::move(next);
    if (moved < options.tolerance) break;
  }
  found.weight = product(contract_twice(tensor, found.direction), found.direction);
  return found;
}

void take_off(Vector& tensor, const Component& component) {
  const Vector& v = component.direction;
  double* at = tensor.data();
  for (const double first : v) {
    for (const double second : v) {
      for (const double third : v) *at++ -= component.weight * first * second * third;
    }
  }
}

// The words' probabilities that a component tells: no less than 0, and their sum 1.
Vector unwhitened(const Component& component, const Square& unwhiten) {
  Vector words(unwhiten.rows);
  double sum = 0;
  for (std::size_t word = 0; word < words.size(); ++word) {
    words[word] = std::inner_product(component.direction.begin(), component.direction.end(),
                                     unwhiten.row(word), 0.0);
    words[word] = std::max(words[word], 0.0);
    sum += words[word];
  }
  for (double& value : words) value /= sum > 0 ? sum : 1;
  return words;
}

// A topic's prior falls with the square of its component's weight.
std::vector<Component> with_greatest_prior(std::vector<Component> components, std::size_t most) {
  std::erase_if(components, [](const Component& one) { return one.weight <= 0; });
  std::ranges::stable_sort(components, {}, &Component::weight);
  components.resize(std::min(components.size(), most));
  return components;
}

void set_topic(Topics& topics, std::size_t topic, const Vector& words, const Vector& frequencies) {
  for (std::size_t word = 0; word < topics.words; ++word) {
    const double value =
        (1 - share_of_frequencies) * words[word] + share_of_frequencies * frequencies[word];
    topics.row(word)[topic] = static_cast<float>(value);
  }
}

Vector noisy(const Vector& frequencies, Draw& draw) {
  Vector words(frequencies);
  double sum = 0;
  for (double& value : words) sum += value *= -std::log(1 - draw.uniform());
  for (double& value : words) value /= sum > 0 ? sum : 1;
  return words;
}

// Words of no document are as probable as the rarest could be.
Vector frequencies_of(const Documents& documents, std::size_t words) {
  Vector frequencies(words, 1.0);
  double sum = static_cast<double>(words);
  for (std::size_t number = 0; number < documents.size(); ++number) {
    const Document document = documents[number];
    for (std::size_t i = 0; i < document.words.size(); ++i)
      frequencies[document.words[i]] += static_cast<double>(document.counts[i]);
    sum += document.total;
  }
  for (double& value : frequencies) value /= sum;
  return frequencies;
}

}  // namespace

std::vector<Component> decompose(std::vector<double>& tensor, std::size_t size, std::size_t count,
                                 const SpectralOptions& options) {
  Draw draw(options.seed);
  std::vector<Component> components;
  while (components.size() < std::min(count, size)) {
    Component best;
    for (std::size_t start = 0; start < options.restarts; ++start) {
      Component found = climb(tensor, size, options, draw);
      if (best.direction.empty() || found.weight > best.weight) best = std::move(found);
    }
    take_off(tensor, best);
    components.push_back(std::move(best));
  }
  return components;
}

Topics spectral_topics(const Documents& documents, const SpectralOptions& options) {
  const Vector first = first_moment(documents, options.words);
  const std::size_t sought = (options.topics * 5 + 3) / 4;
  const Whitening whitening =
      find_whitening(documents, first, options.alpha0, sought, options.seed);
  Vector tensor = third_moment(documents, first, options.alpha0, whitening.whiten);
  const std::vector<Component> components = with_greatest_prior(
      decompose(tensor, whitening.whiten.columns, sought, options), options.topics);
  Topics topics = empty_topics(options.topics, options.words);
  const Vector frequencies = frequencies_of(documents, options.words);
  Draw draw(options.seed);
  for (std::size_t topic = 0; topic < options.topics; ++topic) {
    const bool is_found = topic < components.size();
    set_topic(
        topics, topic,
        is_found ? unwhitened(components[topic], whitening.unwhiten) : noisy(frequencies, draw),
        frequencies);
  }
  std::ranges::fill(topics.alpha,
                    static_cast<float>(options.alpha0 / static_cast<double>(options.topics)));
  return topics;
}

}  // namespace millrace::learn::lda
