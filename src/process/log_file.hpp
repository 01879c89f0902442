// The log of a work: `log` in its folder, a line a message, each opening with its time in
// milliseconds.
#pragma once

#include "base/time.hpp"
#include "process/descriptor.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::process {

constexpr std::size_t log_line_limit = 64 * 1024;  // a longer line becomes several

// Cuts what a work prints into lines and appends them with their time.
class LogWriter {
 public:
  LogWriter(const std::string& folder, std::uint64_t limit_bytes);
  void take(std::string_view bytes, base::Timestamp now);
  void end(base::Timestamp now);  // the last line may lack its end
  void line(std::string_view text, base::Timestamp now);

 private:
  void flush();

  Descriptor file_;
  std::uint64_t left_;
  bool full_ = false;
  std::string partial_;
  std::string pending_;
};

struct LogLine {
  base::Timestamp time;
  std::string text;  // UTF-8; bytes that are not become '?'
};

struct LogPart {
  std::vector<LogLine> lines;
  std::uint64_t next = 0;  // the offset to go on from
};

// Whole lines from `offset` on, about `limit` bytes of them at most; none when there is no log yet.
[[nodiscard]] LogPart read_log(const std::string& folder, std::uint64_t offset, std::size_t limit);

}  // namespace millrace::process
