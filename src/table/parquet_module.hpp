// What the library `millrace-parquet` offers to `parquet.cpp`, which loads it.
#pragma once

#include "table/matrix.hpp"
#include "table/parquet.hpp"

namespace millrace::table {

// Without C++'s decorated names, so that they can be looked up. Both throw DataError.
extern "C" __attribute__((visibility("default"))) void read_parquet_file(const base::Source& source,
                                                                         Dataset& rows);
extern "C" __attribute__((visibility("default"))) void read_parquet_shape(
    const base::Source& source, ParquetShape& shape);

}  // namespace millrace::table
