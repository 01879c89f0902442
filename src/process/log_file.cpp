// The log's lines: "MILLISECONDS TEXT", cut where a work prints without end.
#include "process/log_file.hpp"

#include "base/files.hpp"
#include "base/text.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

namespace millrace::process {
namespace {

void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw base::FileError(errno, "log");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

LogLine parse_line(std::string_view line) {
  const std::size_t blank = std::min(line.find(' '), line.size());
  const std::int64_t time_ms = base::to_integer(line.substr(0, blank)).value_or(0);
  const std::string_view text = blank < line.size() ? line.substr(blank + 1) : std::string_view();
  return {base::Timestamp(base::Milliseconds(time_ms)), base::as_utf8(text)};
}

// The longest piece within the limit that does not cut a UTF-8 character.
std::size_t piece_size(std::string_view text) {
  if (text.size() <= log_line_limit) return text.size();
  std::size_t size = log_line_limit;
  while (size > log_line_limit - 4 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
    --size;
  return size;
}

}  // namespace

LogWriter::LogWriter(const std::string& folder, std::uint64_t limit_bytes) : left_(limit_bytes) {
  const std::string path = folder + "/log";
  file_ = Descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!file_) throw base::FileError(errno, path);
}

void LogWriter::take(std::string_view bytes, base::Timestamp now) {
  for (const char c : bytes) {
    if (c == '\n') {
      line(partial_, now);
      partial_.clear();
    } else {
      partial_.push_back(c);
    }
  }
  while (partial_.size() > log_line_limit) {
    const std::size_t size = piece_size(partial_);
    line(std::string_view(partial_).substr(0, size), now);
    partial_.erase(0, size);
  }
  flush();
}

void LogWriter::end(base::Timestamp now) {
  if (!partial_.empty()) line(partial_, now);
  partial_.clear();
  flush();
}

void LogWriter::line(std::string_view text, base::Timestamp now) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  const std::string prefix = std::to_string(now.time_since_epoch().count()) + " ";
  do {
    const std::string_view piece = text.substr(0, piece_size(text));
    text.remove_prefix(piece.size());
    if (full_) return;
    full_ = prefix.size() + piece.size() + 1 > left_;
    pending_ += prefix;
    pending_ += full_ ? std::string_view("[the log is full; what follows is dropped]") : piece;
    pending_ += '\n';
    if (!full_) left_ -= prefix.size() + piece.size() + 1;
  } while (!text.empty());
}

void LogWriter::flush() {
  if (!pending_.empty()) write_all(file_.get(), pending_);
  pending_.clear();
}

LogPart read_log(const std::string& folder, std::uint64_t offset, std::size_t limit) {
  LogPart part{.lines = {}, .next = offset};
  const Descriptor file(::open((folder + "/log").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return part;
  // A line with its time is shorter than this, so that each call gets on.
  std::string bytes(std::max(limit, log_line_limit + 64), '\0');
  const ssize_t got = ::pread(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
  if (got < 0) throw base::FileError(errno, folder + "/log");
  std::string_view rest(bytes.data(), static_cast<std::size_t>(got));
  for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    part.lines.push_back(parse_line(rest.substr(0, end)));
    rest.remove_prefix(end + 1);
    part.next += end + 1;
  }
  return part;
}

}  // namespace millrace::process
