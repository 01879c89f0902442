// One connection of the server, a state machine on its loop: waits for a head, hands the request to
// the handler, takes in the body as it is asked for, sends the reply, and begins again.
#pragma once

#include "http/exchange.hpp"
#include "http/incoming.hpp"
#include "http/outgoing.hpp"
#include "http/reply_head.hpp"

#include <list>
#include <utility>

namespace millrace::http {

class Connection final : private WheelNode, private Waiter {
 public:
  Connection(Loop& loop, int descriptor, std::string remote);
  ~Connection() override;

  // Goes on from wherever it stands, until it must wait. May end with the connection being
  // destroyed.
  void advance();
  // Closes at once; may destroy the connection.
  void abort();
  [[nodiscard]] bool idle() const { return state_ == State::idle || state_ == State::fresh; }

  // --- From its exchange, on the loop.
  void gather(std::size_t limit, std::function<void(std::optional<std::string>)> done);
  void reply(Reply reply);
  void give_piece(Piece piece);

  // --- From a worker that reads the body; the exchange sees to it that the loop keeps off.
  [[nodiscard]] Io read_body(char* out, std::size_t size);
  [[nodiscard]] int descriptor() const { return watch_.descriptor(); }

  std::list<std::unique_ptr<Connection>>::iterator place;  // in the loop's list

 private:
  // Of the client, for whether it goes away while a handler has its request.
  enum class Watching : std::uint8_t { not_at_all, begins, looks };
  enum class State : std::uint8_t {
    fresh,      // its first byte will tell TLS from plain
    handshake,  // of TLS
    idle,       // between requests
    head,       // a part of a head has come
    handling,   // the handler has the request
    gathering,  // the handler waits for the body
    replying,   // answered; a worker may still be reading the body
    sending,
    draining,   // the rest of a body that nobody asked for
    lingering,  // closed by us, waiting for the client to see it
    closed,
  };

  // Each does its state's part: true to go on at once, false to wait.
  [[nodiscard]] bool step();
  [[nodiscard]] bool step_fresh();
  [[nodiscard]] bool step_handshake();
  [[nodiscard]] bool step_idle();
  [[nodiscard]] bool step_head();
  [[nodiscard]] bool step_handling();
  [[nodiscard]] bool step_gathering();
  [[nodiscard]] bool step_replying();
  [[nodiscard]] bool step_sending();
  [[nodiscard]] bool step_draining();
  [[nodiscard]] bool step_lingering();

  void dispatch(Request request);
  void open_tunnel(const Request& request);
  void refuse(int status);
  void end_gathering(std::optional<std::string> body);
  // Bytes of a gathered body counted against what the server holds of all; false over the limit.
  [[nodiscard]] bool reserve(std::size_t bytes);
  void give_up(int status);
  void begin_sending(const Reply& reply, const Framing& framing);
  void finish_exchange();
  void after_sending();
  void linger();
  [[nodiscard]] bool can_keep_alive() const;
  [[nodiscard]] bool watch_client();

  // Waits for what `io` says; false, for the steps to return.
  bool wait(const Io& io);
  bool yield();
  void readable() override { advance(); }
  void writable() override { advance(); }
  void expired() override;
  void set_deadline(std::chrono::seconds limit) { loop_.wheel().place(*this, limit.count()); }
  void release_when_done();

  Loop& loop_;
  Core& core_;
  Watch watch_;
  const std::string remote_;
  std::string tunnel_host_;
  std::unique_ptr<Stream> stream_;
  TlsStream* tls_ = nullptr;  // the stream, where it is TLS
  Incoming incoming_;
  Outgoing outgoing_;
  // Shared with the handler, for whom it outlives the connection.
  std::shared_ptr<ServerExchange> exchange_;
  std::function<void(std::optional<std::string>)> gathered_to_;
  std::string gathered_;
  std::size_t gather_limit_ = 0;
  std::size_t reserved_ = 0;
  BodyPace pace_;
  Reply reply_;
  std::string_view continue_left_;
  std::size_t drained_ = 0;
  int requests_in_turn_ = 0;
  State state_ = State::fresh;
  bool advancing_ = false;
  Watching watching_ = Watching::not_at_all;
  bool answered_just_now_ = false;
  bool close_after_ = false;
  bool refused_ = false;
  bool tunnel_after_ = false;
  bool piece_asked_ = false;
};

}  // namespace millrace::http
