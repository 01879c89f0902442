#include "sql/select/json_text.hpp"

#include "base/text.hpp"
#include "sql/select/error.hpp"
#include "sql/select/value.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace millrace::sql::select {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
[[noreturn]] void malformed() { throw SelectError("JSONParsingError"); }

// Text that may go on: at its end either more is asked for or it is malformed.
class Checker {
 public:
  Checker(std::string_view text, std::size_t at, bool is_all)
      : text_(text), at_(at), is_all_(is_all) {}

  // Nothing where more text is needed.
  std::optional<std::size_t> run() {
    do {
      if (!step()) return std::nullopt;
    } while (!open_.empty());
    return at_;
  }

 private:
  // One value, or the beginning of one and whatever closes behind it.
  bool step() {
    blanks();
    if (!has()) return false;
    const char c = text_[at_];
    if (c == '{' || c == '[') {
      if (open_.size() == nesting_limit) malformed();
      open_ += c;
      ++at_;
      return after_open();
    }
    if (!scalar(c)) return false;
    return after_value();
  }

  bool after_open() {
    blanks();
    if (!has()) return false;
    if (text_[at_] == (open_.back() == '{' ? '}' : ']')) {
      ++at_;
      open_.pop_back();
      return after_value();
    }
    return open_.back() == '[' || name();
  }

  bool after_value() {
    while (!open_.empty()) {
      blanks();
      if (!has()) return false;
      const char c = text_[at_++];
      if (c == ',') return open_.back() == '[' || name();
      if (c != (open_.back() == '{' ? '}' : ']')) malformed();
      open_.pop_back();
    }
    return true;
  }

  bool name() {
    blanks();
    if (!has()) return false;
    if (text_[at_] != '"') malformed();
    if (!string()) return false;
    blanks();
    if (!has()) return false;
    if (text_[at_++] != ':') malformed();
    return true;
  }

  bool scalar(char first) {
    if (first == '"') return string();
    if (first == '-' || is_digit(first)) return number();
    for (const std::string_view word : {"true", "false", "null"}) {
      if (word.front() != first) continue;
      const std::string_view here = text_.substr(at_, word.size());
      if (here != word.substr(0, here.size())) malformed();
      if (here.size() < word.size()) return more();
      at_ += word.size();
      return true;
    }
    malformed();
  }

  bool string() {
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c == '"') {
        at_ = i + 1;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) malformed();
      if (c != '\\') continue;
      if (++i == text_.size()) return more();
      if (text_[i] == 'u') {
        if (text_.size() - i <= 4) return more();
        if (!std::ranges::all_of(text_.substr(i + 1, 4), is_hex)) malformed();
        i += 4;
      } else if (std::string_view("\"\\/bfnrt").find(text_[i]) == std::string_view::npos) {
        malformed();
      }
    }
    return more();
  }

  std::size_t digits(std::size_t i) const {
    while (i < text_.size() && is_digit(text_[i])) ++i;
    return i;
  }

  bool number() {
    std::size_t i = at_ + (text_[at_] == '-' ? 1 : 0);
    const std::size_t whole = i;
    i = digits(i);
    if (i < text_.size() && i == whole) malformed();
    if (i - whole > 1 && text_[whole] == '0') malformed();
    for (const bool is_exponent : {false, true}) {
      if (i >= text_.size()) break;
      const char c = text_[i];
      if (is_exponent ? c != 'e' && c != 'E' : c != '.') continue;
      ++i;
      if (is_exponent && i < text_.size() && (text_[i] == '+' || text_[i] == '-')) ++i;
      const std::size_t begin = i;
      i = digits(i);
      if (i == begin && (i < text_.size() || is_all_)) malformed();
    }
    // A number at the end may go on.
    if (i == text_.size() && !is_all_) return false;
    if (!is_digit(text_[i - 1])) malformed();
    at_ = i;
    return true;
  }

  void blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  bool has() const { return at_ < text_.size() || more(); }
  bool more() const {
    if (is_all_) malformed();
    return false;
  }

  std::string_view text_;
  std::size_t at_;
  bool is_all_;
  std::string open_;
};

std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return at + 1;
}

// Of checked and compact text.
std::size_t skip_value(std::string_view text, std::size_t at) {
  if (text[at] == '"') return skip_string(text, at);
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return at;
    ++at;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return at;
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  const int further = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr std::uint32_t leads[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(leads[further] | (code >> (6 * further)));
  for (int i = further - 1; i >= 0; --i)
    out += static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3F));
}

std::uint32_t hex_at(std::string_view text, std::size_t at) {
  std::uint32_t code = 0;
  std::from_chars(text.data() + at, text.data() + at + 4, code, 16);
  return code;
}

// Behind \u at `at`; gives how many characters it took.
std::size_t append_escaped(std::string& out, std::string_view text, std::size_t at) {
  constexpr std::uint32_t replacement = 0xFFFD;
  const std::uint32_t code = hex_at(text, at);
  if (code < 0xD800 || code > 0xDFFF) {
    append_utf8(out, code);
    return 4;
  }
  const bool is_pair = code < 0xDC00 && text.substr(at + 4, 2) == "\\u";
  const std::uint32_t low = is_pair ? hex_at(text, at + 6) : 0;
  if (low < 0xDC00 || low > 0xDFFF) {
    append_utf8(out, replacement);
    return 4;
  }
  append_utf8(out, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
  return 10;
}

std::optional<std::string_view> member(std::string_view object, const Step& step) {
  std::optional<std::string_view> found;
  std::string found_name;
  for_each_member(object, [&](std::string_view raw, std::string_view value) {
    const std::string name = unescape_json(raw);
    if (step.is_quoted ? name != step.name : !base::equal_ignoring_case(name, step.name))
      return true;
    if (found && name != found_name) throw SelectError("AmbiguousFieldName", step.name);
    if (!found) found = value;
    found_name = name;
    return !step.is_quoted;
  });
  return found;
}

std::optional<std::string_view> element(std::string_view list, std::uint64_t index) {
  std::optional<std::string_view> found;
  for_each_element(list, [&](std::string_view value) {
    if (index-- > 0) return true;
    found = value;
    return false;
  });
  return found;
}

}  // namespace

std::optional<std::size_t> json_value_end(std::string_view text, std::size_t at, bool is_all) {
  return Checker(text, at, is_all).run();
}

void compact_json(std::string_view value, std::string& out) {
  out.clear();
  for (std::size_t at = 0; at < value.size();) {
    if (is_blank(value[at])) {
      ++at;
    } else if (value[at] == '"') {
      const std::size_t end = skip_string(value, at);
      out += value.substr(at, end - at);
      at = end;
    } else {
      out += value[at++];
    }
  }
}

void for_each_member(
    std::string_view object,
    const std::function<bool(std::string_view name, std::string_view value)>& see) {
  for (std::size_t at = 1; object[at] != '}';) {
    if (object[at] == ',') ++at;
    const std::size_t colon = skip_string(object, at);
    const std::size_t end = skip_value(object, colon + 1);
    if (!see(object.substr(at, colon - at), object.substr(colon + 1, end - colon - 1))) return;
    at = end;
  }
}

void for_each_element(std::string_view list,
                      const std::function<bool(std::string_view value)>& see) {
  for (std::size_t at = 1; list[at] != ']';) {
    if (list[at] == ',') ++at;
    const std::size_t end = skip_value(list, at);
    if (!see(list.substr(at, end - at))) return;
    at = end;
  }
}

std::string unescape_json(std::string_view text) {
  text = text.substr(1, text.size() - 2);
  if (text.find('\\') == std::string_view::npos) return std::string(text);
  constexpr std::string_view letters = "bfnrt";
  constexpr std::string_view meant = "\b\f\n\r\t";
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    const char c = text[++at];
    if (c == 'u') {
      at += append_escaped(out, text, at + 1);
    } else {
      const std::size_t letter = letters.find(c);
      out += letter == std::string_view::npos ? c : meant[letter];
    }
  }
  return out;
}

std::string tagged_json(std::string_view value) {
  switch (value.front()) {
    case '"':
      return tagged(tag::text, unescape_json(value));
    case '{':
      return tagged(tag::object, value);
    case '[':
      return tagged(tag::list, value);
    case 't':
      return tagged(tag::yes);
    case 'f':
      return tagged(tag::no);
    case 'n':
      return tagged(tag::null);
    default:
      break;
  }
  std::int64_t whole = 0;
  const char* const end = value.data() + value.size();
  const auto [stopped, error] = std::from_chars(value.data(), end, whole);
  const bool is_integer = error == std::errc{} && stopped == end;
  return tagged(is_integer ? tag::integer : tag::decimal, value);
}

std::optional<std::string_view> follow(std::string_view value, std::span<const Step> steps) {
  for (const Step& step : steps) {
    std::optional<std::string_view> next;
    if (step.kind == Step::Kind::name && value.front() == '{') next = member(value, step);
    if (step.kind == Step::Kind::index && value.front() == '[') next = element(value, step.index);
    if (!next) return std::nullopt;
    value = *next;
  }
  return value;
}

std::string encode_steps(std::span<const Step> steps) {
  std::string out;
  for (const Step& step : steps) {
    if (!out.empty()) out += '\x01';
    if (step.kind == Step::Kind::index) {
      out += "i" + std::to_string(step.index);
    } else {
      out += (step.is_quoted ? "q" : "u") + step.name;
    }
  }
  return out;
}

Path decode_steps(std::string_view text) {
  Path path;
  for (const std::string_view piece : base::split(text, '\x01')) {
    const std::string_view rest = piece.substr(1);
    if (piece.front() == 'i') {
      path.push_back({.kind = Step::Kind::index,
                      .index = static_cast<std::uint64_t>(base::to_integer(rest).value_or(0))});
    } else {
      path.push_back({.name = std::string(rest), .is_quoted = piece.front() == 'q'});
    }
  }
  return path;
}

}  // namespace millrace::sql::select
