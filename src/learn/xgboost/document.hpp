// A model's JSON or UBJSON in memory: a tree of named parts whose long arrays of numbers stay
// compact.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace millrace::learn::xgboost {

class Document {
 public:
  using Members = std::vector<std::pair<std::string, Document>>;
  using Items = std::vector<Document>;
  using Numbers = std::vector<double>;

  Document() = default;
  Document(double number) : data_(number) {}
  Document(std::string text) : data_(std::move(text)) {}
  Document(Members members) : data_(std::move(members)) {}
  Document(Items items) : data_(std::move(items)) {}
  Document(Numbers numbers) : data_(std::move(numbers)) {}

  [[nodiscard]] bool is_number() const { return std::holds_alternative<double>(data_); }
  // Each throws ModelError when the part is absent or of another kind.
  [[nodiscard]] const Document& at(std::string_view name) const;
  [[nodiscard]] const Document* find(std::string_view name) const;  // null when absent
  [[nodiscard]] double number() const;
  [[nodiscard]] std::int64_t integer() const;  // also of a text that holds one
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] const Items& items() const;
  [[nodiscard]] const Numbers& numbers() const;

 private:
  std::variant<std::monostate, double, std::string, Members, Items, Numbers> data_;
};

// A list of plain numbers is the same as a typed array.
[[nodiscard]] Document compact_list(Document::Items items);

// Both throw ModelError. JSON may hold NaN and Infinity, as XGBoost writes them.
[[nodiscard]] Document parse_json_document(std::string_view text);
[[nodiscard]] Document parse_ubjson_document(std::string_view bytes);

}  // namespace millrace::learn::xgboost
