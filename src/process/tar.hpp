// The tar format's constants, shared by writer and reader: ustar's header block with pax records
// for what it cannot hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace millrace::process::tar {

constexpr std::size_t block = 512;

struct Header {
  char name[100];
  char mode[8];
  char uid[8];
  char gid[8];
  char size[12];
  char mtime[12];
  char checksum[8];
  char kind;
  char link[100];
  char magic[6];
  char version[2];
  char user[32];
  char group[32];
  char major[8];
  char minor[8];
  char prefix[155];
  char rest[12];
};
static_assert(sizeof(Header) == block);

constexpr char regular = '0';
constexpr char old_regular = '\0';
constexpr char folder = '5';
constexpr char pax = 'x';
constexpr char pax_global = 'g';
constexpr char gnu_long_name = 'L';

// The sum of the header's bytes with the checksum's own counted as blanks.
[[nodiscard]] inline std::uint32_t checksum(const Header& header) {
  const std::string_view bytes(reinterpret_cast<const char*>(&header), block);
  const std::size_t from = offsetof(Header, checksum);
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < block; ++at) {
    const bool own = at >= from && at < from + sizeof(Header::checksum);
    sum += own ? static_cast<unsigned char>(' ') : static_cast<unsigned char>(bytes[at]);
  }
  return sum;
}

}  // namespace millrace::process::tar
