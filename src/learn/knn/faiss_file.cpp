#include "learn/knn/faiss_file.hpp"

#include "learn/model.hpp"

#include <cstdint>
#include <cstring>

namespace millrace::learn::knn {
namespace {

// The layout, little-endian: a kind of four letters, dimensions (32 bits), points, two numbers
// without a meaning (64 bits each), whether trained (8 bits), the metric (32 bits); how many floats
// there are (64 bits), and those.
constexpr std::string_view l2_kind = "IxF2";
constexpr std::string_view inner_product_kind = "IxFI";
constexpr std::int64_t meaningless = 1 << 20;
constexpr std::int32_t inner_product_metric = 0;
constexpr std::int32_t l2_metric = 1;

template <class Number>
void put(std::string& out, Number number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

template <class Number>
Number take(std::string_view& bytes) {
  if (bytes.size() < sizeof(Number)) throw ModelError("the index is cut off");
  Number number;
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return number;
}

Metric take_kind(std::string_view& bytes) {
  const std::string_view kind = bytes.substr(0, l2_kind.size());
  if (kind != l2_kind && kind != inner_product_kind)
    throw ModelError("the index is no flat index of faiss");
  bytes.remove_prefix(kind.size());
  return kind == l2_kind ? Metric::l2 : Metric::inner_product;
}

}  // namespace

std::string write_faiss_flat(const FaissFlat& index) {
  const bool l2 = index.metric == Metric::l2;
  std::string out(l2 ? l2_kind : inner_product_kind);
  put(out, static_cast<std::int32_t>(index.columns));
  put(out, static_cast<std::int64_t>(index.points.size() / index.columns));
  put(out, meaningless);
  put(out, meaningless);
  put(out, std::uint8_t{1});
  put(out, l2 ? l2_metric : inner_product_metric);
  put(out, static_cast<std::uint64_t>(index.points.size()));
  out.append(reinterpret_cast<const char*>(index.points.data()),
             index.points.size() * sizeof(float));
  return out;
}

FaissFlat read_faiss_flat(std::string_view bytes) {
  FaissFlat index{.metric = take_kind(bytes)};
  const auto columns = take<std::int32_t>(bytes);
  const auto count = take<std::int64_t>(bytes);
  bytes.remove_prefix(std::min(bytes.size(), 2 * sizeof meaningless + 1));
  const auto metric = take<std::int32_t>(bytes);
  const auto numbers = take<std::uint64_t>(bytes);
  if (columns < 1 || count < 1 || numbers != bytes.size() / sizeof(float) ||
      numbers / static_cast<std::uint64_t>(columns) != static_cast<std::uint64_t>(count) ||
      numbers % static_cast<std::uint64_t>(columns) != 0 ||
      metric != (index.metric == Metric::l2 ? l2_metric : inner_product_metric)) {
    throw ModelError("the index's numbers do not fit each other");
  }
  index.columns = static_cast<std::size_t>(columns);
  index.points.resize(numbers);
  std::memcpy(index.points.data(), bytes.data(), numbers * sizeof(float));
  return index;
}

}  // namespace millrace::learn::knn
