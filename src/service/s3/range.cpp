#include "service/s3/range.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

constexpr std::string_view unit = "bytes=";

struct Ends {
  std::optional<std::uint64_t> first;
  std::optional<std::uint64_t> last;
};

// An empty text is an absent end; anything but digits spoils the whole.
bool parse_end(std::string_view text, std::optional<std::uint64_t>& end) {
  if (text.empty()) return true;
  const auto number = base::to_integer(text);
  if (!number || *number < 0 || text.front() == '+') return false;
  end = static_cast<std::uint64_t>(*number);
  return true;
}

std::optional<Ends> parse_ends(std::string_view header) {
  header = base::trim(header);
  if (!header.starts_with(unit)) return std::nullopt;
  header.remove_prefix(unit.size());
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  Ends ends;
  if (!parse_end(base::trim(header.substr(0, dash)), ends.first)) return std::nullopt;
  if (!parse_end(base::trim(header.substr(dash + 1)), ends.last)) return std::nullopt;
  if (!ends.first && !ends.last) return std::nullopt;
  if (ends.first && ends.last && *ends.first > *ends.last) return std::nullopt;
  return ends;
}

}  // namespace

RangeAnswer parse_range(std::string_view header, std::uint64_t size) {
  const auto ends = parse_ends(header);
  if (!ends) return {};
  if (!ends->first) {
    const std::uint64_t length = std::min(*ends->last, size);
    if (length == 0) return {.kind = RangeKind::unsatisfiable, .range = {}};
    return {.kind = RangeKind::part,
            .range = objects::ByteRange{.offset = size - length, .length = length}};
  }
  if (*ends->first >= size) return {.kind = RangeKind::unsatisfiable, .range = {}};
  const std::uint64_t last = std::min(ends->last.value_or(size - 1), size - 1);
  return {.kind = RangeKind::part,
          .range = objects::ByteRange{.offset = *ends->first, .length = last - *ends->first + 1}};
}

std::optional<objects::ByteRange> parse_copy_range(std::string_view header) {
  const auto ends = parse_ends(header);
  if (!ends || !ends->first || !ends->last) return std::nullopt;
  return objects::ByteRange{.offset = *ends->first, .length = *ends->last - *ends->first + 1};
}

std::string content_range(const objects::ByteRange& range, std::uint64_t size) {
  return "bytes " + std::to_string(range.offset) + "-" +
         std::to_string(range.offset + range.length - 1) + "/" + std::to_string(size);
}

}  // namespace millrace::service::s3
