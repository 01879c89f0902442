#include "learn/xgboost/document.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "learn/model.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::learn::xgboost {
namespace {

template <class Kind, class Data>
const Kind& as(const Data& data, const char* name) {
  if (const Kind* found = std::get_if<Kind>(&data)) return *found;
  throw ModelError(std::string("the model is damaged: a part is no ") + name);
}

double number_of(const base::Value& value) {
  return value.is_flag() ? (value.flag() ? 1 : 0) : value.number();
}

Document convert(const base::Value& value);

Document convert_list(const base::List& list) {
  const auto numeric = [](const base::Value& item) { return item.is_number() || item.is_flag(); };
  if (std::ranges::all_of(list, numeric)) {
    Document::Numbers numbers;
    numbers.reserve(list.size());
    std::ranges::transform(list, std::back_inserter(numbers), number_of);
    return numbers;
  }
  Document::Items items;
  items.reserve(list.size());
  std::ranges::transform(list, std::back_inserter(items), convert);
  return items;
}

// Depth is bounded by the JSON parser.
Document convert(const base::Value& value) {
  if (value.is_text()) return value.text();
  if (value.is_number() || value.is_flag()) return number_of(value);
  if (value.is_list()) return convert_list(value.list());
  if (!value.is_map()) return {};
  Document::Members members;
  for (const auto& [name, member] : value.map()) members.emplace_back(name, convert(member));
  return members;
}

}  // namespace

const Document* Document::find(std::string_view name) const {
  const Members& members = as<Members>(data_, "object");
  const auto found = std::ranges::find(members, name, &Members::value_type::first);
  return found == members.end() ? nullptr : &found->second;
}

const Document& Document::at(std::string_view name) const {
  if (const Document* found = find(name)) return *found;
  throw ModelError("the model is damaged: there is no '" + std::string(name) + "'");
}

double Document::number() const { return as<double>(data_, "number"); }

std::int64_t Document::integer() const {
  if (const auto* text = std::get_if<std::string>(&data_)) {
    if (const auto parsed = base::to_integer(*text)) return *parsed;
    throw ModelError("the model is damaged: '" + *text + "' is no number");
  }
  const double value = number();
  if (!(std::abs(value) < 9e15)) throw ModelError("the model is damaged: a number is out of range");
  return static_cast<std::int64_t>(value);
}

const std::string& Document::text() const { return as<std::string>(data_, "text"); }

const Document::Items& Document::items() const {
  static const Items none;
  // An empty list has no kind of its own.
  if (const auto* numbers = std::get_if<Numbers>(&data_); numbers && numbers->empty()) return none;
  return as<Items>(data_, "list");
}

const Document::Numbers& Document::numbers() const {
  static const Numbers none;
  if (const auto* items = std::get_if<Items>(&data_); items && items->empty()) return none;
  return as<Numbers>(data_, "list of numbers");
}

Document parse_json_document(std::string_view text) {
  try {
    return convert(base::parse_json(text));
  } catch (const base::JsonError& error) {
    throw ModelError(std::string("the model is no valid JSON: ") + error.what());
  }
}

}  // namespace millrace::learn::xgboost
