// What AWS's SDK learns of one JumpStart model: the file of specifications that its manifest names,
// and where the model's archives lie.
#pragma once

#include "base/value.hpp"
#include "learn/contract_jumpstart.hpp"

#include <string>
#include <string_view>

namespace millrace::service::sagemaker {

struct ArtifactKeys {
  std::string training;   // the model to begin with
  std::string hosting;    // the same, to serve
  std::string prepacked;  // with the inference script beside it
};

[[nodiscard]] ArtifactKeys artifact_keys(const learn::JumpStartModel& model);

// Where a training container finds a bundle that came as the channel `code`.
inline constexpr const char* code_channel_bundle = "/opt/ml/input/data/code/sourcedir.tar.gz";

[[nodiscard]] base::Value jumpstart_specs(const learn::JumpStartModel& model,
                                          std::string_view region);

}  // namespace millrace::service::sagemaker
