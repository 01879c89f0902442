// Channels with their files open, as an algorithm takes them.
#pragma once

#include "learn/algorithm.hpp"
#include "work/file_source.hpp"
#include "work/spec.hpp"

#include <memory>
#include <vector>

namespace millrace::work {

struct OpenChannels {
  std::vector<std::unique_ptr<FileSource>> sources;
  std::vector<learn::Channel> channels;
};

// Throws SpecError for a file that cannot be opened.
[[nodiscard]] OpenChannels open_channels(const std::vector<Channel>& channels);

}  // namespace millrace::work
