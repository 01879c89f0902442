// The outcome of one non-blocking step on a socket, plain or TLS.
#pragma once

#include <cstddef>
#include <cstdint>

namespace millrace::http {

struct Io {
  enum class Kind : std::uint8_t {
    bytes,       // `count` bytes went through, at least one
    end,         // nothing more will come, or all has been sent
    want_read,   // try again when the socket is readable
    want_write,  // try again when the socket is writable
    failed,      // the connection is of no use any more
  };
  Kind kind = Kind::failed;
  std::size_t count = 0;

  [[nodiscard]] bool waits() const { return kind == Kind::want_read || kind == Kind::want_write; }
};

}  // namespace millrace::http
