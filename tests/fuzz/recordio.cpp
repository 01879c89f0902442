// RecordIO-protobuf: frames, and the records in them.
#include "table/recordio.hpp"

#include "table.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  try {
    check(table::parse_recordio(input));
  } catch (const table::DataError&) {
  }
}

}  // namespace millrace::fuzz
