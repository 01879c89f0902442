// RecordIO-protobuf: frames, and the records in them.
#include "table/recordio.hpp"

#include "table.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  try {
    check(table::parse_recordio(input));
  } catch (const table::DataError&) {
  }
  const OneFile file(input);
  constexpr std::size_t block_bytes = 100;
  try {
    check(table::read_recordio({&file.input, 1}, 1, block_bytes));
  } catch (const table::DataError&) {
  }
}

}  // namespace millrace::fuzz
