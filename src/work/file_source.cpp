#include "work/file_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace millrace::work {

FileSource::FileSource(const File& file) : descriptor_(file.descriptor), offset_(file.offset) {
  if (descriptor_ < 0) {
    descriptor_ = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC);
    owned_ = true;
  }
  struct stat status{};
  if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) {
    throw SpecError(file.name + ": cannot be opened: " + std::strerror(errno));
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const std::uint64_t rest = size - std::min(size, offset_);
  length_ = std::min(rest, file.length.value_or(rest));
}

FileSource::~FileSource() {
  if (owned_ && descriptor_ >= 0) ::close(descriptor_);
}

std::size_t FileSource::read_at(std::uint64_t offset, char* out, std::size_t size) const {
  if (offset >= length_) return 0;
  size = static_cast<std::size_t>(std::min<std::uint64_t>(size, length_ - offset));
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got =
        ::pread(descriptor_, out + done, size - done, static_cast<off_t>(offset_ + offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0)
      throw SpecError(std::string("a data file cannot be read: ") +
                      (got < 0 ? std::strerror(errno) : "it became shorter"));
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace millrace::work
