// CSV as a training channel and as a request's body.
#include "table/csv.hpp"

#include "table.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  try {
    check(table::parse_csv(input));
  } catch (const table::DataError&) {
  }
  const OneFile file(input);
  for (const bool weight : {false, true}) {
    try {
      check(table::read_csv({&file.input, 1}, {.label = true, .weight = weight, .threads = 1}));
    } catch (const table::DataError&) {
    }
  }
}

}  // namespace millrace::fuzz
