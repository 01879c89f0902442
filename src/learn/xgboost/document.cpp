#include "learn/xgboost/document.hpp"

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

Document compact_list(Document::Items items) {
  if (!std::ranges::all_of(items, &Document::is_number)) return items;
  Document::Numbers numbers;
  numbers.reserve(items.size());
  for (const Document& item : items) numbers.push_back(item.number());
  return numbers;
}

}  // namespace millrace::learn::xgboost
