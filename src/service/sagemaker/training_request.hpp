// CreateTrainingJob's request as a plain struct, and what Describe shows of it.
#pragma once

#include "aws/view.hpp"
#include "jobs/job.hpp"
#include "store/records.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::service::sagemaker {

struct TrainingInput {
  jobs::Channel channel;
  bool has_s3 = false;
  std::string data_type;
};

struct CreateTrainingJob {
  std::string name;
  std::string image;
  std::string input_mode;
  std::vector<jobs::MetricRule> metrics;  // MetricDefinitions
  std::string role_arn;
  std::vector<std::pair<std::string, std::string>> hyperparameters;
  std::vector<TrainingInput> inputs;
  std::string output_uri;
  std::string output_key;          // KmsKeyId
  std::string output_compression;  // GZIP or NONE
  std::optional<jobs::CheckpointPlace> checkpoints;
  std::string instance_type;
  std::int64_t instance_count = 1;
  std::int64_t runtime_limit_s = 0;
  store::Tags tags;
  bool collects_tensors = false;   // DebugHookConfig asks for more than its mere presence
  std::vector<std::string> notes;  // of members without effect, for the job's log
  base::Map shown;                 // members of DescribeTrainingJob as they were given
};

[[nodiscard]] CreateTrainingJob read_create_training_job(const aws::View& in);

}  // namespace millrace::service::sagemaker
