#include "base/gunzip.hpp"

#include <new>

namespace millrace::base {
namespace {

constexpr std::size_t chunk = 256 * 1024;
constexpr int gzip_format = 15 + 16;
constexpr std::uint64_t expansion_floor = 16 << 20;  // below this nothing is called a bomb

}  // namespace

Gunzip::Gunzip(Reader& packed, std::uint64_t expansion)
    : packed_(packed), expansion_(expansion), in_(chunk, '\0') {
  if (inflateInit2(&stream_, gzip_format) != Z_OK) throw std::bad_alloc();
}

Gunzip::~Gunzip() { inflateEnd(&stream_); }

std::size_t Gunzip::read(char* out, std::size_t size) {
  stream_.next_out = reinterpret_cast<Bytef*>(out);
  stream_.avail_out = static_cast<uInt>(size);
  while (stream_.avail_out > 0 && (stream_.avail_in > 0 || refill())) step();
  if (stream_.avail_out > 0 && !member_ended_) throw GunzipError("is cut short");
  const std::size_t got = size - stream_.avail_out;
  unpacked_bytes_ += got;
  check_expansion();
  return got;
}

void Gunzip::check_expansion() const {
  if (unpacked_bytes_ <= expansion_floor || unpacked_bytes_ / expansion_ <= packed_bytes_) return;
  throw GunzipError("expands beyond " + std::to_string(expansion_) + " times its size");
}

void Gunzip::step() {
  if (member_ended_) inflateReset(&stream_);
  const int result = inflate(&stream_, Z_NO_FLUSH);
  member_ended_ = result == Z_STREAM_END;
  if (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR) return;
  const bool nothing_yet = packed_bytes_ <= chunk && unpacked_bytes_ == 0;
  throw GunzipError(nothing_yet ? "is not in gzip format" : "is damaged");
}

bool Gunzip::refill() {
  const std::size_t got = packed_.read(in_.data(), in_.size());
  packed_bytes_ += got;
  stream_.next_in = reinterpret_cast<Bytef*>(in_.data());
  stream_.avail_in = static_cast<uInt>(got);
  return got > 0;
}

}  // namespace millrace::base
