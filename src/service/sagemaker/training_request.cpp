// Member by member: what is acted upon is taken, what clients send unasked is inert, the rest is
// left for dispatch to refuse.
#include "service/sagemaker/training_request.hpp"

#include "service/sagemaker/service.hpp"

namespace millrace::service::sagemaker {
namespace {

using aws::Member;
using aws::View;
using base::List;
using base::Map;
using base::Value;

constexpr std::int64_t default_runtime_limit_s = 86'400;

void show_hyperparameters(CreateTrainingJob& ask) {
  Map map;
  for (const auto& [name, value] : ask.hyperparameters) map.set(name, value);
  if (!map.empty()) ask.shown.set("HyperParameters", std::move(map));
}

void read_algorithm(const View& in, CreateTrainingJob& ask) {
  const View algorithm = in.take("AlgorithmSpecification").view();
  ask.image = algorithm.take("TrainingImage").text_or("");
  ask.input_mode = algorithm.take("TrainingInputMode").text_or("");
  for (const View& metric : algorithm.take("MetricDefinitions").views())
    ask.metrics.push_back({metric.take("Name").text(), metric.take("Regex").text()});
  ask.shown.set("AlgorithmSpecification", Map{{"TrainingImage", ask.image},
                                              {"TrainingInputMode", ask.input_mode},
                                              {"EnableSageMakerMetricsTimeSeries", false}});
}

TrainingInput read_input(const View& in, const std::string& input_mode) {
  TrainingInput input;
  jobs::Channel& channel = input.channel;
  channel.name = in.take("ChannelName").text();
  const Member source = in.take("DataSource").view().take("S3DataSource");
  input.has_s3 = source.present();
  const View s3 = source.view();
  input.data_type = s3.take("S3DataType").text_or("");
  channel.manifest = input.data_type == "ManifestFile";
  channel.uri = s3.take("S3Uri").text_or("");
  channel.attributes = s3.take("AttributeNames").texts();
  channel.sharded =
      s3.take("S3DataDistributionType").text_or("FullyReplicated") == "ShardedByS3Key";
  channel.content_type = in.take("ContentType").text_or("");
  channel.compression = in.take("CompressionType").text_or("None");
  channel.record_wrapper = in.take("RecordWrapperType").text_or("None");
  channel.input_mode = in.take("InputMode").text_or(input_mode);
  channel.shuffle_seed = in.take("ShuffleConfig").view().take("Seed").optional_integer();
  return input;
}

Value shown_input(const View& in, const TrainingInput& input) {
  const jobs::Channel& channel = input.channel;
  Map s3{{"S3DataType", input.data_type},
         {"S3Uri", channel.uri},
         {"S3DataDistributionType", channel.sharded ? "ShardedByS3Key" : "FullyReplicated"}};
  if (!channel.attributes.empty())
    s3.set("AttributeNames", List(channel.attributes.begin(), channel.attributes.end()));
  Map shown{{"ChannelName", channel.name}, {"DataSource", Map{{"S3DataSource", s3}}}};
  if (!channel.content_type.empty()) shown.set("ContentType", channel.content_type);
  shown.set("CompressionType", channel.compression);
  shown.set("RecordWrapperType", channel.record_wrapper);
  shown.set_if("InputMode", in.take("InputMode").optional_text());
  if (channel.shuffle_seed) shown.set("ShuffleConfig", Map{{"Seed", *channel.shuffle_seed}});
  return shown;
}

void read_inputs(const View& in, CreateTrainingJob& ask) {
  List shown;
  for (const View& one : in.take("InputDataConfig").views()) {
    ask.inputs.push_back(read_input(one, ask.input_mode));
    shown.push_back(shown_input(one, ask.inputs.back()));
  }
  if (!shown.empty()) ask.shown.set("InputDataConfig", std::move(shown));
}

void read_output(const View& in, CreateTrainingJob& ask) {
  const View output = in.take("OutputDataConfig").view();
  ask.output_uri = output.take("S3OutputPath").text();
  ask.output_key = output.take("KmsKeyId").text_or("");
  const auto compression = output.take("CompressionType").optional_text();
  ask.output_compression = compression.value_or("GZIP");
  // AWS shows an empty key where none was given, and SDKs rely on it.
  Map shown{{"KmsKeyId", ask.output_key}, {"S3OutputPath", ask.output_uri}};
  shown.set_if("CompressionType", compression);
  ask.shown.set("OutputDataConfig", std::move(shown));
}

void read_checkpoints(const View& in, CreateTrainingJob& ask) {
  const Member member = in.take("CheckpointConfig");
  if (!member.present()) return;
  jobs::CheckpointPlace& place = ask.checkpoints.emplace();
  place.uri = member.view().take("S3Uri").text();
  const auto path = member.view().take("LocalPath").optional_text();
  if (path) place.local_path = *path;
  Map shown{{"S3Uri", place.uri}};
  shown.set_if("LocalPath", path);
  ask.shown.set("CheckpointConfig", std::move(shown));
}

// Takes a member that has no effect here, and says so in the job's log where it asks for something.
Member take_inert(const View& in, CreateTrainingJob& ask, std::string_view name,
                  std::string_view reason) {
  Member member = in.inert(name, reason);
  const Value* value = member.present() ? member.whole() : nullptr;
  if (value != nullptr && !(value->is_flag() && !value->flag())) {
    ask.notes.push_back(std::string(name) + " has no effect: " + std::string(reason));
  }
  return member;
}

void read_resources(const View& in, CreateTrainingJob& ask) {
  const View resources = in.take("ResourceConfig").view();
  ask.instance_type = resources.take("InstanceType").text_or("");
  ask.instance_count = resources.take("InstanceCount").integer_or(1);
  const auto volume =
      take_inert(resources, ask, "VolumeSizeInGB", "a job's files lie on the server's own disk")
          .optional_integer();
  Map shown{{"InstanceType", ask.instance_type}, {"InstanceCount", ask.instance_count}};
  shown.set_if("VolumeSizeInGB", volume);
  ask.shown.set("ResourceConfig", std::move(shown));
}

void read_limits(const View& in, CreateTrainingJob& ask) {
  const View condition = in.take("StoppingCondition").view();
  ask.runtime_limit_s = condition.take("MaxRuntimeInSeconds").integer_or(default_runtime_limit_s);
  ask.shown.set("StoppingCondition", Map{{"MaxRuntimeInSeconds", ask.runtime_limit_s}});
}

bool is_filled(const Value* structure, std::string_view name) {
  const Value* member = structure == nullptr ? nullptr : structure->find(name);
  if (member == nullptr) return false;
  return (member->is_list() && !member->list().empty()) ||
         (member->is_map() && !member->map().empty());
}

void show_inert(const View& in, CreateTrainingJob& ask, const char* name, std::string_view reason) {
  const Member member = take_inert(in, ask, name, reason);
  if (member.present()) ask.shown.set(name, *member.whole());
}

void read_inert(const View& in, CreateTrainingJob& ask) {
  const auto flag = [&](const char* name, std::string_view reason) {
    ask.shown.set(name, take_inert(in, ask, name, reason).flag_or(false));
  };
  show_inert(in, ask, "DebugHookConfig", "built-in algorithms save no tensors");
  show_inert(in, ask, "ProfilerConfig", "there is no profiler");
  flag("EnableNetworkIsolation", "built-in algorithms open no network connection");
  flag("EnableInterContainerTrafficEncryption", "one instance has no traffic between containers");
  ask.shown.set("EnableManagedSpotTraining", false);
  const Value* hook = ask.shown.find("DebugHookConfig");
  ask.collects_tensors =
      is_filled(hook, "CollectionConfigurations") || is_filled(hook, "HookParameters");
}

}  // namespace

CreateTrainingJob read_create_training_job(const View& in) {
  CreateTrainingJob ask;
  ask.name = in.take("TrainingJobName").text();
  ask.role_arn = in.take("RoleArn").text();
  ask.hyperparameters = in.take("HyperParameters").text_map();
  ask.tags = read_tags(in);
  ask.shown.set("RoleArn", ask.role_arn);
  show_hyperparameters(ask);
  read_algorithm(in, ask);
  read_inputs(in, ask);
  read_output(in, ask);
  read_checkpoints(in, ask);
  read_resources(in, ask);
  read_limits(in, ask);
  read_inert(in, ask);
  return ask;
}

}  // namespace millrace::service::sagemaker
