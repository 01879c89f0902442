#include "learn/channels.hpp"

#include <algorithm>
#include <string>

namespace millrace::learn {

const Channel* find_channel(const std::vector<Channel>& channels, std::string_view name) {
  const auto found = std::ranges::find(channels, name, &Channel::name);
  return found == channels.end() ? nullptr : &*found;
}

void check_channels(const Contract& contract, const std::vector<Channel>& channels) {
  for (const ChannelDoc& doc : contract.channels) {
    if (doc.required && !find_channel(channels, doc.name))
      throw ClientError("Missing required channel: " + std::string(doc.name));
  }
  for (const Channel& channel : channels) {
    const auto known = [&](const ChannelDoc& doc) { return doc.name == channel.name; };
    if (std::ranges::none_of(contract.channels, known)) {
      throw ClientError("Extraneous channel found: " + channel.name);
    }
  }
}

std::vector<table::Input> data_files(const Channel& channel) {
  std::vector<table::Input> files;
  for (const table::Input& input : channel.inputs) {
    const std::string base_name = input.name.substr(input.name.rfind('/') + 1);
    if (base_name.starts_with(".")) {
      throw ClientError("Hidden file found in the data path! Remove that before training.");
    }
    if (!base_name.starts_with("_")) files.push_back(input);
  }
  return files;
}

}  // namespace millrace::learn
