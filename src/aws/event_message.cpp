#include "aws/event_message.hpp"

#include "base/hash.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <type_traits>

namespace millrace::aws {

namespace {

constexpr std::size_t prelude_size = 12;  // both lengths and their checksum
constexpr std::size_t frame_size = prelude_size + 4;
constexpr std::size_t name_limit = 255;
constexpr std::size_t value_limit = 32'767;
constexpr std::size_t uuid_size = 16;

enum class Type : std::uint8_t {
  yes,
  no,
  byte,
  short_number,
  number,
  long_number,
  bytes,
  text,
  time,
  uuid
};

[[noreturn]] void refuse(const std::string& message) { throw EventError(message); }

void append(std::string& out, std::uint64_t number, int size) {
  for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
    out += static_cast<char>(number >> shift & 0xff);
}

std::uint64_t number_of(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

void append_checksum(std::string& out) { out += base::digest(base::HashKind::crc32, out); }

class HeaderWriter {
 public:
  explicit HeaderWriter(std::string& out) : out_(out) {}

  void operator()(bool flag) const { type(flag ? Type::yes : Type::no); }
  void operator()(std::int8_t number) const { integer(Type::byte, number, 1); }
  void operator()(std::int16_t number) const { integer(Type::short_number, number, 2); }
  void operator()(std::int32_t number) const { integer(Type::number, number, 4); }
  void operator()(std::int64_t number) const { integer(Type::long_number, number, 8); }
  void operator()(const base::Blob& blob) const { run(Type::bytes, blob.bytes); }
  void operator()(const std::string& text) const { run(Type::text, text); }
  void operator()(base::Timestamp time) const {
    integer(Type::time, time.time_since_epoch().count(), 8);
  }
  void operator()(const Uuid& uuid) const {
    if (uuid.bytes.size() != uuid_size) refuse("a UUID has not 16 bytes");
    type(Type::uuid);
    out_ += uuid.bytes;
  }

 private:
  void type(Type type) const { out_ += static_cast<char>(type); }
  void integer(Type kind, std::int64_t number, int size) const {
    type(kind);
    append(out_, static_cast<std::uint64_t>(number), size);
  }
  void run(Type kind, std::string_view bytes) const {
    if (bytes.size() > value_limit) refuse("a header's value is too long");
    type(kind);
    append(out_, bytes.size(), 2);
    out_ += bytes;
  }

  std::string& out_;
};

class HeaderParser {
 public:
  explicit HeaderParser(std::string_view bytes) : bytes_(bytes) {}

  void parse(EventMessage& message) {
    while (!bytes_.empty()) {
      std::string name(take(static_cast<std::size_t>(number_of(take(1)))));
      if (name.empty()) refuse("a header has no name");
      if (message.find(name)) refuse("a header occurs twice");
      message.headers.emplace_back(std::move(name), value());
    }
  }

 private:
  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) refuse("a header is longer than the headers");
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  template <class Number>
  Number integer() {
    using Unsigned = std::make_unsigned_t<Number>;
    return static_cast<Number>(static_cast<Unsigned>(number_of(take(sizeof(Number)))));
  }

  std::string run() {
    const auto size = static_cast<std::size_t>(number_of(take(2)));
    if (size > value_limit) refuse("a header's value is too long");
    return std::string(take(size));
  }

  EventHeader value() {
    switch (static_cast<Type>(number_of(take(1)))) {
      case Type::yes:
        return true;
      case Type::no:
        return false;
      case Type::byte:
        return integer<std::int8_t>();
      case Type::short_number:
        return integer<std::int16_t>();
      case Type::number:
        return integer<std::int32_t>();
      case Type::long_number:
        return integer<std::int64_t>();
      case Type::bytes:
        return base::Blob{run()};
      case Type::text:
        return text();
      case Type::time:
        return base::Timestamp(base::Milliseconds(integer<std::int64_t>()));
      case Type::uuid:
        return Uuid{std::string(take(uuid_size))};
    }
    refuse("a header is of an unknown type");
  }

  std::string text() {
    std::string text = run();
    if (!base::is_utf8(text)) refuse("a header is not UTF-8");
    return text;
  }

  std::string_view bytes_;
};

struct Prelude {
  std::size_t total;
  std::size_t headers;
};

void check(std::string_view covered, std::string_view checksum, std::string_view what) {
  if (base::digest(base::HashKind::crc32, covered) != checksum)
    refuse("the checksum of " + std::string(what) + " does not match");
}

// Bounded before anything more is read or kept.
Prelude parse_prelude(std::string_view bytes) {
  check(bytes.substr(0, 8), bytes.substr(8, 4), "the prelude");
  const Prelude prelude{.total = static_cast<std::size_t>(number_of(bytes.substr(0, 4))),
                        .headers = static_cast<std::size_t>(number_of(bytes.substr(4, 4)))};
  if (prelude.headers > event_headers_limit) refuse("the headers are too long");
  if (prelude.total < frame_size + prelude.headers) refuse("the message is shorter than its parts");
  if (prelude.total - frame_size - prelude.headers > event_payload_limit)
    refuse("the payload is too long");
  return prelude;
}

EventMessage parse_whole(const Prelude& prelude, std::string_view bytes) {
  check(bytes.substr(0, prelude.total - 4), bytes.substr(prelude.total - 4), "the message");
  EventMessage message;
  HeaderParser(bytes.substr(prelude_size, prelude.headers)).parse(message);
  message.payload =
      bytes.substr(prelude_size + prelude.headers, prelude.total - frame_size - prelude.headers);
  return message;
}

// Reads until `size` bytes are there or the stream ends.
std::size_t read_up_to(base::Reader& stream, char* out, std::size_t size) {
  std::size_t have = 0;
  while (have < size) {
    const std::size_t count = stream.read(out + have, size - have);
    if (count == 0) break;
    have += count;
  }
  return have;
}

}  // namespace

const EventHeader* EventMessage::find(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &decltype(headers)::value_type::first);
  return found == headers.end() ? nullptr : &found->second;
}

std::string_view EventMessage::text(std::string_view name) const {
  const EventHeader* header = find(name);
  const auto* text = header ? std::get_if<std::string>(header) : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

std::string write_event_headers(const EventMessage& message) {
  std::string headers;
  for (const auto& [name, value] : message.headers) {
    if (name.empty() || name.size() > name_limit) refuse("a header's name is too long");
    append(headers, name.size(), 1);
    headers += name;
    std::visit(HeaderWriter(headers), value);
  }
  if (headers.size() > event_headers_limit) refuse("the headers are too long");
  return headers;
}

std::string write_event_message(const EventMessage& message) {
  if (message.payload.size() > event_payload_limit) refuse("the payload is too long");
  const std::string headers = write_event_headers(message);
  std::string bytes;
  bytes.reserve(frame_size + headers.size() + message.payload.size());
  append(bytes, frame_size + headers.size() + message.payload.size(), 4);
  append(bytes, headers.size(), 4);
  append_checksum(bytes);
  bytes += headers;
  bytes += message.payload;
  append_checksum(bytes);
  return bytes;
}

EventMessage parse_event_message(std::string_view bytes) {
  if (bytes.size() < frame_size) refuse("the message ends too early");
  const Prelude prelude = parse_prelude(bytes.substr(0, prelude_size));
  if (prelude.total != bytes.size()) refuse("the message's length is not that of its bytes");
  return parse_whole(prelude, bytes);
}

std::optional<EventMessage> read_event_message(base::Reader& stream) {
  std::string bytes(prelude_size, '\0');
  const std::size_t have = read_up_to(stream, bytes.data(), prelude_size);
  if (have == 0) return std::nullopt;
  if (have < prelude_size) refuse("the stream ends within a message");
  const Prelude prelude = parse_prelude(bytes);
  bytes.resize(prelude.total);
  const std::size_t left = prelude.total - prelude_size;
  if (read_up_to(stream, bytes.data() + prelude_size, left) < left)
    refuse("the stream ends within a message");
  return parse_whole(prelude, bytes);
}

}  // namespace millrace::aws
