#include "base/gzip.hpp"

#include "base/assert.hpp"

#include <new>

namespace millrace::base {
namespace {

constexpr std::size_t chunk = 256 * 1024;
constexpr int gzip_format = 15 + 16;
constexpr int compression_level = 3;
constexpr int memory_level = 8;  // zlib's own choice

}  // namespace

Gzip::Gzip(Reader& plain) : plain_(plain), in_(chunk, '\0') {
  if (deflateInit2(&stream_, compression_level, Z_DEFLATED, gzip_format, memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

Gzip::~Gzip() { deflateEnd(&stream_); }

void Gzip::refill() {
  const std::size_t got = plain_.read(in_.data(), in_.size());
  plain_ended_ = got == 0;
  stream_.next_in = reinterpret_cast<Bytef*>(in_.data());
  stream_.avail_in = static_cast<uInt>(got);
}

std::size_t Gzip::read(char* out, std::size_t size) {
  stream_.next_out = reinterpret_cast<Bytef*>(out);
  stream_.avail_out = static_cast<uInt>(size);
  while (stream_.avail_out > 0 && !is_finished_) {
    if (stream_.avail_in == 0 && !plain_ended_) refill();
    const int result = deflate(&stream_, plain_ended_ ? Z_FINISH : Z_NO_FLUSH);
    MILLRACE_ASSERT(result != Z_STREAM_ERROR);
    is_finished_ = result == Z_STREAM_END;
  }
  return size - stream_.avail_out;
}

}  // namespace millrace::base
