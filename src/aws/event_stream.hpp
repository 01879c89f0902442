// Event streams as a call sees them: a request's events, verified as they come, and an answer's,
// written while they are made.
#pragma once

#include "aws/call.hpp"
#include "aws/chunked.hpp"
#include "aws/protocol_events.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace millrace::aws {

// The messages of a body; where it is signed, each is the payload of one that carries a date and a
// signature over it and the signature before.
class EventMessages {
 public:
  // `body` outlives it. `signing` is absent where the signatures are not checked.
  EventMessages(base::Reader& body, std::optional<ChunkSigning> signing)
      : body_(body), signing_(std::move(signing)) {}
  // Nothing at the end; a signed stream ends by an empty signed message. Throws EventError,
  // SignatureError.
  [[nodiscard]] std::optional<EventMessage> next();

 private:
  [[nodiscard]] std::optional<EventMessage> unwrap(const EventMessage& outer);
  void check(const EventMessage& outer, std::string_view signature);

  base::Reader& body_;
  std::optional<ChunkSigning> signing_;
  bool has_ended_ = false;
};

// A request's events, each checked by `check` before the act sees it.
class RequestEvents final : public Events {
 public:
  using Check = std::function<void(const Shape& stream, const base::Value& event,
                                   const UnknownMembers& unknown)>;
  RequestEvents(EventMessages messages, Protocol protocol, const Shape& stream, Check check)
      : messages_(std::move(messages)),
        protocol_(protocol),
        stream_(stream),
        check_(std::move(check)) {}
  [[nodiscard]] std::optional<base::Value> next() override;
  // The members beside the stream that an RPC protocol sends first, added to `into`.
  void take_initial(const Shape& input, base::Map& into, UnknownMembers& unknown);

 private:
  EventMessages messages_;
  Protocol protocol_;
  const Shape& stream_;
  Check check_;
  std::optional<EventMessage> first_;  // read, but no initial request
};

// The bytes of an answer's events. What `events` throws ends the stream with an exception; `failed`
// says what to tell of a bug.
class AnswerEvents final : public base::Reader {
 public:
  using Failed = std::function<Error(const std::exception_ptr&)>;
  AnswerEvents(std::shared_ptr<Events> events, Wire wire, const Shape& stream, Failed failed,
               std::optional<EventMessage> initial);
  std::size_t read(char* out, std::size_t size) override;

 private:
  [[nodiscard]] std::string next_bytes();

  std::shared_ptr<Events> events_;  // shared: as the act made it
  Wire wire_;
  const Shape& stream_;
  Failed failed_;
  std::string buffer_;
  std::size_t at_ = 0;
  bool has_ended_ = false;
};

}  // namespace millrace::aws
