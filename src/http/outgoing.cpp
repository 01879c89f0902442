// Sending of text, files by sendfile, and streamed pieces framed as chunks.
#include "http/outgoing.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace millrace::http {

namespace {

constexpr std::size_t joined_body_bytes = 16 * 1024;
constexpr std::size_t file_step_bytes = 2 * 1024 * 1024;
constexpr std::size_t file_turn_bytes = 8 * 1024 * 1024;
constexpr std::size_t usual_head_bytes = 512;
constexpr std::size_t kept_head_bytes = 1024;

}  // namespace

Piece read_piece(base::Reader& reader, Piece piece) {
  piece.buffer.resize(Piece::front + Piece::bytes + Piece::back);
  try {
    piece.size = reader.read(piece.buffer.data() + Piece::front, Piece::bytes);
  } catch (const std::exception&) {
    // The head has been sent already: all that is left is to break the connection off.
    piece.failed = true;
  }
  return piece;
}

std::string& Outgoing::begin(std::size_t joined) {
  clear();
  head_.reserve(usual_head_bytes + joined);
  return head_;
}

std::size_t Outgoing::joined_size(const std::variant<std::string, FileSlice, Streamed>& body) {
  const auto* text = std::get_if<std::string>(&body);
  return text && text->size() <= joined_body_bytes ? text->size() : 0;
}

void Outgoing::add_body(std::variant<std::string, FileSlice, Streamed> body, bool chunked) {
  chunked_ = chunked;
  if (joined_size(body) > 0) {
    head_ += std::get<std::string>(body);
    return;
  }
  body_ = std::move(body);
}

Io Outgoing::send(Stream& stream, std::span<char> scratch) {
  const auto* text = std::get_if<std::string>(&body_);
  const auto* file = std::get_if<FileSlice>(&body_);
  if (head_sent_ < head_.size()) {
    const bool more = text ? !text->empty() : file && file->length > 0;
    const Io io = send_bytes(stream, std::string_view(head_).substr(head_sent_), more);
    head_sent_ += io.count;
    if (io.kind != Io::Kind::end) return io;
  }
  if (text) {
    const auto left = std::string_view(*text).substr(static_cast<std::size_t>(body_sent_));
    const Io io = send_bytes(stream, left, false);
    body_sent_ += io.count;
    return io;
  }
  return file ? send_file(stream, *file, scratch) : send_piece(stream);
}

// `count` tells how much went out, whatever the end of it was.
Io Outgoing::send_bytes(Stream& stream, std::string_view all, bool more) {
  std::size_t sent = 0;
  while (sent < all.size()) {
    const Io io = stream.write(all.substr(sent), more);
    if (io.kind != Io::Kind::bytes)
      return {io.kind == Io::Kind::end ? Io::Kind::failed : io.kind, sent};
    sent += io.count;
  }
  return {Io::Kind::end, sent};
}

Io Outgoing::send_file(Stream& stream, const FileSlice& file, std::span<char> scratch) {
  std::size_t turn = 0;
  while (body_sent_ < file.length) {
    if (turn >= file_turn_bytes) return {Io::Kind::bytes, turn};
    const auto step = static_cast<std::size_t>(
        std::min<std::uint64_t>(file.length - body_sent_, file_step_bytes));
    const Io io = stream.send_file(file.descriptor, file.offset + body_sent_, step, scratch);
    body_sent_ += io.count;
    turn += io.count;
    if (io.kind != Io::Kind::bytes) return {io.kind, turn};
  }
  return {Io::Kind::end, turn};
}

Io Outgoing::send_piece(Stream& stream) {
  const Io io = send_bytes(stream, piece_left_, false);
  piece_left_.remove_prefix(io.count);
  if (io.kind != Io::Kind::end || last_piece_) return io;
  needs_piece_ = true;
  return {Io::Kind::bytes, io.count};
}

bool Outgoing::give(Piece piece) {
  needs_piece_ = false;
  piece_ = std::move(piece);
  if (piece_.failed) return false;
  const std::optional<std::uint64_t> length = std::get<Streamed>(body_).length;
  body_sent_ += piece_.size;
  last_piece_ = piece_.size == 0;
  if (length) {
    if (body_sent_ > *length || (last_piece_ && body_sent_ < *length)) return false;
    last_piece_ = body_sent_ == *length;
  }
  frame_chunk();
  return true;
}

void Outgoing::frame_chunk() {
  char* bytes = piece_.buffer.data() + Piece::front;
  piece_left_ = {bytes, piece_.size};
  if (!chunked_) return;
  char line[Piece::front];
  char* end = std::to_chars(line, line + sizeof line, piece_.size, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  const auto front = static_cast<std::size_t>(end - line);
  std::memcpy(bytes - front, line, front);
  std::memcpy(bytes + piece_.size, "\r\n", Piece::back);
  piece_left_ = {bytes - front, front + piece_.size + Piece::back};
}

void Outgoing::clear() {
  head_.clear();
  if (head_.capacity() > kept_head_bytes) head_.shrink_to_fit();
  body_ = std::string();
  piece_ = {};
  piece_left_ = {};
  head_sent_ = 0;
  body_sent_ = 0;
  chunked_ = needs_piece_ = last_piece_ = false;
}

}  // namespace millrace::http
