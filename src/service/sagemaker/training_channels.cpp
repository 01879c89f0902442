#include "service/sagemaker/training_channels.hpp"

#include "base/text.hpp"
#include "service/sagemaker/service.hpp"

#include <algorithm>
#include <string>

namespace millrace::service::sagemaker {
namespace {

constexpr std::string_view operation = "CreateTrainingJob";
constexpr std::string_view augmented = "AugmentedManifestFile";
constexpr std::string_view reference_suffix = "-ref";

std::string member_of(const jobs::Channel& channel) {
  return "InputDataConfig of channel " + channel.name + ": ";
}

// "text/csv" of "Text/CSV; label_size=0"
std::string type_of(const jobs::Channel& channel) {
  return base::lower(base::trim(channel.content_type.substr(0, channel.content_type.find(';'))));
}

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_default(const jobs::Channel& channel, const learn::Contract& contract) {
  return type_of(channel).empty() && contract.container == learn::Container::first_party;
}

// A built-in reads objects where they lie, in every mode: what AWS's image takes from a pipe is
// accepted, and what it would not is refused.
void check_pipe(const jobs::Channel& channel, const learn::Contract& contract) {
  if (channel.input_mode != "Pipe") return;
  const std::string type = type_of(channel);
  if (is_default(channel, contract) && !contract.piped_types.empty()) return;
  if (is_one_of(contract.piped_types, type)) return;
  throw not_built(operation, member_of(channel) + "InputMode Pipe for " +
                                 std::string(contract.name) +
                                 (type.empty() ? std::string() : " with ContentType " + type));
}

bool is_reference(std::string_view attribute) { return attribute.ends_with(reference_suffix); }

// The attributes that the algorithm reads from a manifest's lines, all of them and nothing else.
bool stand_in_lines(const jobs::Channel& channel, const learn::Contract& contract) {
  return !channel.attributes.empty() &&
         channel.attributes.size() == contract.manifest_attributes.size() &&
         std::ranges::is_permutation(channel.attributes, contract.manifest_attributes);
}

// AWS unpacks what it streams only.
void check_compression(const TrainingInput& input) {
  const jobs::Channel& channel = input.channel;
  if (channel.compression == "None") return;
  if (channel.input_mode != "Pipe") {
    throw invalid("Invalid compression type for channel " + channel.name + ": " +
                  channel.input_mode + " mode only supports NONE, got " + channel.compression +
                  " instead");
  }
  if (input.data_type == augmented) {
    throw not_built(operation, member_of(channel) + "CompressionType " + channel.compression +
                                   " with S3DataType " + input.data_type);
  }
}

void check_augmented(const TrainingInput& input, const learn::Contract& contract) {
  const jobs::Channel& channel = input.channel;
  if (input.data_type != augmented) {
    if (channel.attributes.empty()) return;
    throw invalid(member_of(channel) +
                  "AttributeNames can only be used if S3DataType is AugmentedManifestFile.");
  }
  if (channel.input_mode != "Pipe") {
    throw invalid(member_of(channel) +
                  "AugmentedManifestFile can only be used if the Channel's input mode is Pipe.");
  }
  if (channel.attributes.empty()) {
    throw invalid(member_of(channel) +
                  "AttributeNames must be specified if S3DataType is AugmentedManifestFile.");
  }
  if (std::ranges::all_of(channel.attributes, is_reference)) return;
  if (stand_in_lines(channel, contract)) return;
  std::string names;
  for (const std::string& name : channel.attributes) names += (names.empty() ? "" : ", ") + name;
  throw not_built(operation, member_of(channel) + "AttributeNames [" + names + "] for " +
                                 std::string(contract.name));
}

// Each object, or attribute, becomes a record: of use where the algorithm reads such records.
void check_wrapper(const jobs::Channel& channel, const learn::Contract& contract) {
  if (channel.record_wrapper == "None") return;
  if (channel.input_mode != "Pipe") {
    throw invalid(member_of(channel) +
                  "RecordWrapperType RecordIO can only be used if the Channel's input mode is "
                  "Pipe.");
  }
  const std::string type = type_of(channel);
  const bool reads_records = is_one_of(contract.piped_types, "application/x-recordio-protobuf") &&
                             (is_default(channel, contract) || type == "recordio-protobuf" ||
                              type == "application/x-recordio-protobuf");
  if (reads_records || stand_in_lines(channel, contract)) return;
  throw not_built(operation, member_of(channel) + "RecordWrapperType RecordIO for " +
                                 std::string(contract.name) +
                                 (type.empty() ? std::string() : " with ContentType " + type));
}

}  // namespace

void check_channel(const TrainingInput& input, const learn::Contract& contract) {
  const jobs::Channel& channel = input.channel;
  check_compression(input);
  if (input.has_s3 && input.data_type != "S3Prefix" && input.data_type != "ManifestFile" &&
      input.data_type != augmented) {
    throw not_built(operation, member_of(channel) + "S3DataType " + input.data_type);
  }
  check_augmented(input, contract);
  check_pipe(channel, contract);
  check_wrapper(channel, contract);
}

}  // namespace millrace::service::sagemaker
