// One connection of the client to a Unix socket: sends requests and reads their replies, which come
// in the same order.
#pragma once

#include "http/client.hpp"
#include "http/parser.hpp"
#include "http/poller.hpp"
#include "http/stream.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace millrace::http {

class ClientConnection;

// A request on its way, from send() to its answer.
struct Turn {
  Ask ask;
  std::function<void(std::optional<ClientReply>, std::optional<ClientError>)> done;
  Timers::Key timeout{};
  bool retried = false;
  ClientConnection* connection = nullptr;  // none while it waits for one
  std::uint64_t end = 0;                   // of its request among all that its connection sends
};

// How a turn ended: reply or error is set.
struct Outcome {
  // May it be asked again? Once, where nothing came back on a connection that was kept from an
  // earlier turn; always, where another turn was the connection's end.
  enum class Again { no, once, always };
  std::optional<ClientReply> reply;
  std::optional<ClientError> error;
  Again again = Again::no;
};

class ClientConnectionOwner {
 public:
  virtual ~ClientConnectionOwner() = default;
  virtual void ended(ClientConnection& connection, std::unique_ptr<Turn> turn, Outcome outcome) = 0;
  // Closed, and nothing of it is waiting any more: the owner destroys it.
  virtual void released(ClientConnection& connection) = 0;
};

class ClientConnection final : private Waiter {
 public:
  ClientConnection(Poller& poller, ClientConnectionOwner& owner, std::span<char> scratch,
                   int descriptor);

  // Puts the turn behind those that are under way; send() sends it.
  void begin(std::unique_ptr<Turn> turn);
  void send();
  // Ends this turn with an error, gives the others back to be asked again, and closes.
  void fail(const Turn& turn, ClientError::Kind kind, std::string what);
  // Gives all turns back and closes; the owner hears released() at once or soon.
  void close();
  [[nodiscard]] bool open() const { return state_ != State::closed; }
  [[nodiscard]] std::size_t turns() const { return turns_.size(); }

 private:
  enum class State : std::uint8_t { idle, head, body, closed };

  void advance();
  [[nodiscard]] bool step();
  [[nodiscard]] bool step_head();
  [[nodiscard]] bool step_body();
  [[nodiscard]] bool take_sized();
  [[nodiscard]] bool take_chunked();
  [[nodiscard]] bool receive();
  [[nodiscard]] bool begin_body();
  [[nodiscard]] bool finish();
  [[nodiscard]] bool too_large();
  [[nodiscard]] std::string_view received() const { return std::string_view(in_).substr(at_); }
  void readable() override;
  void writable() override;
  void unsendable();
  void give_back(const Turn* at_fault, const ClientError& error);
  [[nodiscard]] Outcome outcome_of(bool faulty, bool first, const ClientError& error) const;

  ClientConnectionOwner& owner_;
  std::span<char> scratch_;  // the owner's
  Watch watch_;
  std::unique_ptr<Stream> stream_;
  std::deque<std::unique_ptr<Turn>> turns_;  // the first one's reply is coming in
  std::string out_;
  std::size_t sent_ = 0;
  std::uint64_t begun_bytes_ = 0;  // of all requests
  std::uint64_t sent_bytes_ = 0;
  std::string in_;
  std::size_t at_ = 0;  // what lies before has been read
  std::size_t searched_ = 0;
  Parser parser_{Parser::Kind::response};
  ClientReply reply_;
  std::size_t body_size_ = 0;
  State state_ = State::idle;
  bool until_close_ = false;
  bool ended_ = false;   // the peer sends no more
  bool unsent_ = false;  // the peer takes in no more
  bool used_before_ = false;
  bool replying_ = false;  // something of the first reply has come in
  bool woken_ = false;     // there may be something to read
  bool advancing_ = false;
};

}  // namespace millrace::http
