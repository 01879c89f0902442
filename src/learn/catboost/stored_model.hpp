// What a file of CatBoost's format .cbm holds, as far as predictions and their reasons need it.
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

// What tells the categories of a statistic apart: values of categorical features, and whether the
// answers to some conditions hold.
struct Combination {
  struct Number {
    std::size_t column = 0;
    float border = 0;  // above it?
  };
  struct Value {
    std::size_t column = 0;
    std::uint32_t value = 0;  // equal to it?
  };
  std::vector<std::size_t> columns;
  std::vector<Number> numbers;
  std::vector<Value> values;
};

// CatBoost's kinds of statistics of categories (CTRs), in the order of its schema.
enum class StatisticKind : std::uint8_t {
  borders,
  buckets,
  binarized_mean,
  mean,
  counter,
  frequency
};

// What was counted of each category of a combination.
struct StatisticTable {
  struct Bucket {
    std::uint64_t hash = 0;
    std::uint32_t place = 0;
  };
  static constexpr std::uint64_t no_hash = 0xffffffffffffffff;

  StatisticKind kind = StatisticKind::borders;
  Combination of;
  std::vector<Bucket> buckets;  // a power of two, one free at least; found from the hash on
  // `stride` a place: rows by class of the label, rows, or the bits of a sum and rows.
  std::vector<std::uint32_t> counts;
  std::size_t stride = 1;
  std::uint32_t total = 0;  // that `counter` and `frequency` are parts of
};

// A number for each category: (good + prior) / (all + prior weight), shifted and scaled.
struct Statistic {
  std::size_t table = 0;
  std::size_t target = 0;  // a class, or the one behind which labels are good
  float prior = 0;
  float prior_weight = 1;
  float shift = 0;
  float scale = 1;
  std::vector<float> borders;
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
  std::vector<StatisticTable> tables;
  std::vector<Statistic> statistics;

  // The conditions of the trees one after another: numbers into the list of all borders of the
  // float features, then all values of the one-hot features, then all borders of the statistics.
  std::vector<std::uint32_t> splits;
  std::vector<std::uint32_t> tree_sizes;
  // Trees whose levels ask the same have none of these; of others, `splits` are nodes.
  std::vector<Step> steps;
  std::vector<std::uint32_t> leaf_of_node;

  std::vector<double> leaf_values;
  std::vector<double> leaf_weights;  // of the training rows in each leaf; may not be there
  double scale = 1;
  std::vector<double> bias;  // as many as dimensions

  std::string loss;                  // "Logloss"
  std::vector<std::string> classes;  // as JSON; empty: a regression
};

// Throws learn::ModelError for damaged files, and for models with features that are not read: text
// and embeddings.
[[nodiscard]] StoredModel read_model(std::string_view bytes);

}  // namespace millrace::learn::catboost
