// The inner loop of LaneForest, compiled for each width of vectors that a processor may have.
// Written with the compiler's vectors, so that one text serves each instruction set. Vectors go by
// reference and everything is inlined: how they would be passed depends on the instruction set.
#include "learn/trees/lane_forest.hpp"

#include <bit>
#include <cstring>

namespace millrace::learn::trees {

#if defined(__x86_64__)

namespace {

using Floats = float __attribute__((vector_size(64), may_alias));
using Words = std::int32_t __attribute__((vector_size(64), may_alias));

static_assert(lane_count == 64, "the steps below are written out for four vectors");

// A word a row: bits of leaves, or a place.
struct Four {
  Words a, b, c, d;
};

[[gnu::always_inline]] inline const Floats& part(const Lanes<float>& lanes, std::size_t quarter) {
  return *reinterpret_cast<const Floats*>(lanes.of.data() + quarter * 16);
}

// Without a number a comparison is false, so that what is missing goes right...
[[gnu::always_inline]] inline void is_less(const Lanes<float>& x, float threshold, Four& less) {
  less = {part(x, 0) < threshold, part(x, 1) < threshold, part(x, 2) < threshold,
          part(x, 3) < threshold};
}

// ...and left here.
[[gnu::always_inline]] inline void is_not_more(const Lanes<float>& x, float threshold, Four& less) {
  less = {~(part(x, 0) >= threshold), ~(part(x, 1) >= threshold), ~(part(x, 2) >= threshold),
          ~(part(x, 3) >= threshold)};
}

[[gnu::always_inline]] inline void strike_out(const Four& goes_left, std::int32_t keeps,
                                              Four& alive) {
  alive.a &= goes_left.a | keeps;
  alive.b &= goes_left.b | keeps;
  alive.c &= goes_left.c | keeps;
  alive.d &= goes_left.d | keeps;
}

[[gnu::always_inline]] inline void find_alive(const LaneSide& side, const LaneSplit* splits,
                                              const Lanes<float>* columns, Four& alive) {
  const Words all = Words{} - 1;
  alive = {all, all, all, all};
  Four goes_left;
  for (std::uint32_t i = side.splits; i < side.missing_right; ++i) {
    is_not_more(columns[splits[i].column], splits[i].threshold, goes_left);
    strike_out(goes_left, splits[i].keeps, alive);
  }
  for (std::uint32_t i = side.missing_right; i < side.end; ++i) {
    is_less(columns[splits[i].column], splits[i].threshold, goes_left);
    strike_out(goes_left, splits[i].keeps, alive);
  }
}

[[gnu::always_inline]] inline void choose(const Four& first, const Words& left, const Words& right,
                                          Words Four::* which, Four& chosen) {
  chosen.*which = (first.*which & left) | (~(first.*which) & right);
}

[[gnu::always_inline]] inline void choose_each(const Four& first, const Four& left,
                                               const Four& right, Four& chosen) {
  choose(first, left.a, right.a, &Four::a, chosen);
  choose(first, left.b, right.b, &Four::b, chosen);
  choose(first, left.c, right.c, &Four::c, chosen);
  choose(first, left.d, right.d, &Four::d, chosen);
}

template <class Number>
[[gnu::always_inline]] inline void add_tree(const LaneRoot& tree,
                                            const LaneNumbers<Number>& numbers,
                                            const Lanes<float>* columns, Lanes<Number>& sums) {
  Four left;
  Four right;
  find_alive(tree.left, numbers.splits.data(), columns, left);
  find_alive(tree.right, numbers.splits.data(), columns, right);
  Four goes_left;
  if (tree.missing_left)
    is_not_more(columns[tree.column], tree.threshold, goes_left);
  else
    is_less(columns[tree.column], tree.threshold, goes_left);
  Four alive;
  choose_each(goes_left, left, right, alive);
  const Words none{};
  const Four left_leaves{none + tree.left.leaves, none + tree.left.leaves, none + tree.left.leaves,
                         none + tree.left.leaves};
  const Four right_leaves{none + tree.right.leaves, none + tree.right.leaves,
                          none + tree.right.leaves, none + tree.right.leaves};
  Four places;
  choose_each(goes_left, left_leaves, right_leaves, places);
  std::array<std::uint32_t, lane_count> bits;
  std::array<std::int32_t, lane_count> bases;
  std::memcpy(bits.data(), &alive, sizeof alive);
  std::memcpy(bases.data(), &places, sizeof places);
  const Number* const leaves = numbers.leaves.data();
  for (std::size_t lane = 0; lane < lane_count; ++lane)
    sums.of.data()[lane] += leaves[bases.data()[lane] + std::countl_zero(bits.data()[lane])];
}

template <class Number>
[[gnu::always_inline]] inline void add_trees(const LaneNumbers<Number>& numbers,
                                             const Lanes<float>* columns, Lanes<Number>* sums) {
  for (const LaneRoot& tree : numbers.trees) add_tree(tree, numbers, columns, sums[tree.group]);
}

template <class Number>
[[gnu::target("avx512f,avx512dq,avx512vl,avx512bw,avx512cd,lzcnt")]] void add_trees_avx512(
    const LaneNumbers<Number>& numbers, const Lanes<float>* columns, Lanes<Number>* sums) {
  add_trees(numbers, columns, sums);
}

template <class Number>
[[gnu::target("avx2,lzcnt")]] void add_trees_avx2(const LaneNumbers<Number>& numbers,
                                                  const Lanes<float>* columns,
                                                  Lanes<Number>* sums) {
  add_trees(numbers, columns, sums);
}

}  // namespace

template <class Number>
std::vector<typename LaneForest<Number>::Kernel> LaneForest<Number>::kernels() {
  std::vector<Kernel> found;
  if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd"))
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
