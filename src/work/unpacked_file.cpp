#include "work/unpacked_file.hpp"

#include "base/gunzip.hpp"
#include "learn/algorithm.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <system_error>

namespace millrace::work {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk = 1 << 20;
constexpr std::uint64_t shares_of_disk = 2;

learn::ClientError complaint(const File& packed, const std::string& what) {
  return learn::ClientError(packed.name + ": " + what);
}

void unpack(const File& packed, const fs::path& path, std::uint64_t& room) {
  const FileSource source(packed);
  base::SourceReader reader(source);
  base::Gunzip gunzip(reader);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  std::string step(chunk, '\0');
  for (std::size_t got = gunzip.read(step.data(), step.size()); got > 0;
       got = gunzip.read(step.data(), step.size())) {
    if (got > room) throw complaint(packed, "there is no room for what it unpacks to");
    room -= got;
    out.write(step.data(), static_cast<std::streamsize>(got));
    if (!out) throw complaint(packed, "there is no room for what it unpacks to");
  }
  if (!out.flush()) throw complaint(packed, "there is no room for what it unpacks to");
}

}  // namespace

std::uint64_t room_to_unpack(const fs::path& folder) {
  std::error_code unknown;  // all that can be told where the folder is not there
  return std::min<std::uint64_t>(unpacked_bytes_limit,
                                 fs::space(folder, unknown).available / shares_of_disk);
}

std::unique_ptr<FileSource> unpack_file(const File& packed, const fs::path& folder,
                                        std::uint64_t& room) {
  const fs::path path = folder / "unpacked";
  try {
    unpack(packed, path, room);
  } catch (const base::GunzipError& error) {
    throw complaint(packed, std::string("the gzip file ") + error.what());
  }
  auto source = std::make_unique<FileSource>(File{.name = packed.name, .path = path});
  fs::remove(path);
  return source;
}

}  // namespace millrace::work
