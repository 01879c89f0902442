#include "table/columnar.hpp"

#include "table/arrow_library.hpp"
#include "table/columnar_module.hpp"

namespace millrace::table {

std::uint64_t write_columnar(const ColumnarFile& file, const NextRow& next, const TakeBytes& take) {
  const auto write =
      reinterpret_cast<decltype(&write_columnar_file)>(arrow_function("write_columnar_file"));
  std::uint64_t rows = 0;
  write(file, next, take, rows);
  return rows;
}

}  // namespace millrace::table
