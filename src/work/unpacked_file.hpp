// A data file that gzip packed, unpacked where it can be read by range.
#pragma once

#include "work/file_source.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace millrace::work {

// What the files of all channels may unpack to, together.
constexpr std::uint64_t unpacked_bytes_limit = 64ULL << 30;

// The room for unpacked files below `folder`: that limit, or half of what the disk has left.
[[nodiscard]] std::uint64_t room_to_unpack(const std::filesystem::path& folder);

// Takes what it needs from `room`. The bytes lie in `folder` without a name, and are gone with the
// source. Throws learn::ClientError, naming the file, for what is no sound gzip and when there is
// too little room.
[[nodiscard]] std::unique_ptr<FileSource> unpack_file(const File& packed,
                                                      const std::filesystem::path& folder,
                                                      std::uint64_t& room);

}  // namespace millrace::work
