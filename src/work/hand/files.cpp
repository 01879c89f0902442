#include "work/hand/files.hpp"

#include "base/text.hpp"
#include "learn/algorithm.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <utility>

namespace millrace::work::hand {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view csv = "text/csv";
constexpr std::string_view without_label = ";label_size=0";

std::vector<fs::path> files_below(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  if (files.empty()) throw UsageError("there is no file in '" + path.string() + "'");
  std::ranges::sort(files);
  return files;
}

const learn::ChannelDoc& doc_of(const learn::Contract& contract, std::string_view name) {
  return *std::ranges::find(contract.channels, name, &learn::ChannelDoc::name);
}

// That of the first file which the channel takes: what describes the rows may lie beside them.
std::string type_of(const learn::ChannelDoc& doc, const TrainArguments& arguments,
                    const std::vector<fs::path>& files) {
  if (!arguments.content_type.empty()) return arguments.content_type;
  const auto taken = std::ranges::find_if(files, [&doc](const fs::path& file) {
    return std::ranges::find(doc.content_types, content_type_of(file)) != doc.content_types.end();
  });
  const std::string type = content_type_of(taken == files.end() ? files.front() : *taken);
  return type == csv && !doc.labelled ? type + std::string(without_label) : type;
}

}  // namespace

std::string content_type_of(const fs::path& file) {
  static constexpr std::array types = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{".csv", csv},
       {".libsvm", "text/libsvm"},
       {".svm", "text/libsvm"},
       {".parquet", "application/x-parquet"},
       {".pbr", "application/x-recordio-protobuf"},
       {".recordio", "application/x-recordio-protobuf"},
       {".json", "application/json"},
       {".jsonl", "application/jsonlines"},
       {".txt", "text/plain"}});
  const auto found = std::ranges::find(types, file.extension().string(),
                                       [](const auto& type) { return type.first; });
  return found == types.end() ? std::string() : std::string(found->second);
}

std::vector<Channel> channels_of(const learn::Contract& contract, const TrainArguments& arguments) {
  std::vector<Channel> channels;
  for (const ChannelArgument& argument : arguments.channels) {
    const auto files = files_below(argument.path);
    auto channel = std::ranges::find(channels, argument.name, &Channel::name);
    if (channel == channels.end()) {
      const auto& doc = doc_of(contract, argument.name);
      channels.push_back({.name = argument.name, .content_type = type_of(doc, arguments, files)});
      channel = channels.end() - 1;
    }
    for (const fs::path& file : files) channel->files.push_back({.name = file, .path = file});
  }
  return channels;
}

std::string features_of(const std::vector<Channel>& channels) {
  if (channels.empty() || !channels.front().content_type.starts_with(csv)) return {};
  const std::string name = channels.front().files.front().name;
  std::string line;
  std::ifstream file(channels.front().files.front().path);
  while (std::getline(file, line) && base::trim(line).empty()) {
  }
  if (base::trim(line).empty()) throw learn::ClientError("There are no rows in " + name);
  const auto columns = std::ranges::count(line, ',') + 1;
  const bool labelled = !channels.front().content_type.ends_with(without_label);
  if (columns == 1 && labelled)
    throw learn::ClientError(name + ": the first row has one column, which is the label, and no " +
                             "feature: commas part columns");
  return std::to_string(columns - (labelled ? 1 : 0));
}

}  // namespace millrace::work::hand
