#include "policy/positions.hpp"

namespace millrace::policy {
namespace {

// A reader of JSON that is known to be well-formed; it tells lines and columns.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char next() const { return text_[at_]; }

  void take() {
    constexpr unsigned char continues_mask = 0xC0;
    constexpr unsigned char continues = 0x80;
    const char c = text_[at_++];
    if (c == '\n') {
      ++line_;
      column_ = 1;
    } else if ((static_cast<unsigned char>(c) & continues_mask) != continues) {
      ++column_;
    }
  }

  void skip_blanks() {
    while (!at_end() && std::string_view(" \t\r\n,:").find(next()) != std::string_view::npos)
      take();
  }

  // What stands between the quotes, its escapes as they are.
  std::string_view take_text() {
    const std::size_t begin = at_ + 1;
    take();
    while (!at_end() && next() != '"') {
      if (next() == '\\') take();
      if (!at_end()) take();
    }
    const std::string_view inside = text_.substr(begin, at_ - begin);
    if (!at_end()) take();
    return inside;
  }

  void skip_value() {
    std::size_t depth = 0;
    while (!at_end()) {
      const char c = next();
      if (c == '"') {
        take_text();
      } else {
        take();
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
      }
      if (depth == 0 && (c == '"' || c == '}' || c == ']' || is_end_of_word())) return;
    }
  }

  void start(Span& span) const {
    span.start_line = line_;
    span.start_column = column_;
  }
  void end(Span& span) const {
    span.end_line = line_;
    span.end_column = column_;
  }

 private:
  [[nodiscard]] bool is_end_of_word() const {
    return at_end() || std::string_view(" \t\r\n,]}").find(next()) != std::string_view::npos;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
};

Span span_of_one(Reader& reader) {
  Span span;
  Reader inside = reader;
  inside.take();
  inside.start(span);
  reader.skip_value();
  reader.end(span);
  return span;
}

std::vector<Span> spans_of_list(Reader& reader) {
  std::vector<Span> spans;
  reader.take();
  while (!reader.at_end()) {
    Span span;
    reader.start(span);
    reader.skip_blanks();
    if (reader.at_end() || reader.next() == ']') break;
    reader.skip_value();
    reader.end(span);
    spans.push_back(span);
  }
  return spans;
}

}  // namespace

std::vector<Span> statement_spans(std::string_view document) {
  Reader reader(document);
  reader.skip_blanks();
  if (reader.at_end()) return {};
  reader.take();
  while (true) {
    reader.skip_blanks();
    if (reader.at_end() || reader.next() != '"') return {};
    const bool is_sought = reader.take_text() == "Statement";
    reader.skip_blanks();
    if (reader.at_end()) return {};
    if (is_sought && reader.next() == '{') return {span_of_one(reader)};
    if (is_sought && reader.next() == '[') return spans_of_list(reader);
    reader.skip_value();
  }
}

}  // namespace millrace::policy
