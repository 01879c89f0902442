// What a training job's channels ask for, held against what the algorithm reads.
#pragma once

#include "learn/contract.hpp"
#include "service/sagemaker/training_request.hpp"

namespace millrace::service::sagemaker {

// Refuses, by name, what AWS would not take and what is not built.
void check_channel(const TrainingInput& input, const learn::Contract& contract);

}  // namespace millrace::service::sagemaker
