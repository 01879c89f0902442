// tar.gz files as SageMaker exchanges them: written the same for the same contents, read without
// trusting a byte of them.
#pragma once

#include "base/gunzip.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>

namespace millrace::process {

// The archive is damaged, hostile or too large; the message names the entry.
struct ArchiveError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Packs the regular files and folders below `folder`, in name order and without times, owners or
// modes of the machine; does not sync. Returns the archive's size. Anything else below `folder` (a
// link, a device) is an ArchiveError.
std::uint64_t pack_folder(const std::string& folder, const std::string& archive);

[[nodiscard]] bool is_empty_folder(const std::string& folder);  // also when it does not exist

struct UnpackLimits {
  std::uint64_t bytes = 64ULL << 30;  // of all files together
  std::uint64_t entries = 100'000;
  std::uint64_t expansion = base::Gunzip::expansion_limit;
  std::size_t path_bytes = 4096;
};

// Unpacks regular files and folders into `folder`, which is made. Refuses absolute paths, "..",
// links, devices, and what is over a limit; what was unpacked until then stays.
void unpack_archive(const std::string& archive, const std::string& folder,
                    const UnpackLimits& limits = {});

}  // namespace millrace::process
