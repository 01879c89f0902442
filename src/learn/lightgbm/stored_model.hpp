// A model as its text says it, before it is made quick.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::learn::lightgbm {

// What a split takes for a value that is missing: nothing (which counts as 0), zeros, or what is no
// number.
enum class Missing : std::uint8_t { none, zero, nan };

// A child is a node, or where it is negative the leaf whose number is its complement.
struct StoredSplit {
  std::uint32_t feature = 0;
  double threshold = 0;
  std::int32_t left = 0;
  std::int32_t right = 0;
  bool default_left = false;
  Missing missing = Missing::none;
  bool by_category = false;
  double gain = 0;                        // of the loss
  double count = 0;                       // of the rows that came here in training
  std::vector<std::uint32_t> categories;  // a bit each: those that go left
};

// A leaf that is a linear function of some columns.
struct LinearLeaf {
  double constant = 0;
  std::vector<std::uint32_t> features;
  std::vector<double> coefficients;  // one a feature
};

struct StoredTree {
  std::vector<StoredSplit> splits;
  std::vector<double> leaves;      // one more than splits
  std::vector<double> counts;      // of the rows in each of them, where they were stored
  std::vector<LinearLeaf> linear;  // one a leaf, or none
};

struct StoredModel {
  std::string objective;  // "binary sigmoid:1"; empty where it is the caller's own
  std::size_t features = 0;
  std::size_t classes = 1;
  std::size_t groups = 1;  // trees a round
  bool average = false;    // of a random forest: the mean of the trees
  std::vector<StoredTree> trees;
};

// Throws ModelError for anything that is not such a text, and checks every length before it trusts
// it.
[[nodiscard]] StoredModel parse_text_model(std::string_view text);

}  // namespace millrace::learn::lightgbm
