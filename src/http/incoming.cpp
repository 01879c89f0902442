// The input buffer, and bodies read through it or past it.
#include "http/incoming.hpp"

#include <algorithm>
#include <cstring>

namespace millrace::http {

void Incoming::make_room() {
  if (!block_) {
    block_ = pool_.take();
    capacity_ = BufferPool::block_bytes;
  }
  if (begin_ > 0) {
    std::memmove(block_.get(), block_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  // One byte more than the limit, so that a head over it shows.
  if (end_ < capacity_ || capacity_ > head_limit_) return;
  const std::size_t larger = std::min(capacity_ * 4, head_limit_ + 1);
  if (larger <= capacity_) return;
  auto grown = std::make_unique_for_overwrite<char[]>(larger);
  std::memcpy(grown.get(), block_.get(), end_);
  block_ = std::move(grown);
  capacity_ = larger;
}

Io Incoming::fill(Stream& stream) {
  if (end_ == capacity_ || !block_) make_room();
  if (end_ == capacity_) return {Io::Kind::failed, 0};
  const Io io = stream.read(block_.get() + end_, capacity_ - end_);
  if (io.kind == Io::Kind::bytes) end_ += io.count;
  return io;
}

int Incoming::next_request(std::size_t fields_limit, Request& out) {
  // Clients of old sent an empty line after a body; the standard asks servers to overlook it.
  while (searched_ == 0 && buffered().starts_with("\r\n")) begin_ += 2;
  const HeadSearch search = find_head(buffered(), searched_);
  searched_ = search.size;
  if (search.state == HeadSearch::State::malformed) return 400;
  if (search.state == HeadSearch::State::incomplete) return end_ - begin_ > head_limit_ ? 431 : 0;
  if (search.size > head_limit_) return 431;
  const int refusal = parser_.read_request(buffered().substr(0, search.size), fields_limit, out);
  begin_ += search.size;
  searched_ = 0;
  if (refusal != 0) return refusal;
  left_ = parser_.content_length().value_or(0);
  body_ = left_ > 0 ? Body::sized : Body::none;
  if (parser_.chunked()) body_ = Body::chunked;
  return 200;
}

Io Incoming::read_body(Stream& stream, char* out, std::size_t size) {
  if (body_ == Body::none) return {Io::Kind::end, 0};
  return body_ == Body::sized ? read_sized(stream, out, size) : read_chunked(stream, out, size);
}

Io Incoming::read_sized(Stream& stream, char* out, std::size_t size) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, left_));
  Io io{Io::Kind::bytes, std::min(wanted, end_ - begin_)};
  if (io.count > 0) {
    std::memcpy(out, block_.get() + begin_, io.count);
    begin_ += io.count;
  } else {
    io = stream.read(out, wanted);
    // The client went away in the middle: never the end of a body.
    if (io.kind == Io::Kind::end) return {Io::Kind::failed, 0};
    if (io.kind != Io::Kind::bytes) return io;
  }
  left_ -= io.count;
  if (left_ == 0) body_ = Body::none;
  return io;
}

Io Incoming::read_chunked(Stream& stream, char* out, std::size_t size) {
  while (true) {
    if (empty()) {
      begin_ = end_ = 0;
      const Io io = fill(stream);
      if (io.waits()) return io;
      if (io.kind != Io::Kind::bytes) return {Io::Kind::failed, 0};
    }
    // No more than `size` goes in, so no more than that comes out.
    const Parser::Decoded step = parser_.decode(buffered().substr(0, size), out);
    begin_ += step.consumed;
    if (step.failed) return {Io::Kind::failed, 0};
    if (step.end) body_ = Body::none;
    if (step.produced > 0) return {Io::Kind::bytes, step.produced};
    if (step.end) return {Io::Kind::end, 0};
  }
}

std::optional<std::uint64_t> Incoming::body_left() const {
  if (body_ == Body::chunked) return std::nullopt;
  return left_;
}

void Incoming::rest() {
  if (!empty() || !block_) return;
  begin_ = end_ = searched_ = 0;
  if (capacity_ == BufferPool::block_bytes) pool_.give_back(std::move(block_));
  block_.reset();
  capacity_ = 0;
}

}  // namespace millrace::http
