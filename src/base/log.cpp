// One line per call, written whole so that threads do not mix theirs.
#include "base/log.hpp"

#include "base/time.hpp"

#include <unistd.h>

#include <string>

namespace millrace::base {

namespace {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "";
}

}  // namespace

void StderrLog::write(Level level, std::string_view line) {
  if (level < least_) return;
  std::string out = iso8601_milliseconds(SystemClock().wall());
  out += ' ';
  out += name_of(level);
  out += ' ';
  // What came in from outside cannot begin a line of its own.
  for (const char c : line) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  out += '\n';
  const ssize_t written = ::write(STDERR_FILENO, out.data(), out.size());
  static_cast<void>(written);  // there is nowhere left to report it
}

}  // namespace millrace::base
