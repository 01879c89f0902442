#include "learn/arrays.hpp"

#include <cstring>

namespace millrace::learn {
namespace {

constexpr std::uint64_t list_magic = 0x112;
constexpr std::uint32_t array_magic = 0xf993fac9;
constexpr std::int32_t dense = 0;
constexpr std::int32_t on_cpu = 1;
constexpr std::int32_t float32 = 0;
constexpr std::int32_t float64 = 1;
constexpr std::uint32_t most_dimensions = 32;

template <class Number>
void put(std::string& out, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

void put_array(std::string& out, const Array& array) {
  put(out, array_magic);
  put(out, dense);
  put(out, static_cast<std::uint32_t>(array.shape.size()));
  for (const std::uint64_t size : array.shape) put(out, static_cast<std::int64_t>(size));
  put(out, on_cpu);
  put(out, std::int32_t{0});  // the first of its kind
  put(out, float32);
  out.append(reinterpret_cast<const char*>(array.values.data()),
             array.values.size() * sizeof(float));
}

std::string_view take_bytes(std::string_view& rest, std::uint64_t size) {
  if (size > rest.size()) throw ArraysError("the file of arrays is cut off");
  const std::string_view taken = rest.substr(0, size);
  rest.remove_prefix(size);
  return taken;
}

template <class Number>
Number take(std::string_view& rest) {
  Number number;
  std::memcpy(&number, take_bytes(rest, sizeof number).data(), sizeof number);
  return number;
}

std::uint64_t count_of(const std::vector<std::uint64_t>& shape, std::uint64_t most) {
  std::uint64_t count = 1;
  for (const std::uint64_t size : shape) {
    if (size > most || (size > 0 && count > most / size))
      throw ArraysError("the file of arrays is cut off");
    count *= size;
  }
  return count;
}

template <class Stored>
std::vector<float> take_values(std::string_view& rest, std::uint64_t count) {
  const std::string_view bytes = take_bytes(rest, count * sizeof(Stored));
  std::vector<float> values(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + i * sizeof stored, sizeof stored);
    values[i] = static_cast<float>(stored);
  }
  return values;
}

Array take_array(std::string_view& rest) {
  if (take<std::uint32_t>(rest) != array_magic)
    throw ArraysError("an array is of a format that is not read");
  if (take<std::int32_t>(rest) != dense) throw ArraysError("sparse arrays are not read");
  Array array;
  const auto dimensions = take<std::uint32_t>(rest);
  if (dimensions == 0 || dimensions > most_dimensions)
    throw ArraysError("an array has " + std::to_string(dimensions) + " dimensions");
  for (std::uint32_t i = 0; i < dimensions; ++i) array.shape.push_back(take<std::uint64_t>(rest));
  (void)take<std::int64_t>(rest);  // where it lay
  const auto type = take<std::int32_t>(rest);
  if (type == float32)
    array.values = take_values<float>(rest, count_of(array.shape, rest.size() / sizeof(float)));
  else if (type == float64)
    array.values = take_values<double>(rest, count_of(array.shape, rest.size() / sizeof(double)));
  else
    throw ArraysError("an array holds numbers of a kind that is not read");
  return array;
}

}  // namespace

std::string write_arrays(const std::vector<Array>& arrays) {
  std::string out;
  put(out, list_magic);
  put(out, std::uint64_t{0});  // reserved
  put(out, static_cast<std::uint64_t>(arrays.size()));
  for (const Array& array : arrays) put_array(out, array);
  const bool named = !arrays.empty() && !arrays.front().name.empty();
  put(out, static_cast<std::uint64_t>(named ? arrays.size() : 0));
  for (std::size_t i = 0; named && i < arrays.size(); ++i) {
    put(out, static_cast<std::uint64_t>(arrays[i].name.size()));
    out += arrays[i].name;
  }
  return out;
}

std::vector<Array> read_arrays(std::string_view bytes) {
  if (take<std::uint64_t>(bytes) != list_magic)
    throw ArraysError("the file does not begin as a file of arrays does");
  (void)take<std::uint64_t>(bytes);
  std::vector<Array> arrays;
  for (auto left = take<std::uint64_t>(bytes); left > 0; --left)
    arrays.push_back(take_array(bytes));
  const auto names = take<std::uint64_t>(bytes);
  if (names != 0 && names != arrays.size()) throw ArraysError("arrays and names differ in number");
  for (std::uint64_t i = 0; i < names; ++i)
    arrays[i].name = take_bytes(bytes, take<std::uint64_t>(bytes));
  if (!bytes.empty()) throw ArraysError("there is more behind the last name");
  return arrays;
}

}  // namespace millrace::learn
