#include "learn/trees/forest.hpp"

#include <array>
#include <numeric>

namespace millrace::learn::trees {
namespace {

// The keys of a block of rows are in memory together.
constexpr std::size_t widest_keys = std::size_t{1} << 18;

template <class Number>
RowKeys make_keys(const Described<Number>& described) {
  check(described);
  return RowKeys(described);
}

template <class Number>
std::optional<LaneForest<Number>> make_lanes(const Described<Number>& described,
                                             const RowKeys& keys) {
  const auto kernels = LaneForest<Number>::kernels();
  if (kernels.empty()) return std::nullopt;
  return LaneForest<Number>::make(described, keys, kernels.front());
}

}  // namespace

template <class Number>
Forest<Number>::Forest(const Described<Number>& described)
    : keys_(make_keys(described)), walks_(described, keys_), lanes_(make_lanes(described, keys_)) {
  for (const Tree<Number>& tree : described.trees) groups_.push_back(tree.group);
}

template <class Number>
void Forest<Number>::give(const float* row, std::span<Number> given) const {
  std::vector<Key> keys(keys_.size());
  keys_.fill(row, keys.data());
  walks_.give(keys.data(), given);
}

template <class Number>
void Forest<Number>::add_alone(const float* row, std::span<Number> sums) const {
  std::vector<Number> given(groups_.size());
  give(row, given);
  if (sums.size() == 1) {  // which then stays in a register
    sums.front() = std::accumulate(given.begin(), given.end(), sums.front());
    return;
  }
  for (std::size_t tree = 0; tree < given.size(); ++tree) sums[groups_[tree]] += given[tree];
}

template <class Number>
void Forest<Number>::add_together(std::span<const float* const> rows,
                                  std::span<Number> sums) const {
  std::vector<Key> keys(keys_.size() * rows.size());
  std::array<const Key*, block_rows> starts;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Key* const start = keys.data() + row * keys_.size();
    keys_.fill(rows[row], start);
    starts[row] = start;
  }
  const std::span<const Key* const> keyed(starts.data(), rows.size());
  if (lanes_ && rows.size() >= LaneForest<Number>::rows_to_pay)
    lanes_->add(keyed, sums);
  else
    walks_.add(keyed, sums);
}

template <class Number>
void Forest<Number>::add(std::span<const float* const> rows, std::span<Number> sums) const {
  if (rows.size() >= Walks<Number>::lanes && keys_.size() <= widest_keys)
    return add_together(rows, sums);
  const std::size_t groups = sums.size() / rows.size();
  for (std::size_t row = 0; row < rows.size(); ++row)
    add_alone(rows[row], sums.subspan(row * groups, groups));
}

template class Forest<float>;
template class Forest<double>;

}  // namespace millrace::learn::trees
