// A recursive descent over heads; every length is held against the bytes that are left before it is
// believed.
#include "base/cbor.hpp"

#include "base/text.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace millrace::base {

namespace {

enum class Major : std::uint8_t { positive, negative, bytes, text, list, map, tag, simple };

constexpr std::uint8_t indefinite = 31;
constexpr std::uint8_t end_mark = 0xff;
constexpr std::uint64_t time_tag = 1;
// Beyond it a time is nonsense (year 9999), and milliseconds would overflow long after.
constexpr double latest_second = 253402300800.0;

[[noreturn]] void refuse(const std::string& message) { throw CborError(message); }

double half_number(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f;
  const int fraction = bits & 0x3ff;
  double size = 0;
  if (exponent == 0) {
    size = std::ldexp(fraction, -24);
  } else if (exponent != 31) {
    size = std::ldexp(fraction + 1024, exponent - 25);
  } else {
    size = fraction == 0 ? std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  }
  return (bits & 0x8000) != 0 ? -size : size;
}

struct Head {
  Major major;
  std::uint8_t detail;     // the five low bits: `indefinite`, or which simple value
  std::uint64_t argument;  // 0 where the length is indefinite
};

class CborParser {
 public:
  explicit CborParser(std::string_view bytes) : bytes_(bytes) {}

  Value whole() {
    Value value = item(0);
    if (at_ != bytes_.size()) refuse("bytes follow the end of the item");
    return value;
  }

 private:
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

  std::uint8_t byte() {
    if (left() == 0) refuse("the item ends too early");
    return static_cast<std::uint8_t>(bytes_[at_++]);
  }

  std::uint64_t big_endian(int size) {
    std::uint64_t number = 0;
    for (int i = 0; i < size; ++i) number = number << 8 | byte();
    return number;
  }

  Head head() {
    const std::uint8_t first = byte();
    Head head{.major = static_cast<Major>(first >> 5),
              .detail = static_cast<std::uint8_t>(first & 0x1f),
              .argument = 0};
    if (head.detail < 24) {
      head.argument = head.detail;
    } else if (head.detail < 28) {
      head.argument = big_endian(1 << (head.detail - 24));
    } else if (head.detail != indefinite || head.major <= Major::negative ||
               head.major == Major::tag) {
      refuse("a head is reserved");
    }
    return head;
  }

  Value item(std::size_t depth) {
    if (depth > cbor_depth_limit) refuse("the item is nested too deeply");
    if (++items_ > cbor_item_limit) refuse("there are too many items");
    const Head head = this->head();
    switch (head.major) {
      case Major::positive:
        return integer(head.argument, false);
      case Major::negative:
        return integer(head.argument, true);
      case Major::bytes:
        return Blob{run_of_bytes(head)};
      case Major::text:
        return text(head);
      case Major::list:
        return list(head, depth);
      case Major::map:
        return map(head, depth);
      case Major::tag:
        return tagged(head.argument, depth);
      case Major::simple:
        return simple(head);
    }
    refuse("a head is reserved");
  }

  static Value integer(std::uint64_t argument, bool is_negative) {
    constexpr auto limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (argument > limit) {
      const auto size = static_cast<double>(argument);
      return is_negative ? -1.0 - size : size;
    }
    const auto number = static_cast<std::int64_t>(argument);
    return is_negative ? -1 - number : number;
  }

  std::string_view definite_bytes(std::uint64_t size) {
    if (size > left()) refuse("a length is larger than what is left");
    const std::string_view run = bytes_.substr(at_, size);
    at_ += size;
    return run;
  }

  // Of indefinite length: pieces of the same kind, each of a definite one.
  std::string run_of_bytes(const Head& head) {
    if (head.detail != indefinite) return std::string(definite_bytes(head.argument));
    std::string run;
    while (!at_end()) {
      const Head piece = this->head();
      if (piece.major != head.major || piece.detail == indefinite)
        refuse("a piece is of another kind");
      run += definite_bytes(piece.argument);
    }
    return run;
  }

  std::string text(const Head& head) {
    std::string run = run_of_bytes(head);
    if (!is_utf8(run)) refuse("a text is not UTF-8");
    return run;
  }

  // Takes the mark that ends what has an indefinite length.
  bool at_end() {
    if (left() == 0) refuse("the item ends too early");
    if (static_cast<std::uint8_t>(bytes_[at_]) != end_mark) return false;
    ++at_;
    return true;
  }

  // Every entry takes a byte at least.
  void check_count(const Head& head) const {
    if (head.argument > left()) refuse("a length is larger than what is left");
  }

  bool has_more(const Head& head, std::size_t taken) {
    return head.detail == indefinite ? !at_end() : taken < head.argument;
  }

  List list(const Head& head, std::size_t depth) {
    check_count(head);
    List elements;
    while (has_more(head, elements.size())) elements.push_back(item(depth + 1));
    return elements;
  }

  Map map(const Head& head, std::size_t depth) {
    check_count(head);
    std::vector<Map::Entry> entries;
    while (has_more(head, entries.size())) {
      const Head key = this->head();
      if (key.major != Major::text) refuse("a map's key is not a text");
      std::string name = text(key);
      entries.emplace_back(std::move(name), item(depth + 1));
    }
    const std::size_t count = entries.size();
    Map map(std::move(entries));
    if (map.size() != count) refuse("a map has a key twice");
    return map;
  }

  Value tagged(std::uint64_t tag, std::size_t depth) {
    if (tag != time_tag) refuse("the tag " + std::to_string(tag) + " is not known");
    const Value seconds = item(depth + 1);
    if (!seconds.is_number()) refuse("a time is not a number");
    if (!(std::abs(seconds.number()) < latest_second)) refuse("a time is out of range");
    return from_epoch_seconds(seconds.number());
  }

  static Value simple(const Head& head) {
    switch (head.detail) {
      case 20:
      case 21:
        return head.detail == 21;
      case 22:
      case 23:  // undefined
        return {};
      case 25:
        return half_number(static_cast<std::uint16_t>(head.argument));
      case 26:
        return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(head.argument)));
      case 27:
        return std::bit_cast<double>(head.argument);
      default:
        refuse("a simple value is not known");
    }
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t items_ = 0;
};

void write_big_endian(std::string& out, std::uint64_t number, int size) {
  for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
    out += static_cast<char>(number >> shift & 0xff);
}

void write_head(std::string& out, Major major, std::uint64_t argument) {
  const auto kind = static_cast<unsigned>(major) << 5;
  if (argument < 24) {
    out += static_cast<char>(kind | argument);
    return;
  }
  const int power = argument <= 0xff ? 0 : argument <= 0xffff ? 1 : argument <= 0xffffffff ? 2 : 3;
  out += static_cast<char>(kind | static_cast<unsigned>(24 + power));
  write_big_endian(out, argument, 1 << power);
}

void write(std::string& out, const Value& value) {
  if (value.is_list()) {
    begin_cbor_list(out, value.list().size());
    for (const Value& element : value.list()) write(out, element);
  } else if (value.is_map()) {
    begin_cbor_map(out, value.map().size());
    for (const auto& [name, entry] : value.map()) {
      write_cbor_text(out, name);
      write(out, entry);
    }
  } else if (value.is_text()) {
    write_cbor_text(out, value.text());
  } else if (value.is_blob()) {
    write_cbor_bytes(out, value.blob().bytes);
  } else if (value.is_time()) {
    write_cbor_time(out, value.time());
  } else if (value.is_integer()) {
    write_cbor_integer(out, value.integer());
  } else if (value.is_number()) {
    write_cbor_number(out, value.number());
  } else if (value.is_flag()) {
    write_cbor_flag(out, value.flag());
  } else {
    write_cbor_null(out);
  }
}

}  // namespace

Value parse_cbor(std::string_view bytes) { return CborParser(bytes).whole(); }

std::string write_cbor(const Value& value) {
  std::string out;
  write(out, value);
  return out;
}

void write_cbor_null(std::string& out) { write_head(out, Major::simple, 22); }

void write_cbor_flag(std::string& out, bool flag) {
  write_head(out, Major::simple, flag ? 21 : 20);
}

void write_cbor_integer(std::string& out, std::int64_t number) {
  if (number >= 0) {
    write_head(out, Major::positive, static_cast<std::uint64_t>(number));
  } else {
    write_head(out, Major::negative, static_cast<std::uint64_t>(-1 - number));
  }
}

void write_cbor_number(std::string& out, double number) {
  out += static_cast<char>(0xfb);
  write_big_endian(out, std::bit_cast<std::uint64_t>(number), 8);
}

void write_cbor_text(std::string& out, std::string_view text) {
  write_head(out, Major::text, text.size());
  out += text;
}

void write_cbor_bytes(std::string& out, std::string_view bytes) {
  write_head(out, Major::bytes, bytes.size());
  out += bytes;
}

void write_cbor_time(std::string& out, Timestamp time) {
  write_head(out, Major::tag, time_tag);
  const auto milliseconds = time.time_since_epoch().count();
  if (milliseconds % 1000 == 0) {
    write_cbor_integer(out, milliseconds / 1000);
  } else {
    write_cbor_number(out, static_cast<double>(milliseconds) / 1000.0);
  }
}

void begin_cbor_list(std::string& out, std::size_t size) { write_head(out, Major::list, size); }

void begin_cbor_map(std::string& out, std::size_t size) { write_head(out, Major::map, size); }

}  // namespace millrace::base
