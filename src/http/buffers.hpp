// Input buffers lent to busy connections of one loop, so that an idle connection holds none.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace millrace::http {

class BufferPool {
 public:
  static constexpr std::size_t block_bytes = 16 * 1024;
  static constexpr std::size_t kept_blocks = 64;
  using Block = std::unique_ptr<char[]>;

  [[nodiscard]] Block take() {
    if (free_.empty()) return std::make_unique_for_overwrite<char[]>(block_bytes);
    Block block = std::move(free_.back());
    free_.pop_back();
    return block;
  }

  void give_back(Block block) {
    if (free_.size() < kept_blocks) free_.push_back(std::move(block));
  }

 private:
  std::vector<Block> free_;
};

}  // namespace millrace::http
