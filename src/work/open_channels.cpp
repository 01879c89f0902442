#include "work/open_channels.hpp"

#include "work/unpacked_file.hpp"

#include <algorithm>

namespace millrace::work {

OpenChannels open_channels(const std::vector<Channel>& channels,
                           const std::filesystem::path& scratch) {
  OpenChannels open;
  // The folder need not be there where nothing is unpacked.
  const bool any_packed = std::ranges::any_of(channels, &Channel::packed);
  std::uint64_t room = any_packed ? room_to_unpack(scratch) : 0;
  for (const Channel& channel : channels) {
    learn::Channel& named = open.channels.emplace_back();
    named.name = channel.name;
    named.content_type = channel.content_type;
    named.attributes = channel.attributes;
    named.shuffle_seed = channel.shuffle_seed;
    named.wrapped = channel.wrapped;
    for (const File& file : channel.files) {
      open.sources.push_back(channel.packed ? unpack_file(file, scratch, room)
                                            : std::make_unique<FileSource>(file));
      named.inputs.push_back({file.name, open.sources.back().get()});
    }
  }
  return open;
}

}  // namespace millrace::work
