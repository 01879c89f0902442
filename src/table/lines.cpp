#include "table/lines.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <string>
#include <thread>
#include <vector>

namespace millrace::table {
namespace {

constexpr std::size_t block_bytes = 64 * 1024;

struct Piece {
  const Input* input;
  std::uint64_t begin;
  std::uint64_t end;
};

struct Result {
  Dataset rows;
  std::exception_ptr failure;
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

// The lines that begin inside the piece.
std::string read_lines(const Piece& piece) {
  if (piece.begin == 0) {
    std::string text = read_range(*piece.input, 0, piece.end);
    complete_last_line(piece, text);
    return text;
  }
  std::string text = read_range(*piece.input, piece.begin - 1, piece.end);
  const std::size_t newline = text.find('\n');
  if (newline == std::string::npos || newline + 1 == text.size()) return {};
  text.erase(0, newline + 1);
  complete_last_line(piece, text);
  return text;
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

Dataset parse_piece(const Piece& piece, const ParseLines& parse) {
  const std::string text = read_lines(piece);
  try {
    return parse(text);
  } catch (const LineError& error) {
    throw DataError(piece.input->name + ", line " +
                    std::to_string(first_line_number(piece) + error.line) + ": " + error.message);
  }
}

void parse_into(Result& result, const Piece& piece, const ParseLines& parse) {
  try {
    result.rows = parse_piece(piece, parse);
  } catch (...) {
    result.failure = std::current_exception();
  }
}

std::vector<Result> parse_pieces(const std::vector<Piece>& pieces, std::size_t threads,
                                 const ParseLines& parse) {
  std::vector<Result> results(pieces.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < pieces.size(); i = next++)
      parse_into(results[i], pieces[i], parse);
  };
  std::vector<std::jthread> workers;
  for (std::size_t i = 1; i < std::min(threads, pieces.size()); ++i) workers.emplace_back(work);
  work();
  return workers.clear(), results;
}

}  // namespace

Dataset parse_lines(std::span<const Input> inputs, int threads, const ParseLines& parse,
                    std::uint64_t piece_bytes) {
  const std::vector<Piece> pieces = cut(inputs, piece_bytes);
  std::vector<Result> results =
      parse_pieces(pieces, static_cast<std::size_t>(std::max(threads, 1)), parse);
  Dataset all;
  for (Result& result : results) {
    if (result.failure) std::rethrow_exception(result.failure);
    append(all, std::move(result.rows));
  }
  return all;
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
