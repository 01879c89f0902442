#include "table/gathered.hpp"

#include "base/assert.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>

namespace millrace::table {
namespace {

// Memory that is filled from end to end comes in fewer, larger pages where the system has them;
// where it has not, the advice does nothing.
void advise_large_pages(void* begin, std::size_t bytes) {
  constexpr std::uintptr_t page_bytes = std::uintptr_t{2} << 20;
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  const std::uintptr_t first = (address + page_bytes - 1) / page_bytes * page_bytes;
  const std::uintptr_t last = (address + bytes) / page_bytes * page_bytes;
  if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

// Room that is never filled costs addresses, no memory.
template <class T>
void make_room(std::vector<T>& all, std::size_t count) {
  std::vector<T> larger;
  larger.reserve(count);
  advise_large_pages(larger.data(), count * sizeof(T));
  larger.insert(larger.end(), all.begin(), all.end());
  all.swap(larger);
}

}  // namespace

// How many elements all the bytes make, if the rest is as what was read; and an eighth more.
template <class T>
void Gathered::copy(std::vector<T>& all, const std::vector<T>& next) const {
  const std::size_t needed = all.size() + next.size();
  if (needed > all.capacity()) {
    const double share = static_cast<double>(total_bytes_) / static_cast<double>(read_bytes_);
    const double expected = static_cast<double>(needed) * std::max(share, 1.0) * 1.125;
    make_room(all, std::max(needed, static_cast<std::size_t>(expected)));
  }
  all.insert(all.end(), next.begin(), next.end());
}

void Gathered::copy_offsets(const Matrix& next) {
  std::vector<std::uint64_t>& offsets = all_.features.offsets;
  if (offsets.empty()) return copy(offsets, next.offsets);
  const std::uint64_t base = offsets.back();
  std::vector<std::uint64_t> moved(next.offsets.begin() + 1, next.offsets.end());
  for (std::uint64_t& offset : moved) offset += base;
  copy(offsets, moved);
}

// Rows before the first weight have weight one, as in a file where only some lines give one.
void Gathered::copy_weights(const Dataset& next) {
  if (all_.weights.empty() && next.weights.empty()) return;
  all_.weights.resize(all_.features.rows, 1.0F);
  if (next.weights.empty())
    all_.weights.resize(all_.features.rows + next.features.rows, 1.0F);
  else
    copy(all_.weights, next.weights);
}

void Gathered::append(const Dataset& next, std::uint64_t bytes) {
  read_bytes_ += bytes;
  if (next.features.rows == 0) return;
  Matrix& features = all_.features;
  if (features.rows == 0) {
    features.sparse = next.features.sparse;
    features.columns = next.features.columns;
  }
  MILLRACE_ASSERT(features.sparse == next.features.sparse);
  MILLRACE_ASSERT(features.sparse || features.columns == next.features.columns);
  copy_weights(next);
  copy(all_.labels, next.labels);
  copy(all_.queries, next.queries);
  if (features.sparse) copy_offsets(next.features);
  copy(features.indices, next.features.indices);
  copy(features.values, next.features.values);
  features.columns = std::max(features.columns, next.features.columns);
  features.rows += next.features.rows;
}

}  // namespace millrace::table
