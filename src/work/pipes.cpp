#include "work/pipes.hpp"

#include "base/files.hpp"
#include "base/frame.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace millrace::work {
namespace {

constexpr rlim_t child_memory_limit = 2ULL << 30;  // bytes of address space
constexpr rlim_t child_seconds_limit = 3600;       // of processor time
constexpr rlim_t child_descriptors_limit = 32;

void lower_limit(int resource, rlim_t most) {
  const rlimit limit{.rlim_cur = most, .rlim_max = most};
  ::setrlimit(static_cast<__rlimit_resource>(resource), &limit);
}

// Exactly so many bytes.
std::string read_exactly(base::Reader& reader, std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t at = 0; at < size;) {
    const std::size_t got = reader.read(bytes.data() + at, size - at);
    if (got == 0) throw std::runtime_error("the request is cut short");
    at += got;
  }
  return bytes;
}

}  // namespace

// A sanitizer's own memory is beyond any limit of address space.
void raise_walls() {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  lower_limit(RLIMIT_CORE, 0);
  lower_limit(RLIMIT_CPU, child_seconds_limit);
  lower_limit(RLIMIT_NOFILE, child_descriptors_limit);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  lower_limit(RLIMIT_AS, child_memory_limit);
#endif
}

std::size_t StandardInput::read(char* out, std::size_t size) {
  while (true) {
    const ssize_t got = ::read(STDIN_FILENO, out, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) throw base::FileError(errno, "standard input");
  }
}

void write_all(std::string_view bytes, int to) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(to, bytes.data(), bytes.size());
    if (done < 0 && errno != EINTR) throw base::FileError(errno, "pipe");
    if (done > 0) bytes.remove_prefix(static_cast<std::size_t>(done));
  }
}

void tell(char kind, std::string_view bytes) {
  write_all(base::write_frame(kind, bytes), STDOUT_FILENO);
}

std::string read_request(base::Reader& input) {
  const std::string head = read_exactly(input, base::frame_head);
  const std::size_t size = base::frame_size(head).value_or(0);
  if (size > base::frame_limit) throw std::runtime_error("the request is too large");
  return read_exactly(input, size - base::frame_head);
}

}  // namespace millrace::work
