// Who was seen at which address: lines of two columns, and events as four numbers.
#pragma once

#include "learn/algorithm.hpp"
#include "table/matrix.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace millrace::learn::ip_insights {

struct Event {
  std::uint32_t slot = 0;     // of the entity's vector
  std::uint32_t address = 0;  // IPv4, the first octet highest

  friend bool operator==(const Event&, const Event&) = default;
};

// A row of a matrix holds an event as four numbers of 16 bits, which 32-bit floats hold exactly.
inline constexpr std::size_t event_columns = 4;

// Decimal-dot notation: four numbers up to 255, as AWS's algorithm reads them.
[[nodiscard]] std::optional<std::uint32_t> parse_address(std::string_view text);

// By a hash of the entity, the same on every machine.
[[nodiscard]] std::uint32_t slot_of(std::string_view entity, std::size_t slots);

void append_event(table::Matrix& rows, const Event& event);
[[nodiscard]] std::vector<Event> events_of(const table::Matrix& rows);

// The events of a channel in CSV: an entity, which may stand in double quotes, and an address.
// Throws ClientError with file and line.
// Of all channels' events while they are read: once as rows, once as themselves.
[[nodiscard]] double events_bytes(const std::vector<Channel>& channels);

[[nodiscard]] std::vector<Event> read_events(const Channel& channel, std::size_t slots,
                                             int threads);

}  // namespace millrace::learn::ip_insights
