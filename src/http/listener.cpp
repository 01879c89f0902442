// Addresses, listening sockets, and accepting.
#include "http/listener.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace millrace::http {

namespace {

constexpr int backlog = 1024;
constexpr std::chrono::milliseconds pause_without_descriptors{50};
constexpr std::string_view overloaded =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

std::optional<Address> parse_address(const std::string& text, std::uint16_t port) {
  Address address;
  sockaddr_in four{};
  sockaddr_in6 six{};
  if (::inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    std::memcpy(&address.storage, &four, sizeof four);
    address.size = sizeof four;
    return address;
  }
  if (::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) != 1) return std::nullopt;
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(port);
  std::memcpy(&address.storage, &six, sizeof six);
  address.size = sizeof six;
  return address;
}

std::string text_of(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    ::inet_ntop(AF_INET, &four.sin_addr, text, sizeof text);
  } else {
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof six);
    ::inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof text);
  }
  return text;
}

void set_option(int descriptor, int level, int option) {
  const int on = 1;
  ::setsockopt(descriptor, level, option, &on, sizeof on);
}

}  // namespace

int listen_on(const std::string& address, std::uint16_t port) {
  const std::string where = address + " port " + std::to_string(port);
  const std::optional<Address> parsed = parse_address(address, port);
  if (!parsed) throw std::system_error(EINVAL, std::generic_category(), "not an address: " + where);
  const int descriptor =
      ::socket(parsed->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0)
    throw std::system_error(errno, std::generic_category(), "cannot open a socket for " + where);
  set_option(descriptor, SOL_SOCKET, SO_REUSEADDR);
  if (parsed->storage.ss_family == AF_INET6) set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY);
  const auto* raw = reinterpret_cast<const sockaddr*>(&parsed->storage);
  if (::bind(descriptor, raw, parsed->size) < 0 || ::listen(descriptor, backlog) < 0) {
    const int error = errno;
    ::close(descriptor);
    throw std::system_error(error, std::generic_category(), "cannot listen on " + where);
  }
  return descriptor;
}

std::uint16_t port_of(int descriptor) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size);
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &storage, sizeof six);
    return ntohs(six.sin6_port);
  }
  sockaddr_in four{};
  std::memcpy(&four, &storage, sizeof four);
  return ntohs(four.sin_port);
}

Listener::Listener(std::span<const std::shared_ptr<Loop>> loops, int descriptor)
    : loops_(loops),
      loop_(*loops.front()),
      core_(loop_.core()),
      watch_(loop_.poller(), *this, descriptor) {}

void Listener::accept_all() {
  while (accept_one()) {
  }
  if (!watch_.is_open()) return;
  if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
    return out_of_descriptors();
  watch_.wait_readable();
}

// False with the reason in errno when none is waiting, or none can be had.
bool Listener::accept_one() {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  const int accepted = ::accept4(watch_.descriptor(), reinterpret_cast<sockaddr*>(&storage), &size,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (accepted < 0) return errno == EINTR || errno == ECONNABORTED;
  if (core_.connections.load(std::memory_order_relaxed) >= core_.limits.connections) {
    static_cast<void>(::send(accepted, overloaded.data(), overloaded.size(), MSG_NOSIGNAL));
    ::close(accepted);
    return true;
  }
  set_option(accepted, IPPROTO_TCP, TCP_NODELAY);
  const auto& least =
      *std::min_element(loops_.begin(), loops_.end(),
                        [](const auto& a, const auto& b) { return a->load() < b->load(); });
  std::string remote = text_of(storage);
  if (least->here()) {
    least->adopt(accepted, std::move(remote));
  } else {
    least->post(
        [&loop = *least, accepted, remote = std::move(remote)] { loop.adopt(accepted, remote); });
  }
  return true;
}

// Spinning on the refused accept would take the processor; a connection that does nothing gives its
// descriptor back instead.
void Listener::out_of_descriptors() {
  core_.log.write(base::Level::warning,
                  "out of file descriptors: a connection waits to be accepted");
  for (const auto& loop : loops_) loop->post([&one = *loop] { one.close_an_idle_one(); });
  loop_.timers().after(pause_without_descriptors, [this] {
    if (watch_.is_open()) accept_all();
  });
}
}  // namespace millrace::http
