// As much of protobuf's wire format as one small schema needs: fields one after another, and
// writing of byte fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::table::protobuf {

enum class Kind : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

struct Field {
  std::uint32_t id = 0;
  Kind kind = Kind::varint;
  std::uint64_t number = 0;  // of a varint
  std::string_view bytes;    // of every other kind
};

// Takes the next field off `rest`; nothing at its end. Throws DataError when the message is
// malformed.
[[nodiscard]] std::optional<Field> next_field(std::string_view& rest);
[[nodiscard]] std::uint64_t read_varint(std::string_view& rest);

[[nodiscard]] std::string bytes_field(std::uint32_t id, std::string_view bytes);

}  // namespace millrace::table::protobuf
