// Rows of a batch job's manifest: the same however the bytes come, and bounded.
#include "fuzz.hpp"
#include "service/s3control/csv_rows.hpp"

namespace millrace::fuzz {
namespace {

std::string read_rows(std::string_view bytes, std::size_t step) {
  SteppedReader reader(bytes, step);
  service::s3control::CsvRows rows(reader);
  std::string all;
  try {
    for (std::vector<std::string> row; rows.next(row);) {
      for (const std::string& field : row) all += field + '\1';
      all += std::to_string(rows.line()) + '\2';
    }
  } catch (const service::s3control::CsvError& error) {
    all += error.what();
  }
  return all;
}

}  // namespace

void run(std::string_view bytes) {
  const std::string at_once = read_rows(bytes, bytes.size() + 1);
  MILLRACE_ASSERT(read_rows(bytes, 1) == at_once);
  MILLRACE_ASSERT(read_rows(bytes, 7) == at_once);
}

}  // namespace millrace::fuzz
