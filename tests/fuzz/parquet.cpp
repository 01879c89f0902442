// Parquet: our entry to Arrow, and what of Arrow a file reaches through it.
#include "table/parquet.hpp"

#include "table.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  const OneFile file(input);
  try {
    check(table::read_parquet({&file.input, 1}));
  } catch (const table::DataError&) {
  }
}

}  // namespace millrace::fuzz
