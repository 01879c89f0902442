// JSON as XGBoost writes it, which is JSON but for NaN and Infinity; long arrays of numbers are
// read without a node for each.
#include "learn/model.hpp"
#include "learn/xgboost/document.hpp"

#include <charconv>
#include <limits>

namespace millrace::learn::xgboost {
namespace {

constexpr int depth_limit = 64;

[[noreturn]] void damaged(const std::string& why) {
  throw ModelError("the model is no valid JSON: " + why);
}

class JsonParser {
 public:
  explicit JsonParser(std::string_view text) : rest_(text) {}

  Document parse_document() {
    Document document = parse(0);
    skip_blanks();
    if (!rest_.empty()) damaged("there is text behind its end");
    return document;
  }

 private:
  void skip_blanks() {
    const std::size_t begin = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(begin == std::string_view::npos ? rest_.size() : begin);
  }

  char peek() {
    skip_blanks();
    if (rest_.empty()) damaged("it is cut off");
    return rest_[0];
  }

  bool take_if(char mark) {
    if (peek() != mark) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void take(char mark) {
    if (!take_if(mark)) damaged(std::string("there is no '") + mark + "' where one must be");
  }

  bool take_word(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  double number() {
    if (take_word("NaN")) return std::numeric_limits<double>::quiet_NaN();
    if (take_word("Infinity")) return std::numeric_limits<double>::infinity();
    if (take_word("-Infinity")) return -std::numeric_limits<double>::infinity();
    double value = 0;
    const auto [end, failure] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (failure == std::errc::invalid_argument) damaged("there is something that is no value");
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  // Names and texts that matter are plain; of an escape only the character behind the backslash is
  // kept.
  std::string text() {
    take('"');
    std::string out;
    while (true) {
      const std::size_t end = rest_.find_first_of("\"\\");
      if (end == std::string_view::npos) damaged("a text has no end");
      out += rest_.substr(0, end);
      const bool escaped = rest_[end] == '\\';
      rest_.remove_prefix(end + 1);
      if (!escaped) return out;
      if (rest_.empty()) damaged("a text has no end");
      out += rest_[0];
      rest_.remove_prefix(1);
    }
  }

  Document array(int depth) {
    take('[');
    Document::Numbers numbers;
    Document::Items items;
    if (take_if(']')) return numbers;
    do {
      Document item = parse(depth);
      if (item.is_number() && items.empty()) {
        numbers.push_back(item.number());
        continue;
      }
      for (const double number : numbers) items.emplace_back(number);
      numbers.clear();
      items.push_back(std::move(item));
    } while (take_if(','));
    take(']');
    if (items.empty()) return numbers;
    return items;
  }

  Document object(int depth) {
    take('{');
    Document::Members members;
    if (take_if('}')) return members;
    do {
      std::string name = text();
      take(':');
      members.emplace_back(std::move(name), parse(depth));
    } while (take_if(','));
    take('}');
    return members;
  }

  Document parse(int depth) {
    if (depth >= depth_limit) damaged("it is nested too deeply");
    switch (peek()) {
      case '{':
        return object(depth + 1);
      case '[':
        return array(depth + 1);
      case '"':
        return text();
      case 't':
        return word("true", Document(1.0));
      case 'f':
        return word("false", Document(0.0));
      case 'n':
        return word("null", Document());
      default:
        return number();
    }
  }

  Document word(std::string_view expected, Document meaning) {
    if (!take_word(expected)) damaged("there is something that is no value");
    return meaning;
  }

  std::string_view rest_;
};

}  // namespace

Document parse_json_document(std::string_view text) { return JsonParser(text).parse_document(); }

}  // namespace millrace::learn::xgboost
