// The keys of a row in the order in which a forest's splits ask for them.
#pragma once

#include "learn/trees/described.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::learn::trees {

// Each column that splits ask for has a key for each way in which they take what is missing: one
// before or behind all others then. So walks need not ask.
class RowKeys {
 public:
  // Of nodes that form trees.
  template <class Number>
  explicit RowKeys(const Described<Number>& described);

  static constexpr std::uint32_t always_left = 0;  // a place whose key is before all

  // How many keys a row has.
  [[nodiscard]] std::size_t size() const { return size_; }

  // Where the key is that a split asks for.
  template <class Number>
  [[nodiscard]] std::uint32_t place(const Node<Number>& split) const {
    return place(way(split), split.column);
  }

  void fill(const float* row, Key* keys) const;

 private:
  // The first is there always.
  enum Way : std::size_t { right, left, zero_right, zero_left, ways };
  template <class Number>
  [[nodiscard]] static std::size_t way(const Node<Number>& split) {
    return (split.missing_left ? 1 : 0) + (split.zero_is_missing ? 2 : 0);
  }
  [[nodiscard]] std::uint32_t place(std::size_t way, std::uint32_t column) const;
  void copy(const float* row, Key* bits) const;

  float zero_bound_;
  std::vector<std::uint32_t> columns_;       // that are asked for, in order
  bool without_gaps_;                        // the first ones of a row are these
  std::array<std::uint32_t, ways> begin_{};  // 0: no split takes them so
  std::size_t size_;
};

}  // namespace millrace::learn::trees
