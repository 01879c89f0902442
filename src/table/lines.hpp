// Parses files of lines on several threads: a file is cut into pieces of whole lines, whose rows
// are joined in order. A piece for each thread is all that is kept beside the rows.
#pragma once

#include "table/matrix.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace millrace::table {

inline constexpr std::size_t line_limit = 64 * 1024 * 1024;

// Thrown by a parser of lines: which line of its text, the first being 0, and what is wrong with
// it.
struct LineError {
  std::size_t line;
  std::string message;
};

// Fills `rows`, which are empty but may have memory.
using ParseLines = std::function<void(std::string_view text, Dataset& rows)>;

// Throws DataError, with file and line, for the first wrong line in the order of the inputs.
// `piece_bytes` is for tests.
[[nodiscard]] Dataset parse_lines(std::span<const Input> inputs, int threads,
                                  const ParseLines& parse, std::uint64_t piece_bytes = 1024 * 1024);

// The next line of `rest`, without its end, which leaves `rest`.
[[nodiscard]] inline std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// The first line of an input that is not blank, for formats that are told by it; at most 64 KiB of
// it.
[[nodiscard]] std::string first_line(const Input& input);

}  // namespace millrace::table
