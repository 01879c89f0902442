// Jobs and models that name one of AWS's JumpStart bundles: which built-in they mean.
#pragma once

#include "base/stream.hpp"
#include "learn/contract_jumpstart.hpp"
#include "service/sagemaker/training_request.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace millrace::service::sagemaker {

// The model whose training script a job runs, in the image that it runs in; null where it is none.
[[nodiscard]] const learn::JumpStartModel* training_bundle(const CreateTrainingJob& ask);

// The job that the bundle means, as if it had named the built-in.
[[nodiscard]] CreateTrainingJob without_bundle(CreateTrainingJob ask,
                                               const learn::JumpStartModel& model);

using Environment = std::vector<std::pair<std::string, std::string>>;

// Whether the container has the image of the bundles and its script lies with the model, where that
// image looks when nothing else is said: the training or AWS's SDK has packed it there.
[[nodiscard]] bool has_packed_script(const learn::Image& image, const Environment& environment);

// The model whose inference script lies where the container says; null where it is none.
[[nodiscard]] const learn::JumpStartModel* inference_bundle(const learn::Image& image,
                                                            const Environment& environment);

// An artifact with a script is unpacked to see whose the script is; that of a larger one is taken
// for its user's.
constexpr std::uint64_t inspected_bytes_limit = 1ULL << 30;

// The model whose inference script is packed into this artifact, a tar.gz; null for any other, and
// for one that unpacks to more bytes than `limit`.
[[nodiscard]] const learn::JumpStartModel* packed_bundle(
    base::Reader& artifact, std::uint64_t limit = inspected_bytes_limit);

}  // namespace millrace::service::sagemaker
