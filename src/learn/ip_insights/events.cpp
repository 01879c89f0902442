#include "learn/ip_insights/events.hpp"

#include "base/text.hpp"
#include "learn/channels.hpp"
#include "table/estimate.hpp"
#include "table/lines.hpp"
#include "table/text_fields.hpp"

#include <charconv>
#include <string>

namespace millrace::learn::ip_insights {
namespace {

constexpr std::uint32_t low_half = 0xffff;

// FNV-1a, then splitmix64's last steps, so that the remainder depends on all bits.
std::uint64_t hash(std::string_view text) {
  std::uint64_t mixed = 0xcbf29ce484222325;
  for (const char letter : text) {
    mixed ^= static_cast<unsigned char>(letter);
    mixed *= 0x100000001b3;
  }
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

// Up to three digits.
std::optional<std::uint32_t> parse_octet(std::string_view text) {
  constexpr std::size_t longest = 3;
  constexpr std::uint32_t greatest = 255;
  std::uint32_t value = 0;
  if (text.empty() || text.size() > longest) return {};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > greatest) return {};
  return value;
}

Event parse_event(std::string_view line, std::size_t number, std::size_t slots) {
  const auto fields = table::parse_fields(line);
  if (!fields) throw table::LineError{number, "a double quote is not closed"};
  if (fields->size() != 2)
    throw table::LineError{number, "expected 2 columns, found " + std::to_string(fields->size())};
  const auto address = parse_address((*fields)[1]);
  if (!address)
    throw table::LineError{number, "column 2: '" + (*fields)[1] + "' is not an IPv4 address"};
  return {slot_of((*fields)[0], slots), *address};
}

void parse_events(std::string_view text, std::size_t slots, table::Dataset& rows) {
  rows.features.columns = event_columns;
  for (std::size_t number = 0; !text.empty(); ++number) {
    const std::string_view line = table::next_line(text);
    if (!base::trim(line).empty()) append_event(rows.features, parse_event(line, number, slots));
  }
}

void check_type(const Channel& channel) {
  const std::string lowered = base::lower(channel.content_type);
  const std::string_view type = base::trim(base::split(lowered, ';')[0]);
  if (type.empty() || type == "text/csv") return;
  throw ClientError("No iterator has been registered for ContentType ('" + channel.content_type +
                    "', '1.0')");
}

}  // namespace

std::optional<std::uint32_t> parse_address(std::string_view text) {
  constexpr std::size_t octet_count = 4;
  const auto pieces = base::split(text, '.');
  if (pieces.size() != octet_count) return {};
  std::uint32_t address = 0;
  for (const std::string_view piece : pieces) {
    const auto octet = parse_octet(piece);
    if (!octet) return {};
    address = address << 8 | *octet;
  }
  return address;
}

std::uint32_t slot_of(std::string_view entity, std::size_t slots) {
  return static_cast<std::uint32_t>(hash(entity) % slots);
}

void append_event(table::Matrix& rows, const Event& event) {
  for (const std::uint32_t number : {event.slot, event.address}) {
    rows.values.push_back(static_cast<float>(number >> 16));
    rows.values.push_back(static_cast<float>(number & low_half));
  }
  rows.columns = event_columns;
  ++rows.rows;
}

std::vector<Event> events_of(const table::Matrix& rows) {
  const auto number = [&](std::size_t at) {
    return static_cast<std::uint32_t>(rows.values[at]) << 16 |
           static_cast<std::uint32_t>(rows.values[at + 1]);
  };
  std::vector<Event> events;
  events.reserve(rows.rows);
  for (std::size_t row = 0; row < rows.rows; ++row)
    events.push_back({number(row * event_columns), number(row * event_columns + 2)});
  return events;
}

double events_bytes(const std::vector<Channel>& channels) {
  double lines = 0;
  for (const Channel& channel : channels) lines += table::estimate_lines(data_files(channel));
  return lines * (event_columns * sizeof(float) + sizeof(Event));
}

std::vector<Event> read_events(const Channel& channel, std::size_t slots, int threads) {
  check_type(channel);
  try {
    const table::Dataset rows = table::parse_lines(
        data_files(channel), threads,
        [&](std::string_view text, table::Dataset& events) { parse_events(text, slots, events); });
    if (rows.features.rows > 0) return events_of(rows.features);
  } catch (const table::DataError& error) {
    throw ClientError("Unable to read data channel '" + channel.name +
                      "' (caused by ValueError: " + error.what() + ")");
  }
  throw ClientError("The channel '" + channel.name + "' has no rows");
}

}  // namespace millrace::learn::ip_insights
