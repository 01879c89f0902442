// One request by hand: the client in http/ speaks over local sockets only.
#include "app/health.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace millrace::app {

namespace {

constexpr timeval patience{.tv_sec = 2, .tv_usec = 0};

bool exchange(int socket, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return false;
  constexpr std::string_view request =
      "GET /_millrace/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  if (send(socket, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size()))
    return false;
  char head[64];
  const ssize_t got = recv(socket, head, sizeof head, 0);
  return got > 0 &&
         std::string_view(head, static_cast<std::size_t>(got)).starts_with("HTTP/1.1 200");
}

}  // namespace

bool answers_health(std::uint16_t port) {
  const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return false;
  setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const bool well = exchange(handle, port);
  close(handle);
  return well;
}

}  // namespace millrace::app
