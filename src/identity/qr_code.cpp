// The symbol comes from libqrencode; the PNG around it, one bit a pixel, is written here.
#include "identity/qr_code.hpp"

#include "base/assert.hpp"

#include <qrencode.h>
#include <zlib.h>

#include <memory>

namespace millrace::identity {
namespace {

constexpr std::size_t pixels_per_module = 4;
constexpr std::size_t quiet_modules = 4;  // the margin that readers need

struct Picture {
  std::size_t size = 0;  // in pixels, to either side
  std::string rows;      // each a filter byte and its pixels, packed
};

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((number >> shift) & 0xff);
  return bytes;
}

std::string chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  const auto checksum = static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
  return big_endian(static_cast<std::uint32_t>(data.size())) + body + big_endian(checksum);
}

std::string deflated(const std::string& plain) {
  uLongf size = compressBound(plain.size());
  std::string packed(size, '\0');
  const int result = compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                              reinterpret_cast<const Bytef*>(plain.data()), plain.size());
  MILLRACE_ASSERT(result == Z_OK);
  packed.resize(size);
  return packed;
}

bool is_dark(const QRcode& code, std::size_t x, std::size_t y) {
  const auto width = static_cast<std::size_t>(code.width);
  const bool is_margin = x < quiet_modules || y < quiet_modules || x >= width + quiet_modules ||
                         y >= width + quiet_modules;
  if (is_margin) return false;
  return (code.data[(y - quiet_modules) * width + (x - quiet_modules)] & 1) != 0;
}

// White is a one.
std::string row_of(const QRcode& code, std::size_t size, std::size_t y) {
  std::string row(1 + (size + 7) / 8, '\0');
  for (std::size_t x = 0; x < size; ++x) {
    if (is_dark(code, x / pixels_per_module, y)) continue;
    row[1 + x / 8] =
        static_cast<char>(static_cast<unsigned char>(row[1 + x / 8]) | (0x80 >> x % 8));
  }
  return row;
}

Picture drawn(const QRcode& code) {
  const std::size_t modules = static_cast<std::size_t>(code.width) + 2 * quiet_modules;
  Picture picture{.size = modules * pixels_per_module, .rows = ""};
  for (std::size_t y = 0; y < modules; ++y) {
    const std::string row = row_of(code, picture.size, y);
    for (std::size_t again = 0; again < pixels_per_module; ++again) picture.rows += row;
  }
  return picture;
}

}  // namespace

std::string qr_code_png(std::string_view text) {
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeString8bit(std::string(text).c_str(), 0, QR_ECLEVEL_M), &QRcode_free);
  MILLRACE_ASSERT(code != nullptr);
  const Picture picture = drawn(*code);
  const std::string size = big_endian(static_cast<std::uint32_t>(picture.size));
  // One bit a pixel, grey; the usual compression and filters, no interlacing.
  const std::string header = size + size + std::string("\x01\x00\x00\x00\x00", 5);
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunk("IDAT", deflated(picture.rows)) +
         chunk("IEND", "");
}

}  // namespace millrace::identity
