// What the library `millrace-parquet` offers to `columnar.cpp`, which loads it.
#pragma once

#include "table/columnar.hpp"

#include <cstdint>

namespace millrace::table {

// Without C++'s decorated names, so that it can be looked up.
extern "C" __attribute__((visibility("default"))) void write_columnar_file(const ColumnarFile& file,
                                                                           const NextRow& next,
                                                                           const TakeBytes& take,
                                                                           std::uint64_t& rows);

}  // namespace millrace::table
