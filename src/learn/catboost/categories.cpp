#include "learn/catboost/categories.hpp"

#include "base/text.hpp"
#include "learn/catboost/city_hash.hpp"
#include "table/number.hpp"

#include <algorithm>
#include <bit>

namespace millrace::learn::catboost {
namespace {

bool is_whole(std::string_view digits) {
  return !digits.empty() &&
         std::ranges::all_of(digits, [](char letter) { return letter >= '0' && letter <= '9'; });
}

// As Python prints what it has read: "+07" is 7, "-0" is 0.
std::string whole_text(std::string_view digits, bool negative) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return (negative && digits != "0" ? "-" : "") + std::string(digits);
}

}  // namespace

std::optional<std::string> category_text(std::string_view field) {
  const std::string_view text = base::trim(field);
  if (text.empty() || !base::is_utf8(text)) return std::nullopt;
  const bool is_signed = text.starts_with('-') || text.starts_with('+');
  const std::string_view digits = text.substr(is_signed ? 1 : 0);
  if (is_whole(digits)) return whole_text(digits, text.starts_with('-'));
  float ignored = 0;
  if (table::read_field(text, ignored)) return std::nullopt;
  return std::string(text);
}

std::uint32_t category_hash(std::string_view text) {
  return static_cast<std::uint32_t>(city_hash(text));
}

std::optional<float> category_number(std::string_view field) {
  const auto text = category_text(field);
  if (!text) return std::nullopt;
  return std::bit_cast<float>(category_hash(*text));
}

std::optional<float> CategoryTexts::take(std::string_view field) {
  const auto text = category_text(field);
  if (!text) return std::nullopt;
  const std::uint32_t hash = category_hash(*text);
  const std::lock_guard lock(mutex_);
  texts_.try_emplace(hash, *text);
  return std::bit_cast<float>(hash);
}

}  // namespace millrace::learn::catboost
