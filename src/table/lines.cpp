#include "table/lines.hpp"

#include "base/text.hpp"
#include "table/gathered.hpp"
#include "table/in_order.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace millrace::table {
namespace {

constexpr std::size_t block_bytes = 64 * 1024;

struct Piece {
  const Input* input = nullptr;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

std::vector<Piece> cut(std::span<const Input> inputs, std::uint64_t piece_bytes) {
  std::vector<Piece> pieces;
  for (const Input& input : inputs) {
    const std::uint64_t size = input.source->size();
    for (std::uint64_t begin = 0; begin < size; begin += piece_bytes) {
      pieces.push_back({&input, begin, std::min(begin + piece_bytes, size)});
    }
  }
  return pieces;
}

std::string read_range(const Input& input, std::uint64_t begin, std::uint64_t end) {
  std::string bytes(end - begin, '\0');
  bytes.resize(input.source->read_at(begin, bytes.data(), bytes.size()));
  return bytes;
}

// Appends the rest of the last line, which may reach far into the pieces that follow.
void complete_last_line(const Piece& piece, std::string& text) {
  std::uint64_t at = piece.end;
  const std::uint64_t size = piece.input->source->size();
  while (!text.ends_with('\n') && at < size) {
    const std::string block = read_range(*piece.input, at, std::min(at + block_bytes, size));
    const std::size_t newline = block.find('\n');
    text += block.substr(0, newline == std::string::npos ? newline : newline + 1);
    at += block.size();
    if (text.size() > line_limit + (piece.end - piece.begin)) {
      throw DataError(piece.input->name + ": a line is longer than " + std::to_string(line_limit) +
                      " bytes");
    }
  }
}

// The lines that begin inside the piece, in memory that is used again.
std::string_view read_lines(const Piece& piece, std::string& text) {
  const std::uint64_t begin = piece.begin == 0 ? 0 : piece.begin - 1;
  text.resize(piece.end - begin);
  text.resize(piece.input->source->read_at(begin, text.data(), text.size()));
  std::size_t first = 0;
  if (piece.begin > 0) {
    const std::size_t newline = text.find('\n');
    if (newline == std::string::npos || newline + 1 == text.size()) return {};
    first = newline + 1;
  }
  complete_last_line(piece, text);
  return std::string_view(text).substr(first);
}

std::size_t count_lines_before(const Piece& piece) {
  std::size_t lines = 0;
  for (std::uint64_t at = 0; at < piece.begin; at += block_bytes) {
    const std::string block = read_range(*piece.input, at, std::min(at + block_bytes, piece.begin));
    lines += static_cast<std::size_t>(std::ranges::count(block, '\n'));
  }
  return lines;
}

// A piece's first line begins behind the newline that ends its predecessor's last one.
std::size_t first_line_number(const Piece& piece) {
  if (piece.begin == 0) return 1;
  const bool at_line_start = read_range(*piece.input, piece.begin - 1, piece.begin) == "\n";
  return count_lines_before(piece) + (at_line_start ? 1 : 2);
}

// What one thread has in hand.
struct Bench {
  Piece piece;
  std::string text;
  Dataset rows;
};

void parse_piece(Bench& bench, const ParseLines& parse) {
  clear(bench.rows);
  try {
    parse(read_lines(bench.piece, bench.text), bench.rows);
  } catch (const LineError& error) {
    throw DataError(bench.piece.input->name + ", line " +
                    std::to_string(first_line_number(bench.piece) + error.line) + ": " +
                    error.message);
  }
}

}  // namespace

Dataset parse_lines(std::span<const Input> inputs, int threads, const ParseLines& parse,
                    std::uint64_t piece_bytes) {
  const std::vector<Piece> pieces = cut(inputs, piece_bytes);
  std::vector<Bench> benches(std::clamp<std::size_t>(static_cast<std::size_t>(std::max(threads, 1)),
                                                     1, std::max<std::size_t>(pieces.size(), 1)));
  Gathered all(total_bytes(inputs));
  std::size_t next = 0;
  run_in_order(benches.size(),
               {.take =
                    [&](std::size_t worker) {
                      if (next == pieces.size()) return false;
                      benches[worker].piece = pieces[next++];
                      return true;
                    },
                .work = [&](std::size_t worker) { parse_piece(benches[worker], parse); },
                .join =
                    [&](std::size_t worker) {
                      const Bench& bench = benches[worker];
                      all.append(bench.rows, bench.piece.end - bench.piece.begin);
                    }});
  return all.take();
}

std::string first_line(const Input& input) {
  const std::string block =
      read_range(input, 0, std::min<std::uint64_t>(input.source->size(), block_bytes));
  std::string_view rest = block;
  while (!rest.empty()) {
    const std::string_view line = next_line(rest);
    if (!base::trim(line).empty()) return std::string(line);
  }
  return {};
}

}  // namespace millrace::table
