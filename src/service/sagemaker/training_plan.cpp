// Images by the algorithms' contracts; the rest by what the engine can do.
#include "service/sagemaker/training_plan.hpp"

#include "jobs/instance_types.hpp"
#include "jobs/metric_scanner.hpp"
#include "service/sagemaker/bundle.hpp"
#include "service/sagemaker/service.hpp"
#include "service/sagemaker/training_channels.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::sagemaker {
namespace {

using learn::Image;

constexpr std::int64_t training_instances_limit = 16;  // of one job
constexpr std::string_view operation = "CreateTrainingJob";
constexpr std::array<std::string_view, 2> script_parameters = {"sagemaker_program",
                                                               "sagemaker_submit_directory"};
// Tags that AWS's images have and that cannot be served: their code is older than what is
// published.
constexpr std::array<std::string_view, 2> old_tags = {"1", "latest"};

std::string registry_of(const std::string& image) { return image.substr(0, image.find('.')); }

aws::Error no_repository(const CreateTrainingJob& ask, const Image& image) {
  return invalid("Cannot find repository: " + image.repository +
                 " in registry ID: " + registry_of(ask.image) +
                 " Please check if your ECR repository exists and role " + ask.role_arn +
                 " has proper pull permissions for SageMaker: ecr:BatchCheckLayerAvailability, "
                 "ecr:BatchGetImage, "
                 "ecr:GetDownloadUrlForLayer");
}

Image image_of(const CreateTrainingJob& ask) {
  const auto image = learn::parse_image(ask.image);
  if (!image) {
    throw invalid(
        "Invalid training image. Please provide a valid Amazon Elastic Container Registry path of "
        "the Docker image to "
        "run.");
  }
  if (image->contract == nullptr) throw no_repository(ask, *image);
  if (image->tag_known) return *image;
  if (std::ranges::find(old_tags, image->tag) != old_tags.end()) {
    throw not_built(operation,
                    "AlgorithmSpecification.TrainingImage " + image->repository + ":" + image->tag);
  }
  throw invalid("Requested image " + ask.image + " not found.");
}

void refuse_scripts(const CreateTrainingJob& ask) {
  for (const auto& [name, value] : ask.hyperparameters) {
    if (std::ranges::find(script_parameters, name) != script_parameters.end()) {
      throw not_built(operation, "HyperParameters." + name + " (training scripts)");
    }
  }
}

void check_instances(const CreateTrainingJob& ask, const learn::Contract& contract) {
  if (ask.instance_count == 1) return;
  if (!contract.instances.distributed) {
    throw not_built(operation,
                    "ResourceConfig.InstanceCount above 1 for " + std::string(contract.name));
  }
  if (ask.instance_count <= training_instances_limit) return;
  throw aws::Error("ResourceLimitExceeded",
                   "The account-level service limit '" + ask.instance_type +
                       " for training job usage' is " + std::to_string(training_instances_limit) +
                       " Instances, with current utilization of 0 Instances and a request delta "
                       "of " +
                       std::to_string(ask.instance_count) + " Instances.");
}

// Of KMS there is the account's own key for S3 alone.
void check_output_key(const std::string& key) {
  if (key.empty() || key == "alias/aws/s3") return;
  throw not_built(operation, "OutputDataConfig.KmsKeyId other than alias/aws/s3");
}

void refuse_unbuilt(const CreateTrainingJob& ask, const learn::Contract& contract) {
  check_instances(ask, contract);
  check_output_key(ask.output_key);
  if (ask.output_compression != "GZIP")
    throw not_built(operation, "OutputDataConfig.CompressionType " + ask.output_compression);
  if (ask.collects_tensors)
    throw not_built(operation, "DebugHookConfig with collections or parameters");
  for (const TrainingInput& input : ask.inputs) check_channel(input, contract);
}

void check_members(const CreateTrainingJob& ask) {
  if (ask.image.empty()) {
    throw invalid(
        "You must specify either AlgorithmName or TrainingImage in AlgorithmSpecification.");
  }
  if (ask.instance_type.empty())
    throw invalid("InstanceType and InstanceCount must be specified in ResourceConfig.");
  if (ask.instance_count < 1) throw invalid("InstanceCount must be at least 1.");
  if (!ask.metrics.empty() && !training_bundle(ask)) {
    throw invalid(
        "You can't override the metric definitions for Amazon SageMaker algorithms. Please retry "
        "your request without "
        "specifying metric definitions.");
  }
  std::vector<std::string> names;
  for (const TrainingInput& input : ask.inputs) {
    const std::string& name = input.channel.name;
    if (!input.has_s3) throw invalid("A data source must be specified for channel " + name + ".");
    if (std::ranges::find(names, name) != names.end())
      throw invalid("Duplicate channel name: " + name);
    names.push_back(name);
  }
}

// AWS's image leaves the GPUs of such a machine idle too, unless the parameters ask for them.
void note_accelerators(const std::string& name, std::vector<std::string>& notes) {
  const jobs::InstanceType* const type = jobs::instance_type(name);
  if (type == nullptr || type->accelerators == 0) return;
  notes.push_back("The accelerators of " + name + " (" + jobs::accelerators_of(*type) +
                  ") are not used: training runs on the CPU.");
}

// AWS copies such a folder too, and its algorithms write nothing there.
void note_checkpoints(const learn::Contract& contract, std::vector<std::string>& notes) {
  if (contract.checkpoints) return;
  notes.push_back("CheckpointConfig has no effect on the training: " + std::string(contract.name) +
                  " writes no checkpoints.");
}

// AWS documents no refusal of such expressions.
void note_metrics(const std::vector<jobs::MetricRule>& rules, std::vector<std::string>& notes) {
  for (const jobs::MetricRule& rule : rules) {
    const std::string complaint = jobs::complaint_about(rule.regex);
    if (!complaint.empty())
      notes.push_back("The metric " + rule.name +
                      " will not be found, as its Regex is of no use: " + complaint + ".");
  }
}

jobs::Plan plan_for(const CreateTrainingJob& ask, const Image& image) {
  refuse_unbuilt(ask, *image.contract);
  jobs::Plan plan{.algorithm = std::string(image.contract->name),
                  .version = image.tag,
                  .role_arn = ask.role_arn,
                  .hyperparameters = {ask.hyperparameters.begin(), ask.hyperparameters.end()},
                  .channels = {},
                  .output_uri = ask.output_uri,
                  .output_by_kms = !ask.output_key.empty(),
                  .instance_type = ask.instance_type,
                  .instances = ask.instance_count,
                  .runtime_limit_s = ask.runtime_limit_s,
                  .metrics = {},
                  .notes = ask.notes};
  note_accelerators(ask.instance_type, plan.notes);
  if (ask.checkpoints) {
    plan.checkpoints = *ask.checkpoints;
    note_checkpoints(*image.contract, plan.notes);
  }
  for (const TrainingInput& input : ask.inputs) plan.channels.push_back(input.channel);
  plan.metrics = ask.metrics;
  note_metrics(ask.metrics, plan.notes);
  for (const learn::MetricDoc& metric : image.contract->metrics) {
    if (ask.metrics.empty())
      plan.metrics.push_back({std::string(metric.name), std::string(metric.regex)});
  }
  return plan;
}

}  // namespace

jobs::Plan plan_of(const CreateTrainingJob& ask) {
  check_members(ask);
  if (const learn::JumpStartModel* const model = training_bundle(ask)) {
    jobs::Plan plan = plan_for(without_bundle(ask, *model),
                               {.contract = model->contract, .tag = std::string(model->version)});
    plan.bundle = learn::id_of(*model);
    return plan;
  }
  refuse_scripts(ask);
  return plan_for(ask, image_of(ask));
}

base::List metric_definitions(const jobs::Plan& plan) {
  base::List list;
  for (const jobs::MetricRule& rule : plan.metrics) {
    list.emplace_back(base::Map{{"Name", rule.name}, {"Regex", rule.regex}});
  }
  return list;
}

}  // namespace millrace::service::sagemaker
