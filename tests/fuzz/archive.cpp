// A model's archive: as it is when the first byte is odd, else the tar file that is packed here.
// Nothing is written but below the folder asked for, and not more than was allowed.
#include "process/archive.hpp"

#include "base/files.hpp"
#include "fuzz.hpp"
#include "process/test_folder.hpp"

#include <zlib.h>

namespace millrace::fuzz {

void run(std::string_view input) {
  if (input.empty()) return;
  static const process::TestFolder scratch;
  const std::string archive = scratch.path() / "a.tar.gz";
  gzFile file = gzopen(archive.c_str(), (input.front() & 1) != 0 ? "wbT" : "wb0");
  gzwrite(file, input.data() + 1, static_cast<unsigned>(input.size() - 1));
  gzclose(file);
  const std::filesystem::path target = scratch.path() / "to";
  try {
    process::unpack_archive(archive, target, {.bytes = 1 << 16, .entries = 20, .path_bytes = 200});
  } catch (const process::ArchiveError&) {
  } catch (const base::FileError&) {
  }
  std::uintmax_t bytes = 0;
  for (const auto& found : std::filesystem::recursive_directory_iterator(target))
    if (found.is_regular_file()) bytes += found.file_size();
  MILLRACE_ASSERT(bytes <= 1 << 16);
  std::filesystem::remove_all(target);
  for (const auto& found : std::filesystem::directory_iterator(scratch.path()))
    MILLRACE_ASSERT(found.path() == archive);
}

}  // namespace millrace::fuzz
