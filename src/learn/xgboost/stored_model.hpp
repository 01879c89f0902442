// A model as its file stores it, whatever the format: what both readers fill and the predictor is
// made from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::learn::xgboost {

struct StoredNode {
  std::int32_t left = -1;  // -1: a leaf
  std::int32_t right = -1;
  std::uint32_t feature = 0;
  float value = 0;  // threshold, or the leaf's output
  bool default_left = false;
  std::vector<std::uint32_t> categories;  // that go right; a split by threshold has none
};

struct StoredTree {
  std::vector<StoredNode> nodes;  // the first is the root
  std::uint32_t group = 0;        // the output that it adds to
  float weight = 1;               // dart's
};

enum class BoosterKind { trees, dart, linear };

struct StoredModel {
  std::string objective;
  BoosterKind booster = BoosterKind::trees;
  std::int64_t major_version = 0;
  std::size_t features = 0;
  std::size_t groups = 1;
  std::vector<float> base_score;  // one, or one a group; before the objective's link unless said
  bool base_is_margin = false;
  std::vector<StoredTree> trees;
  std::vector<float> weights;  // linear: features times groups, then the biases
};

// Both throw ModelError for anything that is not such a model, and check every length before they
// trust it.
[[nodiscard]] StoredModel read_json_model(std::string_view bytes);    // JSON and UBJSON
[[nodiscard]] StoredModel read_binary_model(std::string_view bytes);  // releases before 3.1

}  // namespace millrace::learn::xgboost
