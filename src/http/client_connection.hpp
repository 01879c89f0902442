// One connection of the client to a Unix socket: sends a request, reads the reply, one at a time.
#pragma once

#include "http/client.hpp"
#include "http/parser.hpp"
#include "http/stream.hpp"
#include "http/timers.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>

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
};

// How a turn ended: one of the two is set.
struct Outcome {
  std::optional<ClientReply> reply;
  std::optional<ClientError> error;
  bool stale = false;  // nothing had come back on a connection that was kept from an earlier turn
};

class ClientConnectionOwner {
 public:
  virtual ~ClientConnectionOwner() = default;
  virtual void ended(ClientConnection& connection, std::unique_ptr<Turn> turn, Outcome outcome) = 0;
  // Closed, and nothing of it is waiting any more: the owner destroys it.
  virtual void released(ClientConnection& connection) = 0;
};

class ClientConnection {
 public:
  ClientConnection(boost::asio::io_context& context, ClientConnectionOwner& owner,
                   std::span<char> scratch, int descriptor);

  void begin(std::unique_ptr<Turn> turn);
  // Ends the turn with an error and closes.
  void fail(ClientError::Kind kind, std::string what);
  // Closes; the owner hears released() at once or later.
  void close();
  [[nodiscard]] bool open() const { return state_ != State::closed; }

 private:
  enum class State : std::uint8_t { idle, writing, head, body, closed };
  using Descriptor =
      boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

  void advance();
  [[nodiscard]] bool step();
  [[nodiscard]] bool step_writing();
  [[nodiscard]] bool step_head();
  [[nodiscard]] bool step_body();
  [[nodiscard]] bool take_sized();
  [[nodiscard]] bool take_chunked();
  [[nodiscard]] bool receive();
  [[nodiscard]] bool begin_body();
  [[nodiscard]] bool finish();
  void wait(Descriptor::wait_type what, bool& waiting);
  void broken(const char* what);

  ClientConnectionOwner& owner_;
  std::span<char> scratch_;  // the owner's
  Descriptor descriptor_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<Turn> turn_;
  std::string out_;
  std::size_t sent_ = 0;
  std::string in_;
  std::size_t searched_ = 0;
  Parser parser_{Parser::Kind::response};
  ClientReply reply_;
  std::size_t body_size_ = 0;
  State state_ = State::idle;
  bool until_close_ = false;
  bool ended_ = false;   // the peer sends no more
  bool unsent_ = false;  // the peer did not take in the whole request
  bool used_before_ = false;
  bool received_ = false;
  bool advancing_ = false;
  bool waits_readable_ = false;
  bool waits_writable_ = false;
};

}  // namespace millrace::http
