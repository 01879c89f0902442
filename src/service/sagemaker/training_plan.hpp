// From what CreateTrainingJob asks to what the engine does, with AWS's refusals of what cannot be
// done.
#pragma once

#include "aws/call.hpp"
#include "jobs/job.hpp"
#include "learn/contract.hpp"
#include "service/sagemaker/training_request.hpp"

namespace millrace::service::sagemaker {

// Refuses what no permission can mend: unknown images, scripts, too many instances, and what is
// not built. Looks at nothing but `ask`.
[[nodiscard]] jobs::Plan plan_of(const CreateTrainingJob& ask);
// The algorithm's metrics as Describe shows them.
[[nodiscard]] base::List metric_definitions(const jobs::Plan& plan);

}  // namespace millrace::service::sagemaker
