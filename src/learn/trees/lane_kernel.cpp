// The inner loop of LaneForest, compiled for each width of vectors that a processor may have.
// Written with the compiler's vectors, so that one text serves each instruction set. Vectors go by
// reference and everything is inlined: how they would be passed depends on the instruction set.
#include "learn/trees/lane_forest.hpp"

#include <cstring>

namespace millrace::learn::trees {

#if defined(__x86_64__)

namespace {

using Floats = float __attribute__((vector_size(64), may_alias));
using Words = std::int32_t __attribute__((vector_size(64), may_alias));
using Bits = std::uint32_t __attribute__((vector_size(64), may_alias));

static_assert(lane_count == 64, "the steps below are written out for four vectors");

// A word a row: bits of leaves, or the place of one.
struct Four {
  Words a, b, c, d;
};

[[gnu::always_inline]] inline const Words& part(const Lanes<Key>& lanes, std::size_t quarter) {
  return *reinterpret_cast<const Words*>(lanes.of.data() + quarter * 16);
}

[[gnu::always_inline]] inline void strike_out(const Words& key, const LaneSplit& split,
                                              Words& alive) {
  alive = key > split.last_left ? alive & split.keeps : alive;
}

[[gnu::always_inline]] inline void find_alive(const LaneSide& side, const LaneSplit* splits,
                                              const Lanes<Key>* keys, Four& alive) {
  const Words all = Words{} - 1;
  alive = {all, all, all, all};
  for (std::uint32_t i = side.begin; i < side.end; ++i) {
    const Lanes<Key>& asked = keys[splits[i].key];
    strike_out(part(asked, 0), splits[i], alive.a);
    strike_out(part(asked, 1), splits[i], alive.b);
    strike_out(part(asked, 2), splits[i], alive.c);
    strike_out(part(asked, 3), splits[i], alive.d);
  }
}

// The place of the lowest bit, of which there is one. Its float has it as the exponent.
[[gnu::always_inline]] inline void find_lowest(const Words& bits, Words& places) {
  const Bits all = reinterpret_cast<const Bits&>(bits);
  const Bits lowest = all & -all;
  const Floats exact = __builtin_convertvector(reinterpret_cast<const Words&>(lowest), Floats);
  places = ((reinterpret_cast<const Words&>(exact) >> 23) & 0xff) - 127;
}

// The rows' leaves among all, of a quarter of them.
[[gnu::always_inline]] inline void find_leaves(const Words& key, const LaneRoot& tree,
                                               const Words& left, const Words& right,
                                               Words& leaves) {
  const Words goes_right = key > tree.last_left;
  find_lowest(goes_right ? right : left, leaves);
  const Words none{};
  leaves += goes_right ? none + tree.right.leaves : none + tree.left.leaves;
}

template <class Number>
[[gnu::always_inline]] inline void add_tree(const LaneRoot& tree,
                                            const LaneNumbers<Number>& numbers,
                                            const Lanes<Key>* keys, Lanes<Number>& sums) {
  Four left;
  Four right;
  find_alive(tree.left, numbers.splits.data(), keys, left);
  find_alive(tree.right, numbers.splits.data(), keys, right);
  const Lanes<Key>& asked = keys[tree.key];
  Four leaves;
  find_leaves(part(asked, 0), tree, left.a, right.a, leaves.a);
  find_leaves(part(asked, 1), tree, left.b, right.b, leaves.b);
  find_leaves(part(asked, 2), tree, left.c, right.c, leaves.c);
  find_leaves(part(asked, 3), tree, left.d, right.d, leaves.d);
  std::array<std::uint32_t, lane_count> places;
  std::memcpy(places.data(), &leaves, sizeof leaves);
#pragma GCC unroll 16
  for (std::size_t lane = 0; lane < lane_count; ++lane)
    sums.of.data()[lane] += numbers.leaves.data()[places.data()[lane]];
}

template <class Number>
[[gnu::always_inline]] inline void add_trees(const LaneNumbers<Number>& numbers,
                                             const Lanes<Key>* keys, Lanes<Number>* sums) {
  for (const LaneRoot& tree : numbers.trees) add_tree(tree, numbers, keys, sums[tree.group]);
}

template <class Number>
[[gnu::target("avx512f,avx512dq,avx512vl,avx512bw")]] void add_trees_avx512(
    const LaneNumbers<Number>& numbers, const Lanes<Key>* keys, Lanes<Number>* sums) {
  add_trees(numbers, keys, sums);
}

template <class Number>
[[gnu::target("avx2")]] void add_trees_avx2(const LaneNumbers<Number>& numbers,
                                            const Lanes<Key>* keys, Lanes<Number>* sums) {
  add_trees(numbers, keys, sums);
}

}  // namespace

template <class Number>
std::vector<typename LaneForest<Number>::Kernel> LaneForest<Number>::kernels() {
  std::vector<Kernel> found;
  if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw"))
    found.push_back(add_trees_avx512<Number>);
  if (__builtin_cpu_supports("avx2")) found.push_back(add_trees_avx2<Number>);
  return found;
}

#else

template <class Number>
std::vector<typename LaneForest<Number>::Kernel> LaneForest<Number>::kernels() {
  return {};
}

#endif

template std::vector<LaneForest<float>::Kernel> LaneForest<float>::kernels();
template std::vector<LaneForest<double>::Kernel> LaneForest<double>::kernels();

}  // namespace millrace::learn::trees
