// A dynamic value: what a request's body parses to and an answer is serialised from, in every
// protocol.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace millrace::base {

class Value;
using List = std::vector<Value>;

// Bytes that are not text; JSON writes them in base64.
struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};

// Members in insertion order; looked up by a scan, as structures are small. A name occurs once.
class Map {
 public:
  using Entry = std::pair<std::string, Value>;
  using Iterator = std::vector<Entry>::const_iterator;

  Map();
  Map(std::initializer_list<Entry> entries);
  // Many members at once, in linear time; of a name that occurs twice the last value counts.
  explicit Map(std::vector<Entry> entries);
  Map(const Map&);
  Map(Map&&) noexcept;
  Map& operator=(const Map&);
  Map& operator=(Map&&) noexcept;
  ~Map();

  void set(std::string name, Value value);  // replaces a former value of that name
  // As `set`, but absent optionals leave nothing: structures that were not given are absent.
  template <class Optional>
  void set_if(std::string name, const Optional& value);
  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] Value* find(std::string_view name);
  void erase(std::string_view name);
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const;
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;
  bool operator==(const Map&) const;

 private:
  std::vector<Entry> entries_;
};

class Value {
 public:
  Value() = default;  // null
  Value(bool flag) : data_(flag) {}
  Value(int number) : data_(static_cast<std::int64_t>(number)) {}
  Value(std::int64_t number) : data_(number) {}
  Value(std::uint64_t number) : data_(static_cast<std::int64_t>(number)) {}
  Value(double number) : data_(number) {}
  Value(const char* text) : data_(std::string(text)) {}
  Value(std::string_view text) : data_(std::string(text)) {}
  Value(std::string text) : data_(std::move(text)) {}
  Value(Timestamp time) : data_(time) {}
  Value(Blob blob) : data_(std::move(blob)) {}
  Value(List list) : data_(std::move(list)) {}
  Value(Map map) : data_(std::move(map)) {}

  [[nodiscard]] bool is_null() const { return holds<std::monostate>(); }
  [[nodiscard]] bool is_flag() const { return holds<bool>(); }
  [[nodiscard]] bool is_integer() const { return holds<std::int64_t>(); }
  [[nodiscard]] bool is_number() const { return holds<double>() || is_integer(); }
  [[nodiscard]] bool is_text() const { return holds<std::string>(); }
  [[nodiscard]] bool is_time() const { return holds<Timestamp>(); }
  [[nodiscard]] bool is_blob() const { return holds<Blob>(); }
  [[nodiscard]] bool is_list() const { return holds<List>(); }
  [[nodiscard]] bool is_map() const { return holds<Map>(); }

  // Each asserts that the value is of that kind.
  [[nodiscard]] bool flag() const { return std::get<bool>(data_); }
  [[nodiscard]] std::int64_t integer() const { return std::get<std::int64_t>(data_); }
  [[nodiscard]] double number() const {
    return is_integer() ? static_cast<double>(integer()) : std::get<double>(data_);
  }
  [[nodiscard]] const std::string& text() const { return std::get<std::string>(data_); }
  [[nodiscard]] Timestamp time() const { return std::get<Timestamp>(data_); }
  [[nodiscard]] const Blob& blob() const { return std::get<Blob>(data_); }
  [[nodiscard]] const List& list() const { return std::get<List>(data_); }
  [[nodiscard]] List& list() { return std::get<List>(data_); }
  [[nodiscard]] const Map& map() const { return std::get<Map>(data_); }
  [[nodiscard]] Map& map() { return std::get<Map>(data_); }

  // The member of a map, null when this is no map or has no such member.
  [[nodiscard]] const Value* find(std::string_view name) const {
    return is_map() ? map().find(name) : nullptr;
  }

  bool operator==(const Value&) const = default;

 private:
  template <class T>
  [[nodiscard]] bool holds() const {
    return std::holds_alternative<T>(data_);
  }
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Timestamp, Blob, List, Map>
      data_;
};

// Here, as an entry is complete only now.
inline Map::Map() = default;
inline Map::Map(std::initializer_list<Entry> entries) : entries_(entries) {}
inline Map::Map(const Map&) = default;
inline Map::Map(Map&&) noexcept = default;
inline Map& Map::operator=(const Map&) = default;
inline Map& Map::operator=(Map&&) noexcept = default;
inline Map::~Map() = default;
inline std::size_t Map::size() const { return entries_.size(); }
inline bool Map::empty() const { return entries_.empty(); }
inline Map::Iterator Map::begin() const { return entries_.begin(); }
inline Map::Iterator Map::end() const { return entries_.end(); }

template <class Optional>
void Map::set_if(std::string name, const Optional& value) {
  if (value) set(std::move(name), Value(*value));
}

}  // namespace millrace::base
