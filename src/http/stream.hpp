// A connected socket as bytes in and out, never blocking; plain here, TLS in tls_stream.
#pragma once

#include "http/io.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace millrace::http {

class Stream {
 public:
  virtual ~Stream() = default;
  [[nodiscard]] virtual Io read(char* out, std::size_t size) = 0;
  // `more`: further bytes follow at once, so that the kernel may wait for them.
  [[nodiscard]] virtual Io write(std::string_view bytes, bool more) = 0;
  // Sends from a file; `scratch` is room for what must be copied on its way.
  [[nodiscard]] virtual Io send_file(int file, std::uint64_t offset, std::size_t length,
                                     std::span<char> scratch) = 0;
};

// Does not own the descriptor. Without the kernel's help against SIGPIPE in sendfile, the thread
// that sends blocks that signal.
[[nodiscard]] std::unique_ptr<Stream> make_plain_stream(int descriptor);

}  // namespace millrace::http
