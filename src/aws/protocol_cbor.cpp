#include "aws/protocol_cbor.hpp"

#include "base/assert.hpp"
#include "base/cbor.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::aws {

namespace {

using base::List;
using base::Map;
using base::Value;

std::string below(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

[[noreturn]] void refuse(std::string_view wanted, const std::string& path) {
  throw Malformed("The value at '" + path + "' can not be converted to " + std::string(wanted),
                  Malformed::Where::body, path);
}

class CborReader {
 public:
  explicit CborReader(UnknownMembers& unknown) : unknown_(unknown) {}

  void structure(const Shape& shape, const Value& cbor, const std::string& path, Map& into) {
    if (!cbor.is_map()) refuse("a structure", path);
    for (const auto& [name, value] : cbor.map()) {
      const MemberShape* member = shape.member(name);
      if (!member) {
        if (name != "__type") unknown_.push_back(below(path, name));
      } else if (!value.is_null()) {
        into.set(name, parse(*member->shape, value, below(path, name)));
      }
    }
  }

 private:
  Value parse(const Shape& shape, const Value& cbor, const std::string& path) {
    if (shape.is_document) return cbor;
    switch (shape.kind) {
      case Kind::structure: {
        Map members;
        structure(shape, cbor, path, members);
        return members;
      }
      case Kind::list:
        return list(shape, cbor, path);
      case Kind::map:
        return map(shape, cbor, path);
      default:
        return scalar(shape, cbor, path);
    }
  }

  Value list(const Shape& shape, const Value& cbor, const std::string& path) {
    if (!cbor.is_list()) refuse("a list", path);
    List elements;
    elements.reserve(cbor.list().size());
    for (const Value& element : cbor.list()) {
      const std::string place = path + "[" + std::to_string(elements.size()) + "]";
      elements.push_back(element.is_null() ? Value() : parse(*shape.element.shape, element, place));
    }
    return elements;
  }

  Value map(const Shape& shape, const Value& cbor, const std::string& path) {
    if (!cbor.is_map()) refuse("a map", path);
    std::vector<Map::Entry> entries;
    for (const auto& [name, value] : cbor.map()) {
      entries.emplace_back(
          name, value.is_null() ? Value() : parse(*shape.value.shape, value, below(path, name)));
    }
    return Map(std::move(entries));
  }

  static Value scalar(const Shape& shape, const Value& cbor, const std::string& path) {
    switch (shape.kind) {
      case Kind::text:
        if (!cbor.is_text()) refuse("a String", path);
        return cbor;
      case Kind::flag:
        if (!cbor.is_flag()) refuse("a Boolean", path);
        return cbor;
      case Kind::integer:
        return integer(shape, cbor, path);
      case Kind::number:
        if (!cbor.is_number()) refuse("a Double", path);
        return cbor.number();
      case Kind::time:
        if (!cbor.is_time()) refuse("a Timestamp", path);
        return cbor;
      default:
        if (!cbor.is_blob()) refuse("a Blob", path);
        return cbor;
    }
  }

  // A number without a fraction is an integer in whatever form it travels.
  static Value integer(const Shape& shape, const Value& cbor, const std::string& path) {
    const std::string_view wanted = shape.is_32_bit ? "an Integer" : "a Long";
    if (!cbor.is_number()) refuse(wanted, path);
    constexpr double long_limit = 9223372036854775808.0;
    const double limit = shape.is_32_bit ? 2147483648.0 : long_limit;
    const double number = cbor.number();
    const bool fits = number == std::floor(number) && number >= -limit && number < limit;
    // The largest of 64 bits are rounded up to the limit as doubles.
    if (!fits && (shape.is_32_bit || !cbor.is_integer())) refuse(wanted, path);
    return cbor.is_integer() ? cbor : Value(static_cast<std::int64_t>(number));
  }

  UnknownMembers& unknown_;
};

class CborWriter {
 public:
  void structure(const Shape& shape, const Map& members) {
    const auto present = std::ranges::count_if(
        members, [](const Map::Entry& entry) { return !entry.second.is_null(); });
    base::begin_cbor_map(out_, static_cast<std::size_t>(present));
    for (const auto& [name, value] : members) {
      if (value.is_null()) continue;
      const MemberShape* member = shape.member(name);
      MILLRACE_ASSERT(member);
      base::write_cbor_text(out_, name);
      write(*member->shape, value);
    }
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void write(const Shape& shape, const Value& value) {
    if (value.is_null() || shape.is_document) {
      out_ += base::write_cbor(value);
      return;
    }
    switch (shape.kind) {
      case Kind::structure:
        return structure(shape, value.map());
      case Kind::list:
        base::begin_cbor_list(out_, value.list().size());
        for (const Value& element : value.list()) write(*shape.element.shape, element);
        return;
      case Kind::map:
        return map(shape, value.map());
      case Kind::time:
        return base::write_cbor_time(out_, time_of(value));
      case Kind::number:
        return base::write_cbor_number(out_, value.number());
      case Kind::integer:
        return base::write_cbor_integer(
            out_, value.is_integer() ? value.integer() : std::llround(value.number()));
      case Kind::blob:
        return base::write_cbor_bytes(out_, value.is_blob() ? value.blob().bytes : value.text());
      default:
        out_ += base::write_cbor(value);
    }
  }

  void map(const Shape& shape, const Map& entries) {
    base::begin_cbor_map(out_, entries.size());
    for (const auto& [name, value] : entries) {
      base::write_cbor_text(out_, name);
      write(*shape.value.shape, value);
    }
  }

  std::string out_;
};

}  // namespace

void parse_cbor_members(const Shape& shape, std::string_view body, Map& into,
                        UnknownMembers& unknown) {
  if (body.empty()) return;
  try {
    const Value cbor = base::parse_cbor(body);
    CborReader(unknown).structure(shape, cbor, "", into);
  } catch (const base::CborError& error) {
    throw Malformed(error.what(), Malformed::Where::body);
  }
}

std::string write_cbor_members(const Shape& shape, const Map& members) {
  CborWriter writer;
  writer.structure(shape, members);
  return writer.take();
}

}  // namespace millrace::aws
