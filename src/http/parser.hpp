// HTTP/1.1 on the wire, as llhttp reads it: request heads, and bodies in chunks. Internal: the only
// header that shows llhttp.
#pragma once

#include "http/message.hpp"

#include <llhttp.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace millrace::http {

// How the bytes of a head lie in the buffer.
struct HeadSearch {
  enum class State { incomplete, complete, malformed };
  State state = State::incomplete;
  std::size_t size = 0;  // with its empty line, when complete
};

// Looks for the empty line from `from`, a place that a former search returned in `size` (0 at
// first). A line that does not end in CR LF is malformed.
[[nodiscard]] HeadSearch find_head(std::string_view bytes, std::size_t from);

class Parser {
 public:
  enum class Kind { request, response };
  explicit Parser(Kind kind) : kind_(kind) {}
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // Reads a whole head. 0 when it is good, else the status to refuse it with.
  [[nodiscard]] int read_request(std::string_view head, std::size_t fields_limit, Request& out);
  // The same for an answer to `method`; false when malformed.
  [[nodiscard]] bool read_response(std::string_view head, std::size_t fields_limit, int& status,
                                   Headers& headers);

  // What the head said about the connection and the body.
  [[nodiscard]] bool keep_alive() const { return keep_alive_; }
  [[nodiscard]] bool http_1_0() const { return raw_.http_major == 1 && raw_.http_minor == 0; }
  [[nodiscard]] bool chunked() const { return chunked_; }
  [[nodiscard]] std::optional<std::uint64_t> content_length() const { return content_length_; }

  struct Decoded {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    bool end = false;
    bool failed = false;
  };
  // After a chunked head: takes in `input`, puts the body's bytes at `out`, which has room for as
  // many bytes as `input` has.
  [[nodiscard]] Decoded decode(std::string_view input, char* out);

 private:
  friend struct ParserCallbacks;
  [[nodiscard]] bool read_head(std::string_view head, std::size_t fields_limit);
  [[nodiscard]] int refusal() const;
  [[nodiscard]] int check_request(Request& out) const;

  Kind kind_;
  llhttp_t raw_{};
  std::string target_;
  Headers headers_;
  std::string name_;
  std::string value_;
  std::size_t fields_limit_ = 0;
  std::size_t trailer_bytes_ = 0;
  bool in_head_ = false;
  bool head_complete_ = false;
  bool too_many_fields_ = false;
  bool keep_alive_ = false;
  bool chunked_ = false;
  std::optional<std::uint64_t> content_length_;
  char* body_out_ = nullptr;
  std::size_t body_count_ = 0;
  bool message_complete_ = false;
};

}  // namespace millrace::http
