// Universal Binary JSON as XGBoost writes it: big-endian numbers, lengths always of eight bytes,
// typed arrays.
#include "learn/model.hpp"
#include "learn/xgboost/document.hpp"

#include <bit>
#include <cstring>

namespace millrace::learn::xgboost {
namespace {

constexpr int depth_limit = 64;

[[noreturn]] void damaged(const std::string& why) {
  throw ModelError("the model is no valid UBJSON: " + why);
}

class UbjsonParser {
 public:
  explicit UbjsonParser(std::string_view bytes) : rest_(bytes) {}

  Document parse_document() {
    Document document = parse(take(1)[0], 0);
    if (!rest_.empty()) damaged("there are bytes behind its end");
    return document;
  }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) damaged("it is cut off");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  bool take_if(char marker) {
    if (rest_.empty() || rest_[0] != marker) return false;
    rest_.remove_prefix(1);
    return true;
  }

  template <class Bits>
  Bits big_endian() {
    const std::string_view bytes = take(sizeof(Bits));
    Bits bits = 0;
    for (const char byte : bytes)
      bits = static_cast<Bits>((std::uint64_t{bits} << 8) | static_cast<std::uint8_t>(byte));
    return bits;
  }

  double number(char type) {
    switch (type) {
      case 'd':
        return std::bit_cast<float>(big_endian<std::uint32_t>());
      case 'D':
        return std::bit_cast<double>(big_endian<std::uint64_t>());
      case 'i':
      case 'C':
        return static_cast<std::int8_t>(big_endian<std::uint8_t>());
      case 'U':
        return big_endian<std::uint8_t>();
      case 'I':
        return static_cast<std::int16_t>(big_endian<std::uint16_t>());
      case 'l':
        return static_cast<std::int32_t>(big_endian<std::uint32_t>());
      case 'L':
        return static_cast<double>(static_cast<std::int64_t>(big_endian<std::uint64_t>()));
      default:
        damaged(std::string("unknown type '") + type + "'");
    }
  }

  // A length cannot exceed what is left: every element takes at least one byte.
  std::uint64_t length() {
    if (!take_if('L')) damaged("a length is not of eight bytes");
    const auto size = big_endian<std::uint64_t>();
    if (size > rest_.size()) damaged("it is cut off");
    return size;
  }

  std::string text() { return std::string(take(length())); }

  Document typed_array() {
    const char type = take(1)[0];
    if (!take_if('#')) damaged("a typed array has no length");
    Document::Numbers numbers(length());
    for (double& one : numbers) one = number(type);
    return numbers;
  }

  Document array(int depth) {
    if (take_if('$')) return typed_array();
    Document::Items items;
    if (take_if('#')) {
      for (std::uint64_t left = length(); left > 0; --left)
        items.push_back(parse(take(1)[0], depth));
    } else {
      while (!take_if(']')) items.push_back(parse(take(1)[0], depth));
    }
    return compact_list(std::move(items));
  }

  Document object(int depth) {
    Document::Members members;
    while (!take_if('}')) {
      std::string name = text();
      members.emplace_back(std::move(name), parse(take(1)[0], depth));
    }
    return members;
  }

  Document parse(char type, int depth) {
    if (depth >= depth_limit) damaged("it is nested too deeply");
    switch (type) {
      case '{':
        return object(depth + 1);
      case '[':
        return array(depth + 1);
      case 'S':
        return text();
      case 'Z':
        return {};
      case 'T':
        return 1.0;
      case 'F':
        return 0.0;
      default:
        return number(type);
    }
  }

  std::string_view rest_;
};

}  // namespace

Document parse_ubjson_document(std::string_view bytes) {
  return UbjsonParser(bytes).parse_document();
}

}  // namespace millrace::learn::xgboost
