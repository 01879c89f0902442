// Messages of event streams: as they come, and with lengths and sums put right, so that what lies
// behind these is reached too.
#include "aws/event_message.hpp"

#include "base/hash.hpp"
#include "fuzz.hpp"

namespace millrace::fuzz {
namespace {

void read(std::string_view bytes) {
  try {
    const aws::EventMessage message = aws::parse_event_message(bytes);
    MILLRACE_ASSERT(aws::parse_event_message(aws::write_event_message(message)) == message);
  } catch (const aws::EventError&) {
  }
}

void put_word(std::string& bytes, std::size_t at, std::size_t word) {
  for (int i = 3; i >= 0; --i, word >>= 8)
    bytes[at + static_cast<std::size_t>(i)] = static_cast<char>(word);
}

void put_sum(std::string& bytes, std::size_t size) {
  bytes.replace(size, 4,
                base::digest(base::HashKind::crc32, std::string_view(bytes).substr(0, size)));
}

}  // namespace

void run(std::string_view input) {
  read(input);
  if (input.size() < 16) return;
  std::string bytes(input);
  put_word(bytes, 0, bytes.size());
  put_sum(bytes, 8);
  put_sum(bytes, bytes.size() - 4);
  read(bytes);
}

}  // namespace millrace::fuzz
