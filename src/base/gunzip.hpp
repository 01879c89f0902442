// Reads what gzip packed, in memory of a fixed size.
#pragma once

#include "base/stream.hpp"

#include <zlib.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace millrace::base {

// Says what is wrong with the packed bytes: "is cut short", "is not in gzip format", ...
struct GunzipError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Concatenated members count as one sequence, as they do for gzip itself. `packed` must outlive it.
class Gunzip final : public Reader {
 public:
  // Unpacked bytes for each packed one that are believed; deflate itself ends at 1032.
  static constexpr std::uint64_t expansion_limit = 1100;

  explicit Gunzip(Reader& packed, std::uint64_t expansion = expansion_limit);
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;
  ~Gunzip() override;

  // Fewer bytes than asked only at the end. Throws GunzipError.
  std::size_t read(char* out, std::size_t size) override;

 private:
  void step();
  bool refill();
  void check_expansion() const;

  Reader& packed_;
  std::uint64_t expansion_;
  z_stream stream_{};
  std::string in_;
  bool member_ended_ = false;
  std::uint64_t packed_bytes_ = 0;
  std::uint64_t unpacked_bytes_ = 0;
};

}  // namespace millrace::base
