#include "learn/knn/faiss_file.hpp"

#include "learn/knn/faiss_bytes.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <utility>

namespace millrace::learn::knn {
namespace {

constexpr std::string_view flat_l2 = "IxF2";
constexpr std::string_view flat_inner_product = "IxFI";
constexpr std::string_view inverted_flat = "IwFl";
constexpr std::string_view inverted_coded = "IwPQ";
// The lists in memory, and how their lengths are told: each, or those of the lists that hold any.
constexpr std::string_view array_lists = "ilar";
constexpr std::string_view all_lengths = "full";
constexpr std::string_view some_lengths = "sprs";
constexpr std::uint64_t code_bits = 8;

std::string_view flat_kind(Metric metric) {
  return metric == Metric::l2 ? flat_l2 : flat_inner_product;
}

FaissFlat take_flat(std::string_view kind, std::string_view& bytes) {
  const FaissHead head = take_head(bytes);
  if (kind != flat_kind(head.metric)) unfitting();
  FaissFlat index{
      .metric = head.metric, .columns = head.columns, .points = take_counted<float>(bytes)};
  if (index.points.size() / head.columns != head.points ||
      index.points.size() % head.columns != 0) {
    unfitting();
  }
  check_finite(index.points);
  return index;
}

// Behind the head: lists, lists that a search looks at, the index of their centers, and the map
// from points to lists, which nothing here makes.
void put_centers(std::ostream& out, const InvertedLists& index) {
  put_head(out, {.columns = index.columns, .points = index.numbers.size(), .metric = index.metric});
  put(out, std::uint64_t{index.lists()});
  put(out, std::uint64_t{index.probes});
  write_faiss(out, index.metric, index.columns, index.centers);
  put(out, std::uint8_t{0});
  put(out, std::uint64_t{0});
}

void take_centers(std::string_view& bytes, const FaissHead& head, InvertedLists& index) {
  const std::size_t lists = take_count(bytes);
  const auto probes = take<std::uint64_t>(bytes);
  const std::string_view kind = take_kind(bytes);
  if (kind != flat_l2 && kind != flat_inner_product)
    throw ModelError("the index's lists are not found by a flat index");
  FaissFlat centers = take_flat(kind, bytes);
  if (take<std::uint8_t>(bytes) != 0 || take<std::uint64_t>(bytes) != 0)
    throw ModelError("the index has a map from points to lists");
  if (centers.columns != head.columns || centers.metric != head.metric || probes < 1 ||
      centers.points.size() / centers.columns != lists) {
    unfitting();
  }
  index.metric = head.metric;
  index.columns = head.columns;
  index.probes = std::min<std::size_t>(probes, lists);
  index.centers = std::move(centers.points);
  index.begins.assign(lists + 1, 0);
}

void put_lists(std::ostream& out, const InvertedLists& index, std::string_view codes) {
  const std::size_t code_bytes = codes.size() / index.numbers.size();
  out << array_lists;
  put(out, std::uint64_t{index.lists()});
  put(out, std::uint64_t{code_bytes});
  out << all_lengths;
  put(out, std::uint64_t{index.lists()});
  for (std::size_t list = 0; list < index.lists(); ++list)
    put(out, std::uint64_t{index.begins[list + 1] - index.begins[list]});
  for (std::size_t list = 0; list < index.lists(); ++list) {
    const std::size_t first = index.begins[list];
    const std::size_t last = index.begins[list + 1];
    out << codes.substr(first * code_bytes, (last - first) * code_bytes);
    const std::vector<std::int64_t> numbers(
        index.numbers.begin() + static_cast<std::ptrdiff_t>(first),
        index.numbers.begin() + static_cast<std::ptrdiff_t>(last));
    put_all(out, std::span(numbers));
  }
}

void take_lengths(std::string_view& bytes, InvertedLists& index) {
  const std::string_view kind = take_kind(bytes);
  const auto told = take_counted<std::uint64_t>(bytes);
  std::vector<std::uint64_t> lengths(index.lists());
  if (kind == all_lengths && told.size() == lengths.size()) {
    lengths = told;
  } else if (kind == some_lengths && told.size() % 2 == 0) {
    for (std::size_t i = 0; i < told.size(); i += 2) {
      if (told[i] >= lengths.size()) unfitting();
      lengths[told[i]] = told[i + 1];
    }
  } else {
    unfitting();
  }
  for (std::size_t list = 0; list < lengths.size(); ++list) {
    if (lengths[list] > bytes.size()) unfitting();
    index.begins[list + 1] = index.begins[list] + lengths[list];
  }
}

// A point may be in one list only.
void take_numbers(std::string_view& bytes, std::size_t count, std::size_t points,
                  std::vector<bool>& seen, std::vector<std::uint32_t>& numbers) {
  for (const auto number : take_all<std::int64_t>(bytes, count)) {
    if (number < 0 || static_cast<std::uint64_t>(number) >= points) unfitting();
    const auto place = static_cast<std::size_t>(number);
    if (seen[place]) unfitting();
    seen[place] = true;
    numbers.push_back(static_cast<std::uint32_t>(place));
  }
}

std::string take_lists(std::string_view& bytes, std::size_t points, std::size_t code_bytes,
                       InvertedLists& index) {
  if (take_kind(bytes) != array_lists) throw ModelError("the index's lists are of another kind");
  if (take<std::uint64_t>(bytes) != index.lists() || take<std::uint64_t>(bytes) != code_bytes)
    unfitting();
  take_lengths(bytes, index);
  if (index.begins.back() != points || points > std::numeric_limits<std::uint32_t>::max() ||
      points > bytes.size() / (code_bytes + sizeof(std::int64_t))) {
    unfitting();
  }
  std::string codes;
  codes.reserve(points * code_bytes);
  std::vector<bool> seen(points);
  for (std::size_t list = 0; list < index.lists(); ++list) {
    const std::size_t count = index.begins[list + 1] - index.begins[list];
    if (count > bytes.size() / code_bytes) throw ModelError("the index is cut off");
    codes += bytes.substr(0, count * code_bytes);
    bytes.remove_prefix(count * code_bytes);
    take_numbers(bytes, count, points, seen, index.numbers);
  }
  return codes;
}

// Dimensions, parts and bits of a part's code, with the centers of the parts.
ProductQuantizer take_quantizer(std::string_view& bytes, const FaissHead& head) {
  const auto columns = take<std::uint64_t>(bytes);
  const auto parts = take<std::uint64_t>(bytes);
  const auto bits = take<std::uint64_t>(bytes);
  if (bits != code_bits) throw ModelError("the index's codes have not 8 bits a part");
  ProductQuantizer quantizer{.parts = parts, .centers = take_counted<float>(bytes)};
  if (columns != head.columns || parts < 1 || parts > columns || columns % parts != 0 ||
      quantizer.centers.size() / part_centers != columns ||
      quantizer.centers.size() % part_centers != 0) {
    unfitting();
  }
  check_finite(quantizer.centers);
  return quantizer;
}

InvertedLists take_inverted_flat(std::string_view& bytes) {
  const FaissHead head = take_head(bytes);
  InvertedLists index;
  take_centers(bytes, head, index);
  const std::string codes = take_lists(bytes, head.points, head.columns * sizeof(float), index);
  std::string_view left = codes;
  index.points = take_all<float>(left, codes.size() / sizeof(float));
  check_finite(index.points);
  return index;
}

InvertedLists take_inverted_coded(std::string_view& bytes) {
  const FaissHead head = take_head(bytes);
  InvertedLists index;
  take_centers(bytes, head, index);
  const bool of_differences = take<std::uint8_t>(bytes) == 1;
  const auto code_bytes = take<std::uint64_t>(bytes);
  if (!of_differences || head.metric != Metric::l2)
    throw ModelError("the index's codes are not of differences from the lists' centers");
  index.quantizer = take_quantizer(bytes, head);
  if (code_bytes != index.quantizer->parts) unfitting();
  const std::string codes = take_lists(bytes, head.points, code_bytes, index);
  index.codes.assign(codes.begin(), codes.end());
  return index;
}

std::variant<FaissFlat, InvertedLists> take_index(std::string_view& bytes) {
  const std::string_view kind = take_kind(bytes);
  if (kind == flat_l2 || kind == flat_inner_product) return take_flat(kind, bytes);
  if (kind == inverted_flat) return take_inverted_flat(bytes);
  if (kind == inverted_coded) return take_inverted_coded(bytes);
  throw ModelError("the index is none of faiss's kinds Flat, IVFFlat and IVFPQ");
}

}  // namespace

void write_faiss(std::ostream& out, Metric metric, std::size_t columns,
                 std::span<const float> points) {
  out << flat_kind(metric);
  put_head(out, {.columns = columns, .points = points.size() / columns, .metric = metric});
  put_counted(out, points);
}

void write_faiss(std::ostream& out, const InvertedLists& index) {
  out << (index.quantizer ? inverted_coded : inverted_flat);
  put_centers(out, index);
  if (!index.quantizer) {
    put_lists(
        out, index,
        {reinterpret_cast<const char*>(index.points.data()), index.points.size() * sizeof(float)});
    return;
  }
  put(out, std::uint8_t{1});
  put(out, std::uint64_t{index.quantizer->parts});
  put(out, std::uint64_t{index.columns});
  put(out, std::uint64_t{index.quantizer->parts});
  put(out, code_bits);
  put_counted(out, std::span(std::as_const(index.quantizer->centers)));
  put_lists(out, index, {reinterpret_cast<const char*>(index.codes.data()), index.codes.size()});
}

std::variant<FaissFlat, InvertedLists> read_faiss(std::string_view bytes) {
  auto index = take_index(bytes);
  if (!bytes.empty()) unfitting();
  return index;
}

}  // namespace millrace::learn::knn
