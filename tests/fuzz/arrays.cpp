// Files of arrays, in which models of AWS's own algorithms lie.
#include "learn/arrays.hpp"

#include "base/assert.hpp"
#include "fuzz.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  try {
    for (const learn::Array& array : learn::read_arrays(input)) {
      std::uint64_t count = 1;
      for (const std::uint64_t size : array.shape) count *= size;
      MILLRACE_ASSERT(count == array.values.size());
    }
  } catch (const learn::ArraysError&) {
  }
}

}  // namespace millrace::fuzz
