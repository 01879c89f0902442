#include "work/select.hpp"

#include "base/files.hpp"
#include "base/frame.hpp"
#include "base/json.hpp"
#include "sql/select/error.hpp"
#include "sql/select/query.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>

namespace millrace::work {
namespace {

using base::Map;
namespace dialect = sql::select;

constexpr rlim_t query_memory_limit = 2ULL << 30;  // bytes of address space
constexpr rlim_t query_seconds_limit = 3600;       // of processor time
constexpr rlim_t query_descriptors_limit = 32;

void lower_limit(int resource, rlim_t most) {
  const rlimit limit{.rlim_cur = most, .rlim_max = most};
  ::setrlimit(static_cast<__rlimit_resource>(resource), &limit);
}

// A sanitizer's own memory is beyond any limit of address space.
void raise_walls() {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  lower_limit(RLIMIT_CORE, 0);
  lower_limit(RLIMIT_CPU, query_seconds_limit);
  lower_limit(RLIMIT_NOFILE, query_descriptors_limit);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  lower_limit(RLIMIT_AS, query_memory_limit);
#endif
}

class StandardInput final : public base::Reader {
 public:
  std::size_t read(char* out, std::size_t size) override {
    while (true) {
      const ssize_t got = ::read(STDIN_FILENO, out, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) throw base::FileError(errno, "standard input");
    }
  }
};

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

std::string document(const dialect::Progress& progress) {
  return base::write_json(Map{{"scanned", progress.scanned},
                              {"processed", progress.processed},
                              {"returned", progress.returned}});
}

class Frames final : public dialect::Results {
 public:
  void records(std::string_view bytes) override { tell('r', bytes); }
  void progress(const dialect::Progress& so_far) override { tell('p', document(so_far)); }
};

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

dialect::Request read_request(base::Reader& reader) {
  const std::string head = read_exactly(reader, base::frame_head);
  const std::size_t size = base::frame_size(head).value_or(0);
  if (size > base::frame_limit) throw std::runtime_error("the request is too large");
  return dialect::request_from(base::parse_json(read_exactly(reader, size - base::frame_head)));
}

// Parquet is read by ranges: its bytes go to a file without a name, in the folder where we stand.
std::string spool(base::Reader& reader) {
  const int file = ::open(".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) throw base::FileError(errno, "temporary file");
  std::string buffer(1 << 20, '\0');
  while (const std::size_t got = reader.read(buffer.data(), buffer.size()))
    write_all(std::string_view(buffer).substr(0, got), file);
  return "/proc/self/fd/" + std::to_string(file);
}

void answer() {
  StandardInput input;
  const dialect::Request request = read_request(input);
  const bool is_parquet = request.format == dialect::Format::parquet;
  const std::string file = is_parquet ? spool(input) : "";
  Frames frames;
  tell('e', document(dialect::run(request, input, file, frames)));
}

}  // namespace

int select() {
  raise_walls();
  try {
    answer();
    return 0;
  } catch (const dialect::SelectError& error) {
    tell('x', base::write_json(Map{{"code", error.code()}, {"message", error.what()}}));
  } catch (const std::exception& error) {
    tell('x', base::write_json(Map{{"code", "InternalError"}, {"message", error.what()}}));
  }
  return 1;
}

}  // namespace millrace::work
