#include "table/protobuf.hpp"

#include "table/matrix.hpp"

namespace millrace::table::protobuf {
namespace {

std::string_view take(std::string_view& rest, std::uint64_t size) {
  if (size > rest.size()) throw DataError("a protobuf message is cut off");
  const std::string_view taken = rest.substr(0, size);
  rest.remove_prefix(size);
  return taken;
}

void write_varint(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

}  // namespace

std::uint64_t read_varint(std::string_view& rest) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<std::uint8_t>(take(rest, 1).front());
    number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return number;
  }
  throw DataError("a protobuf number is too long");
}

std::optional<Field> next_field(std::string_view& rest) {
  if (rest.empty()) return {};
  const std::uint64_t tag = read_varint(rest);
  Field field{.id = static_cast<std::uint32_t>(tag >> 3), .kind = static_cast<Kind>(tag & 7)};
  switch (field.kind) {
    case Kind::varint:
      field.number = read_varint(rest);
      break;
    case Kind::fixed64:
      field.bytes = take(rest, 8);
      break;
    case Kind::fixed32:
      field.bytes = take(rest, 4);
      break;
    case Kind::bytes:
      field.bytes = take(rest, read_varint(rest));
      break;
    default:
      throw DataError("a protobuf field has an unknown kind");
  }
  return field;
}

std::string bytes_field(std::uint32_t id, std::string_view bytes) {
  std::string out;
  write_varint(out,
               (static_cast<std::uint64_t>(id) << 3) | static_cast<std::uint64_t>(Kind::bytes));
  write_varint(out, bytes.size());
  return out.append(bytes);
}

}  // namespace millrace::table::protobuf
