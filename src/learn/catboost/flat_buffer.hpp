// Reads FlatBuffers of unknown origin: every offset is checked against the bytes that there are.
#pragma once

#include "learn/model.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace millrace::learn::catboost {

static_assert(std::endian::native == std::endian::little, "FlatBuffers are little-endian");

class FlatBuffer {
 public:
  explicit FlatBuffer(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  [[nodiscard]] T at(std::size_t place) const {
    check(place, sizeof(T));
    T value;
    std::memcpy(&value, bytes_.data() + place, sizeof(T));
    return value;
  }
  [[nodiscard]] std::string_view part(std::size_t place, std::size_t size) const {
    check(place, size);
    return bytes_.substr(place, size);
  }
  // Where the offset at `place` leads.
  [[nodiscard]] std::size_t follow(std::size_t place) const {
    return place + at<std::uint32_t>(place);
  }

 private:
  void check(std::size_t place, std::size_t size) const {
    if (place > bytes_.size() || size > bytes_.size() - place)
      throw ModelError("the model is damaged: an offset leads outside");
  }

  std::string_view bytes_;
};

// A table of the schema; its fields are named by their numbers in it.
class FlatTable {
 public:
  FlatTable(const FlatBuffer& buffer, std::size_t place)
      : buffer_(&buffer), place_(place), fields_(fields_of(buffer, place)) {}
  static FlatTable root(const FlatBuffer& buffer) { return {buffer, buffer.follow(0)}; }

  template <class T>
  [[nodiscard]] T number(std::size_t field, T otherwise) const {
    const std::size_t place = place_of(field);
    return place == 0 ? otherwise : buffer_->at<T>(place);
  }
  [[nodiscard]] std::string_view text(std::size_t field) const {
    const std::size_t place = place_of(field);
    return place == 0 ? "" : text_at(buffer_->follow(place));
  }
  [[nodiscard]] std::vector<std::string_view> texts(std::size_t field) const {
    std::vector<std::string_view> found;
    const Vector vector = vector_of(field, sizeof(std::uint32_t));
    for (std::size_t i = 0; i < vector.count; ++i)
      found.push_back(text_at(buffer_->follow(vector.begin + i * sizeof(std::uint32_t))));
    return found;
  }
  // Nothing where there is none.
  [[nodiscard]] std::vector<FlatTable> table(std::size_t field) const {
    const std::size_t place = place_of(field);
    if (place == 0) return {};
    return {FlatTable(*buffer_, buffer_->follow(place))};
  }
  [[nodiscard]] std::vector<FlatTable> tables(std::size_t field) const {
    std::vector<FlatTable> found;
    const Vector vector = vector_of(field, sizeof(std::uint32_t));
    found.reserve(vector.count);
    for (std::size_t i = 0; i < vector.count; ++i) {
      found.emplace_back(*buffer_, buffer_->follow(vector.begin + i * sizeof(std::uint32_t)));
    }
    return found;
  }
  // Numbers, or structures of numbers.
  template <class T>
  [[nodiscard]] std::vector<T> values(std::size_t field) const {
    const Vector vector = vector_of(field, sizeof(T));
    std::vector<T> found(vector.count);
    if (vector.count > 0)
      std::memcpy(found.data(), buffer_->part(vector.begin, vector.count * sizeof(T)).data(),
                  vector.count * sizeof(T));
    return found;
  }

 private:
  struct Vector {
    std::size_t begin = 0;
    std::size_t count = 0;
  };

  static std::size_t fields_of(const FlatBuffer& buffer, std::size_t place) {
    const auto back = static_cast<std::int64_t>(buffer.at<std::int32_t>(place));
    const std::int64_t fields = static_cast<std::int64_t>(place) - back;
    if (fields < 0) throw ModelError("the model is damaged: an offset leads outside");
    return static_cast<std::size_t>(fields);
  }

  // 0: the field is not there.
  [[nodiscard]] std::size_t place_of(std::size_t field) const {
    constexpr std::size_t head = 2 * sizeof(std::uint16_t);
    const std::size_t entry = head + field * sizeof(std::uint16_t);
    if (entry + sizeof(std::uint16_t) > buffer_->at<std::uint16_t>(fields_)) return 0;
    const auto offset = buffer_->at<std::uint16_t>(fields_ + entry);
    return offset == 0 ? 0 : place_ + offset;
  }

  [[nodiscard]] std::string_view text_at(std::size_t place) const {
    return buffer_->part(place + sizeof(std::uint32_t), buffer_->at<std::uint32_t>(place));
  }

  [[nodiscard]] Vector vector_of(std::size_t field, std::size_t size) const {
    const std::size_t place = place_of(field);
    if (place == 0) return {};
    const std::size_t begin = buffer_->follow(place);
    const Vector vector{.begin = begin + sizeof(std::uint32_t),
                        .count = buffer_->at<std::uint32_t>(begin)};
    static_cast<void>(buffer_->part(vector.begin, vector.count * size));
    return vector;
  }

  const FlatBuffer* buffer_;
  std::size_t place_;
  std::size_t fields_;
};

}  // namespace millrace::learn::catboost
