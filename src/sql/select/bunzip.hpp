// Reads what bzip2 packed, in memory of a fixed size.
#pragma once

#include "base/stream.hpp"

#include <bzlib.h>

#include <stdexcept>
#include <string>

namespace millrace::sql::select {

struct BunzipError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Streams one behind the other count as one, as they do for bzip2 itself. `packed` outlives it.
class Bunzip final : public base::Reader {
 public:
  explicit Bunzip(base::Reader& packed);
  Bunzip(const Bunzip&) = delete;
  Bunzip& operator=(const Bunzip&) = delete;
  ~Bunzip() override;

  // Throws BunzipError.
  std::size_t read(char* out, std::size_t size) override;

 private:
  bool refill();
  void step();

  base::Reader& packed_;
  bz_stream stream_{};
  std::string in_;
  bool has_ended_ = false;  // the stream, not the reader
  bool has_any_ = false;
};

}  // namespace millrace::sql::select
