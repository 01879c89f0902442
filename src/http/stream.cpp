// Plain TCP: recv, send and sendfile.
#include "http/stream.hpp"

#include <sys/sendfile.h>
#include <sys/socket.h>

#include <cerrno>

namespace millrace::http {

namespace {

Io outcome(ssize_t count, Io::Kind when_full) {
  if (count > 0) return {Io::Kind::bytes, static_cast<std::size_t>(count)};
  if (count == 0) return {Io::Kind::end, 0};
  if (errno == EAGAIN || errno == EWOULDBLOCK) return {when_full, 0};
  return {Io::Kind::failed, 0};
}

template <typename Call>
ssize_t repeated(Call call) {
  ssize_t count = call();
  while (count < 0 && errno == EINTR) count = call();
  return count;
}

class PlainStream final : public Stream {
 public:
  explicit PlainStream(int descriptor) : descriptor_(descriptor) {}

  Io read(char* out, std::size_t size) override {
    return outcome(repeated([&] { return ::recv(descriptor_, out, size, 0); }),
                   Io::Kind::want_read);
  }

  Io write(std::string_view bytes, bool more) override {
    const int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
    return outcome(repeated([&] { return ::send(descriptor_, bytes.data(), bytes.size(), flags); }),
                   Io::Kind::want_write);
  }

  Io send_file(int file, std::uint64_t offset, std::size_t length, std::span<char>) override {
    auto at = static_cast<off_t>(offset);
    const ssize_t sent = repeated([&] { return ::sendfile(descriptor_, file, &at, length); });
    // The file is shorter than promised: the reply cannot be completed.
    if (sent == 0) return {Io::Kind::failed, 0};
    // The socket is full: to try again before it has room would be in vain.
    if (sent > 0 && static_cast<std::size_t>(sent) < length) {
      return {Io::Kind::want_write, static_cast<std::size_t>(sent)};
    }
    return outcome(sent, Io::Kind::want_write);
  }

 private:
  int descriptor_;
};

}  // namespace

std::unique_ptr<Stream> make_plain_stream(int descriptor) {
  return std::make_unique<PlainStream>(descriptor);
}

}  // namespace millrace::http
