// A model as its file stores it, whatever the format: what both readers fill and the predictor is
// made from.
#pragma once

#include "learn/model.hpp"
#include "learn/model_file.hpp"

#include <cstdint>
#include <filesystem>
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
  float gain = 0;   // of the loss, by a split
  float cover = 0;  // the second derivatives of the rows that came here, added up
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

// Where the sum of the trees begins, for each output. Throws ModelError.
[[nodiscard]] std::vector<float> base_margins(const StoredModel& model);

// JSON, UBJSON or the binary format of the releases before 3.1, told by the first bytes. Throws
// ModelError.
[[nodiscard]] StoredModel read_stored_model(std::string_view bytes);

// The folder's files that are not hidden, whatever their names, which order them; at least one.
// Throws ModelError.
[[nodiscard]] std::vector<std::filesystem::path> find_models(const std::filesystem::path& folder);

// What `make` makes of the model in the file; a ModelError says which one it is of.
template <class Make>
auto make_from_file(const std::filesystem::path& path, Make&& make) {
  try {
    return make(read_stored_model(read_model_file(path)));
  } catch (const ModelError& error) {
    throw ModelError("Model " + path.string() + " cannot be loaded: " + error.what());
  }
}

// Both throw ModelError for anything that is not such a model, and check every length before they
// trust it.
[[nodiscard]] StoredModel read_json_model(std::string_view bytes);    // JSON and UBJSON
[[nodiscard]] StoredModel read_binary_model(std::string_view bytes);  // releases before 3.1

}  // namespace millrace::learn::xgboost
