// Channels with their files open, as an algorithm takes them.
#pragma once

#include "learn/algorithm.hpp"
#include "work/file_source.hpp"
#include "work/spec.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace millrace::work {

struct OpenChannels {
  std::vector<std::unique_ptr<FileSource>> sources;
  std::vector<learn::Channel> channels;
};

// Throws SpecError for a file that cannot be opened. What gzip packed is unpacked into `scratch`,
// where nothing of it stays; learn::ClientError where it cannot be.
[[nodiscard]] OpenChannels open_channels(const std::vector<Channel>& channels,
                                         const std::filesystem::path& scratch);

}  // namespace millrace::work
