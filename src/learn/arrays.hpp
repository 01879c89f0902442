// Named arrays of numbers in a file of Apache MXNet's format, in which AWS's own algorithms leave
// their models: `mxnet.ndarray.load` reads it.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::learn {

struct Array {
  std::string name;  // of all or of none
  std::vector<std::uint64_t> shape;
  std::vector<float> values;  // the last dimension runs fastest

  friend bool operator==(const Array&, const Array&) = default;
};

struct ArraysError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[nodiscard]] std::string write_arrays(const std::vector<Array>& arrays);

// Dense arrays of 32-bit or 64-bit floats, written by version 1.0 of MXNet or later. Throws
// ArraysError.
[[nodiscard]] std::vector<Array> read_arrays(std::string_view bytes);

}  // namespace millrace::learn
