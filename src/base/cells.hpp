// Rows of cells between the server and a child of its own, over a pipe: of each cell the size in
// four bytes, least first, and so many bytes; of one that is absent a size of all ones.
#pragma once

#include "base/stream.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::base {

constexpr std::size_t cell_limit = 4 * 1024 * 1024;  // bytes of one
constexpr std::uint32_t absent_cell = 0xFFFFFFFF;

using CellRow = std::vector<std::optional<std::string>>;

inline void add_cell(std::string& out, std::optional<std::string_view> cell) {
  const auto size = cell ? static_cast<std::uint32_t>(cell->size()) : absent_cell;
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>((size >> shift) & 0xFF);
  if (cell) out.append(*cell);
}

class CellReader {
 public:
  // `bytes` outlives it.
  explicit CellReader(Reader& bytes) : bytes_(bytes) {}

  // Fills the row, which has its size already; false at the end. Throws std::runtime_error where
  // the end is within a row, or a cell is too large.
  [[nodiscard]] bool next(CellRow& row) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      char head[sizeof absent_cell];
      const std::size_t got = fill(head, sizeof head);
      if (got == 0 && at == 0) return false;
      if (got < sizeof head) cut_short();
      const std::uint32_t size = size_in(head);
      row[at].reset();
      if (size == absent_cell) continue;
      if (size > cell_limit) throw std::runtime_error("a cell is too large");
      row[at].emplace(size, '\0');
      if (fill(row[at]->data(), size) < size) cut_short();
    }
    return true;
  }

 private:
  [[noreturn]] static void cut_short() { throw std::runtime_error("a row is cut short"); }

  static std::uint32_t size_in(const char (&head)[sizeof absent_cell]) {
    std::uint32_t size = 0;
    for (std::size_t i = sizeof head; i-- > 0;)
      size = (size << 8) | static_cast<unsigned char>(head[i]);
    return size;
  }

  std::size_t fill(char* out, std::size_t size) {
    std::size_t filled = 0;
    while (filled < size) {
      const std::size_t got = bytes_.read(out + filled, size - filled);
      if (got == 0) break;
      filled += got;
    }
    return filled;
  }

  Reader& bytes_;
};

}  // namespace millrace::base
