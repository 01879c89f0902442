// What a file of CatBoost's format .cbm holds, as far as prediction needs it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::learn::catboost {

struct FloatFeature {
  enum class Missing { below, above };  // every border
  std::size_t column = 0;
  std::vector<float> borders;
  Missing missing = Missing::below;
};

// A categorical feature that is compared with a few values, which are hashes of texts.
struct OneHotFeature {
  std::size_t column = 0;
  std::vector<std::uint32_t> values;
};

// Where a tree goes on from a node; both 0 at a leaf.
struct Step {
  std::uint16_t left = 0;
  std::uint16_t right = 0;
};

struct StoredModel {
  std::size_t dimension = 1;  // numbers that a leaf has
  std::size_t columns = 0;
  std::vector<FloatFeature> floats;
  std::vector<OneHotFeature> one_hots;
  std::vector<std::size_t> categorical;  // all categorical columns

  // The conditions of the trees one after another: numbers into the list of all borders of the
  // float features, then all values of the one-hot features.
  std::vector<std::uint32_t> splits;
  std::vector<std::uint32_t> tree_sizes;
  // Trees whose levels ask the same have none of these; of others, `splits` are nodes.
  std::vector<Step> steps;
  std::vector<std::uint32_t> leaf_of_node;

  std::vector<double> leaf_values;
  double scale = 1;
  std::vector<double> bias;  // as many as dimensions

  std::string loss;                  // "Logloss"
  std::vector<std::string> classes;  // as JSON; empty: a regression
};

// Throws learn::ModelError for damaged files, and for models with features that are not read: text,
// embeddings, categories by their statistics.
[[nodiscard]] StoredModel read_model(std::string_view bytes);

}  // namespace millrace::learn::catboost
