// A whole query: the bytes of an object in, records out.
#pragma once

#include "base/stream.hpp"
#include "sql/select/request.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::sql::select {

struct Progress {
  std::uint64_t scanned = 0;    // bytes of the object
  std::uint64_t processed = 0;  // of them, unpacked
  std::uint64_t returned = 0;   // of records
};

class Results {
 public:
  virtual ~Results() = default;
  virtual void records(std::string_view bytes) = 0;
  // From time to time.
  virtual void progress(const Progress& so_far) = 0;
};

// Of Parquet, `parquet_file` is the path of the object, and `object` is not read. Throws
// SelectError.
Progress run(const Request& request, base::Reader& object, const std::string& parquet_file,
             Results& results);

}  // namespace millrace::sql::select
