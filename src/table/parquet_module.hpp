// What the library `millrace-parquet` offers to `parquet.cpp`, which loads it.
#pragma once

#include "table/matrix.hpp"

namespace millrace::table {

// Without C++'s decorated name, so that it can be looked up. Throws DataError.
extern "C" __attribute__((visibility("default"))) void read_parquet_file(const base::Source& source,
                                                                         Dataset& rows);

}  // namespace millrace::table
