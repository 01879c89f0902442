// A reply on its way out: what has been sent of head and body, and how to go on.
#pragma once

#include "http/message.hpp"
#include "http/stream.hpp"

#include <span>
#include <string>
#include <variant>

namespace millrace::http {

// A part of a streamed body, read by a worker. The buffer has room before and behind the bytes for
// the frame of a chunk.
struct Piece {
  static constexpr std::size_t bytes = 128 * 1024;
  static constexpr std::size_t front = 10;
  static constexpr std::size_t back = 2;
  std::string buffer;
  std::size_t size = 0;  // 0 is the end of the body
  bool failed = false;
};

// Reads the next piece, for a worker; `piece` brings its buffer.
[[nodiscard]] Piece read_piece(base::Reader& reader, Piece piece);

class Outgoing {
 public:
  // Begins a reply: its head, or all of it, is written into the text that this gives, which has
  // room for a usual head and so many bytes.
  [[nodiscard]] std::string& begin(std::size_t joined = 0);
  // Of a body that follows its head in one write; 0 of others.
  [[nodiscard]] static std::size_t joined_size(
      const std::variant<std::string, FileSlice, Streamed>& body);
  // What follows the head.
  void add_body(std::variant<std::string, FileSlice, Streamed> body, bool chunked);

  // Sends what can be sent. `end`: all is sent. `bytes`: go on after others had their turn, unless
  // needs_piece().
  [[nodiscard]] Io send(Stream& stream, std::span<char> scratch);
  // A streamed body has sent all that it was given.
  [[nodiscard]] bool needs_piece() const { return needs_piece_; }
  [[nodiscard]] base::Reader& reader() const { return *std::get<Streamed>(body_).reader; }
  [[nodiscard]] std::shared_ptr<base::Reader> shared_reader() const {
    return std::get<Streamed>(body_).reader;
  }
  // The buffer for the next piece.
  [[nodiscard]] Piece empty_piece() { return {std::move(piece_.buffer), 0, false}; }
  // False when the reader failed or gave another length than was promised.
  [[nodiscard]] bool give(Piece piece);
  // Lets go of everything.
  void clear();

 private:
  [[nodiscard]] Io send_bytes(Stream& stream, std::string_view all, bool more);
  [[nodiscard]] Io send_file(Stream& stream, const FileSlice& file, std::span<char> scratch);
  [[nodiscard]] Io send_piece(Stream& stream);
  void frame_chunk();

  std::string head_;
  std::variant<std::string, FileSlice, Streamed> body_;
  Piece piece_;
  std::string_view piece_left_;
  std::size_t head_sent_ = 0;
  std::uint64_t body_sent_ = 0;
  bool chunked_ = false;
  bool needs_piece_ = false;
  bool last_piece_ = false;
};

}  // namespace millrace::http
