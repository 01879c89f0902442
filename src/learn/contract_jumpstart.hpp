// The algorithms that AWS ships as JumpStart models: a script bundle in AWS's bucket that runs in a
// framework's image. A job or model that names such a bundle means the built-in.
#pragma once

#include "learn/contract.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace millrace::learn {

struct JumpStartModel {
  const Contract* contract = nullptr;
  std::string_view problem_type;  // classification, regression
  std::string_view version;       // AWS's, of the model
  std::string_view least_sdk;     // the release of AWS's SDK that knows it
};

enum class BundleUse { training, inference };

[[nodiscard]] std::span<const JumpStartModel> jumpstart_models();

// catboost-classification-model
[[nodiscard]] std::string id_of(const JumpStartModel& model);
[[nodiscard]] const JumpStartModel* find_jumpstart_model(std::string_view id);

// The key of its bundle: source-directory-tarballs/catboost/transfer_learning/classification/...
[[nodiscard]] std::string bundle_key(const JumpStartModel& model, BundleUse use);

// The training bundle of these releases, whose script also leaves the inference script beside the
// model: .../transfer_learning/classification/prepack/...
[[nodiscard]] std::string prepacked_bundle_key(const JumpStartModel& model);

// The files of an inference bundle: names to texts. The script only has to be there under AWS's
// name; the other file says whose it is.
inline constexpr std::string_view bundle_mark = "millrace_model_id";
[[nodiscard]] std::map<std::string, std::string> inference_files(const JumpStartModel& model);

// AWS's bucket of a region, jumpstart-cache-prod-REGION; the region of such a name, or nothing.
[[nodiscard]] std::string jumpstart_bucket(std::string_view region);
[[nodiscard]] std::optional<std::string> jumpstart_region(std::string_view bucket);

// The model whose bundle lies at this place, in any region and of any version; null for any other.
[[nodiscard]] const JumpStartModel* find_bundle(std::string_view s3_uri, BundleUse use);

// The images that run the bundles, by repository and tag.
[[nodiscard]] std::string_view bundle_image(BundleUse use);  // "pytorch-training:1.9.0-cpu-py38"
[[nodiscard]] bool is_bundle_image(const Image& image, BundleUse use);

}  // namespace millrace::learn
