#include "http/client_pool.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

namespace millrace::http {

namespace {

constexpr std::size_t connections_limit = 64;      // per socket
constexpr std::size_t waiting_limit = 4096;        // turns per socket
constexpr std::size_t turns_in_series = 64;        // that follow one another on a connection
constexpr std::size_t body_in_series = 64 * 1024;  // bytes that others may wait behind
constexpr std::size_t peers_looked_over =
    256;  // from so many on, those without connections are dropped

// A connected, non-blocking descriptor, or -1 with the reason in errno. Unix sockets connect at
// once or not at all.
int connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return descriptor;
  const int error = errno;
  ::close(descriptor);
  errno = error;
  return -1;
}

}  // namespace

void ClientPool::accept(std::unique_ptr<Turn> turn) {
  if (shut_)
    return answer(std::move(turn), {},
                  ClientError{ClientError::Kind::closed, "the client has ended"});
  turn->timeout =
      poller_.timers().after(turn->ask.timeout, [this, raw = turn.get()] { time_out(*raw); });
  if (peers_.size() >= peers_looked_over)
    std::erase_if(peers_, [](const auto& one) { return one.second.connections.empty(); });
  place(std::move(turn));
}

void ClientPool::place(std::unique_ptr<Turn> turn) {
  Peer& peer = peers_[turn->ask.socket_path];
  const bool in_series = turn->ask.in_series && turn->ask.body.size() <= body_in_series;
  if (in_series && (peer.series == nullptr || peer.series->turns() < turns_in_series))
    return join_series(peer, std::move(turn));
  if (!peer.idle.empty()) {
    ClientConnection* connection = peer.idle.back();
    peer.idle.pop_back();
    connection->begin(std::move(turn));
    return connection->send();
  }
  if (peer.connections.size() < connections_limit) return place_on_new(peer, std::move(turn));
  if (peer.waiting.size() < waiting_limit) {
    peer.waiting.push_back(std::move(turn));
    return;
  }
  answer(std::move(turn), {},
         ClientError{ClientError::Kind::refused, "too many requests wait for the socket"});
}

// Takes the turn where there is no connection to be had.
ClientConnection* ClientPool::connect(Peer& peer, std::unique_ptr<Turn>& turn) {
  const int descriptor = connect_to(turn->ask.socket_path);
  if (descriptor >= 0) {
    return peer.connections
        .emplace_back(std::make_unique<ClientConnection>(poller_, *this, scratch_, descriptor))
        .get();
  }
  // The server's backlog is full: one of our own connections will be free before it is.
  if (errno == EAGAIN && !peer.connections.empty() && peer.waiting.size() < waiting_limit) {
    peer.waiting.push_back(std::move(turn));
    return nullptr;
  }
  const std::string what = turn->ask.socket_path + ": " + std::generic_category().message(errno);
  answer(std::move(turn), {}, ClientError{ClientError::Kind::refused, what});
  return nullptr;
}

void ClientPool::place_on_new(Peer& peer, std::unique_ptr<Turn> turn) {
  ClientConnection* const connection = connect(peer, turn);
  if (connection == nullptr) return;
  connection->begin(std::move(turn));
  connection->send();
}

// Sent when the loop comes round: with what else it finds to ask until then.
void ClientPool::join_series(Peer& peer, std::unique_ptr<Turn> turn) {
  if (peer.series == nullptr) peer.series = connect(peer, turn);
  if (peer.series == nullptr) return;
  peer.series->begin(std::move(turn));
  if (std::find(to_send_.begin(), to_send_.end(), peer.series) != to_send_.end()) return;
  to_send_.push_back(peer.series);
  if (to_send_.size() == 1) poller_.post([this] { send_series(); });
}

void ClientPool::send_series() {
  // One that cannot send may end others' turns and itself.
  while (!to_send_.empty()) {
    ClientConnection* const connection = to_send_.back();
    to_send_.pop_back();
    connection->send();
  }
}

void ClientPool::ended(ClientConnection& connection, std::unique_ptr<Turn> turn, Outcome outcome) {
  turn->connection = nullptr;
  Peer& peer = peers_[turn->ask.socket_path];
  if (!connection.open() && peer.series == &connection) peer.series = nullptr;
  if (connection.open() && peer.series != &connection) peer.idle.push_back(&connection);
  const bool once = outcome.again == Outcome::Again::once && !turn->retried;
  if ((once || outcome.again == Outcome::Again::always) && !shut_) {
    turn->retried = turn->retried || once;
    if (turn->ask.in_series)
      join_series(peer, std::move(turn));
    else
      place_on_new(peer, std::move(turn));
  } else {
    answer(std::move(turn), std::move(outcome.reply), std::move(outcome.error));
  }
  begin_waiting(peer);
}

void ClientPool::begin_waiting(Peer& peer) {
  while (!peer.waiting.empty() &&
         (!peer.idle.empty() || peer.connections.size() < connections_limit)) {
    std::unique_ptr<Turn> turn = std::move(peer.waiting.front());
    peer.waiting.pop_front();
    place(std::move(turn));
  }
}

void ClientPool::released(ClientConnection& connection) {
  for (auto& [path, peer] : peers_) {
    const auto held = std::find_if(peer.connections.begin(), peer.connections.end(),
                                   [&](const auto& one) { return one.get() == &connection; });
    if (held == peer.connections.end()) continue;
    std::erase(peer.idle, &connection);
    std::erase(to_send_, &connection);
    if (peer.series == &connection) peer.series = nullptr;
    peer.connections.erase(held);
    return begin_waiting(peer);
  }
}

void ClientPool::answer(std::unique_ptr<Turn> turn, std::optional<ClientReply> reply,
                        std::optional<ClientError> error) {
  poller_.timers().cancel(turn->timeout);
  turn->done(std::move(reply), std::move(error));
}

void ClientPool::time_out(Turn& turn) {
  const std::string what = "no answer within " + std::to_string(turn.ask.timeout.count()) + " ms";
  if (turn.connection != nullptr)
    return turn.connection->fail(turn, ClientError::Kind::timed_out, what);
  auto& waiting = peers_[turn.ask.socket_path].waiting;
  const auto found = std::find_if(waiting.begin(), waiting.end(),
                                  [&](const auto& one) { return one.get() == &turn; });
  if (found == waiting.end()) return;
  std::unique_ptr<Turn> late = std::move(*found);
  waiting.erase(found);
  answer(std::move(late), {}, ClientError{ClientError::Kind::timed_out, what});
}

void ClientPool::shut_down() {
  if (std::exchange(shut_, true)) return;
  std::vector<ClientConnection*> open;
  std::deque<std::unique_ptr<Turn>> waiting;
  for (auto& [path, peer] : peers_) {
    for (const auto& connection : peer.connections) open.push_back(connection.get());
    std::move(peer.waiting.begin(), peer.waiting.end(), std::back_inserter(waiting));
    peer.waiting.clear();
  }
  for (auto& turn : waiting)
    answer(std::move(turn), {}, ClientError{ClientError::Kind::closed, "the client has ended"});
  for (ClientConnection* connection : open) connection->close();
}

}  // namespace millrace::http
