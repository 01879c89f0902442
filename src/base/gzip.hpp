// Packs as gzip does, in memory of a fixed size.
#pragma once

#include "base/stream.hpp"

#include <zlib.h>

#include <string>

namespace millrace::base {

// Gives the packed form of what `plain` gives, which must outlive it.
class Gzip final : public Reader {
 public:
  explicit Gzip(Reader& plain);
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  ~Gzip() override;

  // Fewer bytes than asked only at the end.
  std::size_t read(char* out, std::size_t size) override;

 private:
  void refill();

  Reader& plain_;
  z_stream stream_{};
  std::string in_;
  bool plain_ended_ = false;
  bool is_finished_ = false;
};

}  // namespace millrace::base
