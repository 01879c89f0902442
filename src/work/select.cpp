#include "work/select.hpp"

#include "base/files.hpp"
#include "base/json.hpp"
#include "sql/select/error.hpp"
#include "sql/select/query.hpp"
#include "work/pipes.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <string>

namespace millrace::work {
namespace {

using base::Map;
namespace dialect = sql::select;

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
  const dialect::Request request = dialect::request_from(base::parse_json(read_request(input)));
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
