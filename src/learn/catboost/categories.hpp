// What CatBoost takes for a category: a text or a whole number, told apart by a hash of its text.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace millrace::learn::catboost {

// What is said of a field that is none.
inline constexpr std::string_view no_category =
    "is no category: those are texts and whole numbers, neither missing nor with a fraction";

// The text that a field of CSV stands for, a whole number being written as Python does; none where
// it is missing or a real number, which CatBoost refuses.
[[nodiscard]] std::optional<std::string> category_text(std::string_view field);

[[nodiscard]] std::uint32_t category_hash(std::string_view text);

// How a category stands in a row of numbers: the bits of its hash.
[[nodiscard]] std::optional<float> category_number(std::string_view field);

// The texts of all categories that were read, by their hashes; from any thread.
class CategoryTexts {
 public:
  using Map = std::unordered_map<std::uint32_t, std::string>;

  // As `category_number`, and keeps the text.
  [[nodiscard]] std::optional<float> take(std::string_view field);
  // When all are read.
  [[nodiscard]] const Map& all() const { return texts_; }

 private:
  std::mutex mutex_;
  Map texts_;  // under the mutex while rows are read
};

}  // namespace millrace::learn::catboost
