#include "learn/trees/row_keys.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace millrace::learn::trees {
namespace {

struct Keyed {
  Key missing;
  bool zero_is_missing;
};

// No branch depends on the data, and the compiler makes vectors of it. `from` may be `keys`.
template <Keyed keyed>
void to_keys(const Key* from, std::size_t count, float zero_bound, Key* keys) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = std::bit_cast<float>(from[i]);
    const bool zero = std::fabs(number) <= zero_bound;
    const Key key = zero ? 0 : reordered(from[i]);
    const bool missing = number != number || (keyed.zero_is_missing && zero);
    keys[i] = missing ? keyed.missing : key;
  }
}

}  // namespace

template <class Number>
RowKeys::RowKeys(const Described<Number>& described) : zero_bound_(described.zero_bound) {
  std::array<bool, ways> taken = {true};
  for (const Tree<Number>& tree : described.trees) {
    for (const Node<Number>& node : tree.nodes) {
      if (node.is_leaf()) continue;
      taken[way(node)] = true;
      columns_.push_back(node.column);
    }
  }
  std::ranges::sort(columns_);
  columns_.erase(std::ranges::unique(columns_).begin(), columns_.end());
  without_gaps_ = columns_.empty() || columns_.back() + 1 == columns_.size();
  size_ = 1;
  for (std::size_t one = 0; one < ways; ++one) {
    if (!taken[one]) continue;
    begin_[one] = static_cast<std::uint32_t>(size_);
    size_ += columns_.size();
  }
}

std::uint32_t RowKeys::place(std::size_t way, std::uint32_t column) const {
  const auto found = std::ranges::lower_bound(columns_, column);
  return begin_[way] + static_cast<std::uint32_t>(found - columns_.begin());
}

void RowKeys::copy(const float* row, Key* bits) const {
  if (without_gaps_) {
    std::transform(row, row + columns_.size(), bits,
                   [](float number) { return std::bit_cast<Key>(number); });
  } else {
    std::ranges::transform(columns_, bits,
                           [&](std::uint32_t at) { return std::bit_cast<Key>(row[at]); });
  }
}

void RowKeys::fill(const float* row, Key* keys) const {
  Key* const bits = keys + begin_[right];
  const std::size_t count = columns_.size();
  keys[always_left] = before_all;
  copy(row, bits);
  if (begin_[left] != 0)
    to_keys<Keyed{before_all, false}>(bits, count, zero_bound_, keys + begin_[left]);
  if (begin_[zero_right] != 0)
    to_keys<Keyed{behind_all, true}>(bits, count, zero_bound_, keys + begin_[zero_right]);
  if (begin_[zero_left] != 0)
    to_keys<Keyed{before_all, true}>(bits, count, zero_bound_, keys + begin_[zero_left]);
  to_keys<Keyed{behind_all, false}>(bits, count, zero_bound_, bits);
}

template RowKeys::RowKeys(const Described<float>& described);
template RowKeys::RowKeys(const Described<double>& described);

}  // namespace millrace::learn::trees
