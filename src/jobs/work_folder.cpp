// Built-ins read blobs in place; only what does not lie in one piece is copied.
#include "jobs/work_folder.hpp"

#include "base/files.hpp"
#include "base/json.hpp"
#include "jobs/manifest.hpp"
#include "store/cared_blobs.hpp"

#include <filesystem>
#include <fstream>

namespace millrace::jobs {
namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::size_t copy_step = 1 << 20;

void write_file(const std::string& path, const std::string& text) {
  base::SystemFiles files;
  files.open(path, base::Open::create_new)->write_at(0, text);
}

Value hyperparameters(const Plan& plan) {
  Map map;
  for (const auto& [name, value] : plan.hyperparameters) map.set(name, value);
  return map;
}

Value input_data_config(const Plan& plan) {
  Map map;
  for (const Channel& channel : plan.channels) {
    Map one{{"TrainingInputMode", channel.input_mode},
            {"S3DistributionType", channel.sharded ? "ShardedByS3Key" : "FullyReplicated"},
            {"RecordWrapperType", channel.record_wrapper}};
    if (!channel.content_type.empty()) one.set("ContentType", channel.content_type);
    if (channel.compression != "None") one.set("CompressionType", channel.compression);
    map.set(channel.name, std::move(one));
  }
  return map;
}

// The first host's; built-ins, the only works of several hosts, do not read it.
Value resource_config(const Plan& plan) {
  List hosts;
  for (std::int64_t host = 1; host <= plan.instances; ++host) hosts.emplace_back(host_name(host));
  const Map group{{"instance_group_name", "homogeneousCluster"},
                  {"instance_type", plan.instance_type},
                  {"hosts", hosts}};
  return Map{{"current_host", host_name(1)},
             {"current_instance_type", plan.instance_type},
             {"current_group_name", "homogeneousCluster"},
             {"hosts", hosts},
             {"instance_groups", List{group}},
             {"network_interface_name", "lo"}};
}

// Built-ins find it below the root; LocalPath is where scripts would.
Value checkpoint_config(const Plan& plan) {
  return Map{{"S3Uri", plan.checkpoints.uri}, {"LocalPath", plan.checkpoints.local_path}};
}

// Numbered, for an object's key may be no file's name.
std::string copy_path(const std::string& folder, const std::string& channel, std::size_t number) {
  return folder + "/input/data/" + channel + "/" + std::to_string(number);
}

// The `files` of work.json for one channel; what is read in place is added to `descriptors`.
List place_files(const std::string& folder, const OpenChannel& channel,
                 std::vector<int>& descriptors) {
  List list;
  for (const InputFile& file : channel.files) {
    const auto& pieces = file.object.pieces;
    Map one{{"name", file.name}};
    if (file.host > 0) one.set("host", file.host);
    if (pieces.size() == 1 && pieces.front()->descriptor() >= 0) {
      store::expect_whole(*pieces.front());
      descriptors.push_back(pieces.front()->descriptor());
      one.set("descriptor", pieces.front()->descriptor());
      one.set("offset", pieces.front()->offset());
      one.set("length", pieces.front()->size());
    } else {
      const std::string path = copy_path(folder, channel.channel->name, list.size());
      copy_object(file.object, path);
      one.set("path", path);
    }
    list.emplace_back(std::move(one));
  }
  return list;
}

}  // namespace

void copy_object(const objects::OpenObject& object, const std::string& path) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream out(path, std::ios::binary);
  out.exceptions(std::ios::failbit | std::ios::badbit);
  std::string buffer(copy_step, '\0');
  for (const auto& piece : object.pieces) {
    base::SourceReader reader(*piece);
    for (std::size_t got = reader.read(buffer.data(), buffer.size()); got > 0;
         got = reader.read(buffer.data(), buffer.size())) {
      out.write(buffer.data(), static_cast<std::streamsize>(got));
    }
  }
}

std::vector<int> make_work_folder(const std::string& folder, const Job& job,
                                  const std::vector<OpenChannel>& channels, int threads) {
  std::filesystem::remove_all(folder);
  for (const char* part :
       {"/input/config", "/input/data", "/model", "/output/data", "/checkpoints"}) {
    base::SystemFiles().make_folders(folder + part);
  }
  std::vector<int> descriptors;
  List places;
  for (const OpenChannel& open : channels) {
    const Channel& channel = *open.channel;
    Map place{{"name", channel.name},
              {"content_type", channel.content_type},
              {"compression", channel.compression},
              {"record_wrapper", channel.record_wrapper},
              {"files", place_files(folder, open, descriptors)}};
    if (!channel.attributes.empty() && !is_reference(channel.attributes.front())) {
      place.set("attributes", List(channel.attributes.begin(), channel.attributes.end()));
      if (channel.shuffle_seed) place.set("shuffle_seed", *channel.shuffle_seed);
    }
    places.emplace_back(std::move(place));
  }
  const Map work{
      {"algorithm", job.plan.algorithm}, {"version", job.plan.version},
      {"bundle", job.plan.bundle},       {"threads", threads},
      {"hosts", job.plan.instances},     {"checkpoints", !job.plan.checkpoints.uri.empty()},
      {"channels", std::move(places)}};
  const std::string config = folder + "/input/config/";
  write_file(config + "hyperparameters.json", base::write_json(hyperparameters(job.plan)));
  write_file(config + "inputdataconfig.json", base::write_json(input_data_config(job.plan)));
  write_file(config + "resourceconfig.json", base::write_json(resource_config(job.plan)));
  if (!job.plan.checkpoints.uri.empty())
    write_file(config + "checkpointconfig.json", base::write_json(checkpoint_config(job.plan)));
  write_file(config + "work.json", base::write_json(work));
  return descriptors;
}

}  // namespace millrace::jobs
