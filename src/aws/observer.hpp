// Who is to know what became of requests: told once of each that it wants, when its answer has been
// sent.
#pragma once

#include "aws/call.hpp"
#include "http/tls_session.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::aws {

enum class SignedBy { nothing, header, query, form };

// A request and what became of it.
struct Outcome {
  std::shared_ptr<const Call> call;  // shared: it may outlive the request's life; operation empty
                                     // where none was found
  std::string request_id;
  std::string host_id;
  base::Timestamp received;  // on the service clock
  SignedBy signed_by = SignedBy::nothing;
  bool signature_is_old = false;  // of version 2
  http::TlsSession tls;
  int status = 0;
  std::string error;                         // its code; empty where there was none
  std::string content_range;                 // header of the answer
  std::optional<std::uint64_t> body_length;  // of the answer, or of a HEAD's as it would be
  std::uint64_t sent = 0;                    // bytes of the answer's body that went out
  std::chrono::nanoseconds turn{};   // from the last byte of the request to the first of the answer
  std::chrono::nanoseconds total{};  // from the request's head to the answer's last byte
};

class Observer {
 public:
  virtual ~Observer() = default;
  // Both on a loop or a worker: neither may block.
  [[nodiscard]] virtual bool wants(const http::Request& request, std::string_view request_id) = 0;
  virtual void tell(const Outcome& outcome) = 0;
};

// Whose requests are observed, refused ones too that came before anybody knew whom they ask.
struct ObserverEntry {
  std::string_view model;
  Observer* observer = nullptr;  // outlives dispatch
};

}  // namespace millrace::aws
