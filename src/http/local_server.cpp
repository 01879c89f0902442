// Threads that share one epoll: whoever is free takes the next connection that has something to
// say, answers, and gives it back.
#include "http/local_server.hpp"

#include "base/text.hpp"
#include "http/incoming.hpp"
#include "http/outgoing.hpp"
#include "http/reply_head.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <vector>

namespace millrace::http {

namespace {

constexpr std::size_t head_limit_bytes = 64 * 1024;
constexpr std::size_t fields_limit = 100;
constexpr std::size_t connections_limit = 1024;
constexpr std::size_t scratch_bytes = 128 * 1024;
constexpr int backlog = 256;
constexpr int write_timeout_ms = 30'000;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

int listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    fail(path);
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (made < 0) fail(path);
  // Linux gives the file the mode of the socket: it is the owner's alone from its first moment.
  ::fchmod(made, S_IRUSR | S_IWUSR);
  ::unlink(path.c_str());
  if (::bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
      ::listen(made, backlog) < 0) {
    const int error = errno;
    ::close(made);
    errno = error;
    fail(path);
  }
  return made;
}

// One client, served by one thread at a time.
struct Peer {
  explicit Peer(int number) : descriptor(number), stream(make_plain_stream(number)) {}

  Descriptor descriptor;
  std::unique_ptr<Stream> stream;
  BufferPool pool;
  Incoming incoming{pool, head_limit_bytes};
  Outgoing outgoing;
  std::optional<Request> request;  // while its body is coming in
  std::string body;
  // Set by the thread that gives the peer back and read by the next one: the hand-over through the
  // kernel orders them, which the language's memory model does not know.
  std::atomic<bool> handed_over{false};
};

// sendfile cannot be told to leave the signal out. Blocked only while it runs: children that a
// handler makes inherit the thread's mask.
class NoBrokenPipeSignal {
 public:
  NoBrokenPipeSignal() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, &former_);
  }
  ~NoBrokenPipeSignal() {
    // One that is pending would be delivered now.
    const timespec at_once{};
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    ::sigtimedwait(&signals, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &former_, nullptr);
  }
  NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete;
  NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;

 private:
  sigset_t former_{};
};

enum class Next { wait, close };

// The work of one thread on one connection.
class Conversation {
 public:
  Conversation(const LocalServerOptions& options, const LocalHandler& handler,
               std::span<char> scratch)
      : options_(options), handler_(handler), scratch_(scratch) {}

  // Answers all requests that are there.
  Next go_on(Peer& peer) const {
    while (true) {
      const Io io = take_in(peer);
      if (io.kind == Io::Kind::want_read) {
        peer.incoming.rest();
        return Next::wait;
      }
      if (io.kind != Io::Kind::end || !answer(peer)) return Next::close;
      // The client waits for this answer before it asks again.
      if (peer.incoming.empty()) return Next::wait;
    }
  }

 private:
  // `end` when a request and its body are complete.
  Io take_in(Peer& peer) const {
    while (!peer.request) {
      Request request;
      const int status = peer.incoming.next_request(fields_limit, request);
      if (status == 200) {
        begin_body(peer, std::move(request));
      } else if (status != 0) {
        return refuse(peer, status);
      } else if (const Io io = peer.incoming.fill(*peer.stream); io.kind != Io::Kind::bytes) {
        return io.kind == Io::Kind::end ? Io{Io::Kind::failed, 0} : io;
      }
    }
    if (peer.incoming.body_left().value_or(0) > options_.body_limit) return refuse(peer, 413);
    while (!peer.incoming.body_done()) {
      const Io io = peer.incoming.read_body(*peer.stream, scratch_.data(), scratch_.size());
      if (io.kind == Io::Kind::end) break;
      if (io.kind != Io::Kind::bytes) return io;
      if (peer.body.size() + io.count > options_.body_limit) return refuse(peer, 413);
      peer.body.append(scratch_.data(), io.count);
    }
    return {Io::Kind::end, 0};
  }

  void begin_body(Peer& peer, Request request) const {
    peer.body.clear();
    const bool asks = base::equal_ignoring_case(request.headers.get("expect"), "100-continue");
    if (asks && !peer.incoming.body_done() && peer.incoming.empty()) {
      peer.outgoing.begin() = "HTTP/1.1 100 Continue\r\n\r\n";
      static_cast<void>(send_all(peer));
    }
    peer.request = std::move(request);
  }

  Io refuse(Peer& peer, int status) const {
    Reply reply{.status = status,
                .headers = {},
                .body = std::string(reason(status)) + "\n",
                .head_length = {}};
    static_cast<void>(send(peer, std::move(reply), false, false));
    return {Io::Kind::failed, 0};
  }

  // False when the connection is to be closed.
  bool answer(Peer& peer) const {
    const Request request = std::move(*peer.request);
    peer.request.reset();
    Reply reply;
    try {
      reply = handler_(request, std::move(peer.body));
    } catch (const std::exception& error) {
      reply = {.status = 500, .headers = {}, .body = std::string(error.what()), .head_length = {}};
      reply.headers.add("Content-Type", "text/plain");
    }
    peer.body = {};
    return send(peer, std::move(reply), request.method == "HEAD", peer.incoming.keep_alive());
  }

  bool send(Peer& peer, Reply reply, bool head, bool keep_alive) const {
    const bool old = keep_alive && peer.incoming.http_1_0();
    const Framing framing = frame(reply, head, old, keep_alive);
    write_head(peer.outgoing.begin(Outgoing::joined_size(reply.body)), reply, framing, old, {});
    const bool file = framing.body && std::holds_alternative<FileSlice>(reply.body);
    if (framing.body) peer.outgoing.add_body(std::move(reply.body), framing.chunked);
    std::optional<NoBrokenPipeSignal> shield;
    if (file) shield.emplace();
    const bool sent = send_all(peer);
    peer.outgoing.clear();
    return sent && !framing.close;
  }

  bool send_all(Peer& peer) const {
    while (true) {
      const Io io = peer.outgoing.send(*peer.stream, scratch_);
      if (io.kind == Io::Kind::end) return true;
      if (io.kind == Io::Kind::failed) return false;
      if (peer.outgoing.needs_piece()) {
        if (!peer.outgoing.give(read_piece(peer.outgoing.reader(), peer.outgoing.empty_piece())))
          return false;
      } else if (io.waits()) {
        pollfd waiting{peer.descriptor.get(), POLLOUT, 0};
        if (::poll(&waiting, 1, write_timeout_ms) == 0) return false;
      }
    }
  }

  const LocalServerOptions& options_;
  const LocalHandler& handler_;
  const std::span<char> scratch_;
};

class EpollServer final : public LocalServer {
 public:
  EpollServer(const LocalServerOptions& options, LocalHandler handler)
      : options_(options),
        handler_(std::move(handler)),
        listener_(listen_at(options.socket_path)),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)),
        stopped_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (epoll_.get() < 0 || stopped_.get() < 0) fail(options.socket_path);
    watch(listener_.get(), EPOLLIN | EPOLLEXCLUSIVE, &listener_);
    watch(stopped_.get(), EPOLLIN, &stopped_);
  }

  void run() override {
    std::vector<std::jthread> threads;
    for (int i = 0; i < std::max(1, options_.threads); ++i)
      threads.emplace_back([this] { serve(); });
    threads.clear();
    const std::lock_guard lock(mutex_);
    peers_.clear();
  }

  void stop() override {
    // Never read again, so that it wakes every thread.
    const std::uint64_t one = 1;
    static_cast<void>(!::write(stopped_.get(), &one, sizeof one));
  }

 private:
  void watch(int descriptor, std::uint32_t events, void* what) const {
    epoll_event event{.events = events, .data = epoll_data_t{.ptr = what}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) < 0)
      fail(options_.socket_path);
  }

  // A thread that has a peer has it alone; where there is one thread, that goes without saying.
  [[nodiscard]] std::uint32_t peer_events() const {
    return EPOLLIN | EPOLLRDHUP | (options_.threads > 1 ? EPOLLONESHOT : 0U);
  }

  void serve() {
    std::vector<char> scratch(scratch_bytes);
    const Conversation conversation(options_, handler_, scratch);
    while (true) {
      epoll_event event{};
      const int ready = ::epoll_wait(epoll_.get(), &event, 1, -1);
      if (ready < 0 && errno != EINTR) return;
      if (ready <= 0) continue;
      if (event.data.ptr == &stopped_) return;
      if (event.data.ptr == &listener_)
        accept();
      else
        attend(conversation, *static_cast<Peer*>(event.data.ptr));
    }
  }

  void accept() {
    const int accepted = ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted < 0) return;
    auto peer = std::make_unique<Peer>(accepted);
    Peer* raw = peer.get();
    const std::lock_guard lock(mutex_);
    if (peers_.size() >= connections_limit) return;
    peers_.emplace(raw, std::move(peer));
    watch(accepted, peer_events(), raw);
  }

  void attend(const Conversation& conversation, Peer& peer) {
    static_cast<void>(peer.handed_over.load(std::memory_order_acquire));
    const bool waits = conversation.go_on(peer) == Next::wait;
    if (waits && options_.threads <= 1) return;
    peer.handed_over.store(true, std::memory_order_release);
    // Given back under the lock too: the next one may close it before this call has returned.
    const std::lock_guard lock(mutex_);
    if (!waits || !give_back(peer)) peers_.erase(&peer);
  }

  [[nodiscard]] bool give_back(Peer& peer) const {
    epoll_event event{.events = peer_events(), .data = epoll_data_t{.ptr = &peer}};
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, peer.descriptor.get(), &event) == 0;
  }

  const LocalServerOptions options_;
  const LocalHandler handler_;
  Descriptor listener_;
  Descriptor epoll_;
  Descriptor stopped_;
  std::mutex mutex_;  // guards the peers' map and how long they live, not the peers
  std::unordered_map<Peer*, std::unique_ptr<Peer>> peers_;
};

}  // namespace

std::unique_ptr<LocalServer> make_local_server(const LocalServerOptions& options,
                                               LocalHandler handler) {
  return std::make_unique<EpollServer>(options, std::move(handler));
}

}  // namespace millrace::http
