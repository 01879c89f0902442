// One request as an operation's `act` sees it: who asks, where, when, its bulk bytes, and the
// answer's own.
#pragma once

#include "base/stream.hpp"
#include "base/time.hpp"
#include "base/value.hpp"
#include "http/message.hpp"
#include "identity/authority.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace millrace::aws {

// Events of a stream, one after the other: each a map of the one member of the model's union that
// it is.
class Events {
 public:
  virtual ~Events() = default;
  // Nothing at the end. May block; on a worker only. What it throws ends the stream as an error.
  [[nodiscard]] virtual std::optional<base::Value> next() = 0;
};

class Call {
 public:
  // `head` outlives the call.
  explicit Call(const http::Request& head) : request(head) {}
  virtual ~Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  std::string service;    // "sagemaker"
  std::string operation;  // "CreateTrainingJob"
  std::string account;
  std::string region;  // of the credential scope, else the configured one
  std::string request_id;
  std::string access_key_id;  // empty when unsigned
  policy::Principal principal;
  policy::Conditions conditions;  // beside the global keys; of STS's requests with these
  base::Timestamp now;            // service clock at the request's arrival
  std::string user_agent;
  std::string base_url;  // scheme, host and port by which the client came: "http://127.0.0.1:4566"
  const http::Request& request;  // the head, for what no model describes

  // Throws AccessDenied in the service's own code unless the caller may; the permit that it yields
  // is for engines.
  virtual identity::Permit require(std::string_view action, std::string_view resource,
                                   const policy::Conditions& further = {}) const = 0;
  [[nodiscard]] virtual bool allowed(std::string_view action, std::string_view resource,
                                     const policy::Conditions& further = {}) const = 0;
  // The permit of the request's own authorisation.
  [[nodiscard]] virtual const identity::Permit& permit() const = 0;

  // A streaming payload, decoded of aws-chunked framing; signatures and trailing checksums are
  // verified as it passes, and the last read throws when they do not hold. Blocking; in `act` on a
  // worker only.
  [[nodiscard]] virtual base::Reader& body() = 0;
  // Trailing header of an aws-chunked body, after its end was read; empty when absent.
  [[nodiscard]] virtual std::string trailer(std::string_view name) const = 0;
  // Of an operation whose input is an event stream. What breaks the stream, a signature or the
  // model throws as it is read. Over HTTP/1.1 the answer begins when the act has returned.
  [[nodiscard]] virtual Events& events() = 0;
  // A payload that is a blob but not streaming (an inference request): the bytes, moved out once.
  [[nodiscard]] virtual std::string take_payload() = 0;

  // The answer's payload, where the output's payload member is a blob or stream: instead of a
  // member of the returned map. Events are shared: they outlive the call, read while the answer is
  // sent.
  std::variant<std::monostate, std::string, http::FileSlice, http::Streamed,
               std::shared_ptr<Events>>
      answer_payload;
  // Headers that the model does not declare, and a status other than the operation's own (0: the
  // model's).
  http::Headers answer_headers;
  int answer_status = 0;
};

}  // namespace millrace::aws
