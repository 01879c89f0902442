// What comes in on one connection: the buffer, the heads found in it, and the body behind a head,
// decoded.
#pragma once

#include "http/buffers.hpp"
#include "http/parser.hpp"
#include "http/stream.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::http {

// Used by one thread at a time: the loop, or the worker to whom the loop has handed the body.
class Incoming {
 public:
  Incoming(BufferPool& pool, std::size_t head_limit) : pool_(pool), head_limit_(head_limit) {}

  [[nodiscard]] bool empty() const { return begin_ == end_; }
  // Reads what the socket has into the buffer, which grows up to the limit of a head.
  [[nodiscard]] Io fill(Stream& stream);

  // 0 while a head is incomplete, 200 when one was read into `out`, else the status to refuse it
  // with. Takes the head out of the buffer.
  [[nodiscard]] int next_request(std::size_t fields_limit, Request& out);
  [[nodiscard]] bool keep_alive() const { return parser_.keep_alive(); }
  [[nodiscard]] bool http_1_0() const { return parser_.http_1_0(); }

  // The body of the last head: what lies in the buffer first, then straight from the socket.
  [[nodiscard]] Io read_body(Stream& stream, char* out, std::size_t size);
  [[nodiscard]] bool body_done() const { return body_ == Body::none; }
  // Bytes of the body still to come; nothing when they are not known beforehand.
  [[nodiscard]] std::optional<std::uint64_t> body_left() const;

  // Gives the buffer back if nothing is in it.
  void rest();

 private:
  enum class Body : std::uint8_t { none, sized, chunked };
  void make_room();
  [[nodiscard]] Io read_sized(Stream& stream, char* out, std::size_t size);
  [[nodiscard]] Io read_chunked(Stream& stream, char* out, std::size_t size);
  [[nodiscard]] std::string_view buffered() const { return {block_.get() + begin_, end_ - begin_}; }

  BufferPool& pool_;
  std::size_t head_limit_;
  BufferPool::Block block_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t searched_ = 0;
  Body body_ = Body::none;
  std::uint64_t left_ = 0;
  Parser parser_{Parser::Kind::request};
};

}  // namespace millrace::http
