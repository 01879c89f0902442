// The framing of event streams (application/vnd.amazon.eventstream): a message of typed headers and
// a payload, its prelude and its whole each under a CRC-32.
#pragma once

#include "base/stream.hpp"
#include "base/time.hpp"
#include "base/value.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace millrace::aws {

constexpr std::size_t event_headers_limit = 128 * 1024;
constexpr std::size_t event_payload_limit = 24 * 1024 * 1024;

struct EventError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Uuid {
  std::string bytes;  // 16
  bool operator==(const Uuid&) const = default;
};

// In the order of the wire's types, true and false being two of them.
using EventHeader = std::variant<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t,
                                 base::Blob, std::string, base::Timestamp, Uuid>;

struct EventMessage {
  std::vector<std::pair<std::string, EventHeader>> headers;
  std::string payload;

  [[nodiscard]] const EventHeader* find(std::string_view name) const;
  [[nodiscard]] std::string_view text(std::string_view name) const;  // empty where there is none
  bool operator==(const EventMessage&) const = default;
};

// Throws EventError where a name, value, the headers or the payload are longer than the format has.
[[nodiscard]] std::string write_event_message(const EventMessage& message);
// The headers alone, as they stand in a message and are signed.
[[nodiscard]] std::string write_event_headers(const EventMessage& message);
// The bytes of one whole message. Throws EventError.
[[nodiscard]] EventMessage parse_event_message(std::string_view bytes);
// The next message of a stream; nothing where it ends between two. Throws EventError.
[[nodiscard]] std::optional<EventMessage> read_event_message(base::Reader& stream);

}  // namespace millrace::aws
