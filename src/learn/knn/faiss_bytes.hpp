// The pieces that files of faiss are made of, little-endian; reading checks every size against what
// is left of the file before it takes memory.
#pragma once

#include "learn/knn/index.hpp"
#include "learn/model.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::learn::knn {

static_assert(std::endian::native == std::endian::little);

[[noreturn]] inline void unfitting() {
  throw ModelError("the index's numbers do not fit each other");
}

template <class Number>
void put(std::ostream& out, Number number) {
  out.write(reinterpret_cast<const char*>(&number), sizeof number);
}

template <class Number>
void put_all(std::ostream& out, std::span<const Number> numbers) {
  out.write(reinterpret_cast<const char*>(numbers.data()),
            static_cast<std::streamsize>(numbers.size_bytes()));
}

// With their count before them.
template <class Number>
void put_counted(std::ostream& out, std::span<const Number> numbers) {
  put(out, std::uint64_t{numbers.size()});
  put_all(out, numbers);
}

template <class Number>
Number take(std::string_view& bytes) {
  if (bytes.size() < sizeof(Number)) throw ModelError("the index is cut off");
  Number number;
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return number;
}

template <class Number>
std::vector<Number> take_all(std::string_view& bytes, std::uint64_t count) {
  if (count > bytes.size() / sizeof(Number)) throw ModelError("the index is cut off");
  std::vector<Number> numbers(count);
  if (count > 0) std::memcpy(numbers.data(), bytes.data(), count * sizeof(Number));
  bytes.remove_prefix(count * sizeof(Number));
  return numbers;
}

template <class Number>
std::vector<Number> take_counted(std::string_view& bytes) {
  const auto count = take<std::uint64_t>(bytes);
  return take_all<Number>(bytes, count);
}

// A number of things, each of which takes at least a byte of what is left.
inline std::size_t take_count(std::string_view& bytes) {
  const auto count = take<std::uint64_t>(bytes);
  if (count > bytes.size()) unfitting();
  return count;
}

inline std::string_view take_kind(std::string_view& bytes) {
  constexpr std::size_t letters = 4;
  if (bytes.size() < letters) throw ModelError("the index is cut off");
  const std::string_view kind = bytes.substr(0, letters);
  bytes.remove_prefix(letters);
  return kind;
}

inline void check_finite(std::span<const float> numbers) {
  for (const float number : numbers) {
    if (!std::isfinite(number)) throw ModelError("the index holds a number that is not finite");
  }
}

// What every index begins with behind its kind: dimensions (32 bits), points, two numbers without a
// meaning (64 bits each), whether trained (8 bits), the metric (32 bits).
struct FaissHead {
  std::size_t columns;
  std::size_t points;
  Metric metric;
};

inline void put_head(std::ostream& out, const FaissHead& head) {
  constexpr std::int64_t meaningless = 1 << 20;
  put(out, static_cast<std::int32_t>(head.columns));
  put(out, static_cast<std::int64_t>(head.points));
  put(out, meaningless);
  put(out, meaningless);
  put(out, std::uint8_t{1});
  put(out, std::int32_t{head.metric == Metric::l2 ? 1 : 0});
}

inline FaissHead take_head(std::string_view& bytes) {
  const auto columns = take<std::int32_t>(bytes);
  const auto points = take<std::int64_t>(bytes);
  static_cast<void>(take<std::int64_t>(bytes));
  static_cast<void>(take<std::int64_t>(bytes));
  const auto trained = take<std::uint8_t>(bytes);
  const auto metric = take<std::int32_t>(bytes);
  if (columns < 1 || points < 1 || trained != 1 || metric < 0 || metric > 1) unfitting();
  return {.columns = static_cast<std::size_t>(columns),
          .points = static_cast<std::size_t>(points),
          .metric = metric == 1 ? Metric::l2 : Metric::inner_product};
}

}  // namespace millrace::learn::knn
