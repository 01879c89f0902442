#include "sql/select/bunzip.hpp"

#include <algorithm>
#include <limits>
#include <new>

namespace millrace::sql::select {
namespace {

constexpr std::size_t chunk = 256 * 1024;

}  // namespace

Bunzip::Bunzip(base::Reader& packed) : packed_(packed), in_(chunk, '\0') {
  if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
}

Bunzip::~Bunzip() { BZ2_bzDecompressEnd(&stream_); }

std::size_t Bunzip::read(char* out, std::size_t size) {
  size = std::min<std::size_t>(size, std::numeric_limits<unsigned>::max());
  stream_.next_out = out;
  stream_.avail_out = static_cast<unsigned>(size);
  while (stream_.avail_out > 0 && (stream_.avail_in > 0 || refill())) step();
  if (stream_.avail_out > 0 && !has_ended_) throw BunzipError("is cut short");
  return size - stream_.avail_out;
}

bool Bunzip::refill() {
  const std::size_t got = packed_.read(in_.data(), in_.size());
  stream_.next_in = in_.data();
  stream_.avail_in = static_cast<unsigned>(got);
  return got > 0;
}

void Bunzip::step() {
  if (has_ended_) {
    const unsigned left = stream_.avail_in;
    char* const at = stream_.next_in;
    char* const out = stream_.next_out;
    const unsigned room = stream_.avail_out;
    BZ2_bzDecompressEnd(&stream_);
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
    stream_.next_in = at;
    stream_.avail_in = left;
    stream_.next_out = out;
    stream_.avail_out = room;
  }
  const int result = BZ2_bzDecompress(&stream_);
  has_ended_ = result == BZ_STREAM_END;
  if (result == BZ_DATA_ERROR_MAGIC && !has_any_) throw BunzipError("is not in bzip2 format");
  if (result != BZ_OK && result != BZ_STREAM_END) throw BunzipError("is damaged");
  has_any_ = true;
}

}  // namespace millrace::sql::select
