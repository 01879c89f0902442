// The server's side of an Exchange: what the loop, a worker and the handler's timers share of one
// request.
#pragma once

#include "http/body_pace.hpp"
#include "http/loop.hpp"
#include "http/tls_session.hpp"

#include <atomic>
#include <mutex>

namespace millrace::http {

class Connection;
struct Piece;

// Held by its connection while it is in flight, by what is posted for it, and by the handles that
// handlers hold.
class ServerExchange final : public Exchange,
                             public base::Reader,
                             public std::enable_shared_from_this<ServerExchange> {
 public:
  ServerExchange(Connection& connection, std::shared_ptr<Loop> loop, Request request,
                 const TlsSession& tls)
      : connection_(&connection), loop_(std::move(loop)), request_(std::move(request)), tls_(tls) {}

  // What a handler gets: when the last copy goes without a reply, the client is told 500.
  [[nodiscard]] ExchangePtr handle();

  // --- Exchange
  [[nodiscard]] const Request& request() const override { return request_; }
  void gather(std::size_t limit, std::function<void(std::optional<std::string>)> done) override;
  [[nodiscard]] base::Reader& body() override { return *this; }
  void reply(Reply reply) override;
  [[nodiscard]] bool work(std::function<void()> work) override;
  void after(base::Milliseconds delay, std::function<void()> then) override;
  void post(std::function<void()> then) override;
  [[nodiscard]] const TlsSession& tls_session() const { return tls_; }
  [[nodiscard]] bool abandoned() const override { return abandoned_.load(); }

  // --- Reader: the body, for a worker.
  std::size_t read(char* out, std::size_t size) override;

  // --- For the connection, on the loop.
  // Ends the reading of the body; false while a worker is still inside, who then posts that it has
  // left.
  [[nodiscard]] bool take_back();
  // A worker was told that the body does not come.
  [[nodiscard]] bool body_failed() const { return body_failed_.load(); }
  // The client has gone, or can be sent nothing.
  void abandon() { abandoned_ = true; }
  // The connection has done with it.
  void detach();
  // Calls the handler's code; what it throws becomes 500.
  void guard(const std::function<void()>& call);
  // Lets the connection go on, if it still is there.
  void resume();
  // Asks a worker for the next piece of a streamed reply.
  void fetch_piece(std::shared_ptr<base::Reader> reader, Piece piece);

 private:
  // At once where this is the loop's thread. Whoever calls holds the exchange.
  template <class Then>
  void on_loop(Then then) {
    if (loop_->here()) return then(*this);
    loop_->post([self = shared_from_this(), then = std::move(then)]() mutable { then(*self); });
  }
  void let_go();
  [[nodiscard]] std::size_t read_blocking(Connection& connection, char* out, std::size_t size);
  // What poll() says of the descriptor before the body's time is over.
  [[nodiscard]] int await(int descriptor, short event);
  void leave_body();

  Connection* connection_;  // none once detached; written on the loop
  const std::shared_ptr<Loop> loop_;
  const Request request_;
  const TlsSession tls_;
  std::atomic<bool> answered_{false};
  std::atomic<bool> abandoned_{false};
  std::atomic<bool> body_failed_{false};
  std::vector<Timers::Key> timers_;  // on the loop only
  BodyPace pace_;                    // of the worker that reads the body
  bool began_reading_ = false;

  std::mutex mutex_;  // guards the two below
  bool body_open_ = true;
  bool reading_ = false;
};

}  // namespace millrace::http
