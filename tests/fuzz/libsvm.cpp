// libsvm as a training channel and as a request's body.
#include "table/libsvm.hpp"

#include "table.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  try {
    check(table::parse_libsvm(input));
  } catch (const table::DataError&) {
  }
  const OneFile file(input);
  try {
    check(table::read_libsvm({&file.input, 1}, 1));
  } catch (const table::DataError&) {
  }
}

}  // namespace millrace::fuzz
