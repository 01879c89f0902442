#include "sql/select/lexer.hpp"

#include "sql/select/error.hpp"

#include <algorithm>
#include <array>

namespace millrace::sql::select {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool goes_on(char c) { return begins_word(c) || is_digit(c); }

class Lexer {
 public:
  explicit Lexer(std::string_view all) : all_(all) {}

  Token next() {
    while (at_ < all_.size() && is_blank(all_[at_])) ++at_;
    const std::size_t begin = at_;
    if (at_ == all_.size()) return {.kind = Token::Kind::end, .at = begin};
    Token token = read(all_[at_]);
    token.at = begin;
    return token;
  }

 private:
  Token read(char first) {
    if (first == '\'') return {.kind = Token::Kind::text, .text = quoted('\'')};
    if (first == '"') return {.kind = Token::Kind::name, .text = quoted('"')};
    if (first == '`') return {.kind = Token::Kind::instant, .text = quoted('`')};
    const bool is_fraction = first == '.' && at_ + 1 < all_.size() && is_digit(all_[at_ + 1]);
    if (is_digit(first) || is_fraction) return {.kind = Token::Kind::number, .text = number()};
    if (begins_word(first)) return {.kind = Token::Kind::word, .text = word()};
    return {.kind = Token::Kind::symbol, .text = symbol()};
  }

  std::string word() {
    const std::size_t begin = at_;
    while (at_ < all_.size() && goes_on(all_[at_])) ++at_;
    return std::string(all_.substr(begin, at_ - begin));
  }

  // A quote that is meant is written twice.
  std::string quoted(char quote) {
    const std::size_t begin = at_++;
    std::string text;
    while (true) {
      const std::size_t end = all_.find(quote, at_);
      if (end == std::string_view::npos) {
        throw SelectError(quote == '`' ? "LexerInvalidIONLiteral" : "LexerInvalidLiteral",
                          place(all_, begin));
      }
      text += all_.substr(at_, end - at_);
      at_ = end + 1;
      if (at_ == all_.size() || all_[at_] != quote) return text;
      text += quote;
      ++at_;
    }
  }

  void digits() {
    while (at_ < all_.size() && is_digit(all_[at_])) ++at_;
  }

  std::string number() {
    const std::size_t begin = at_;
    digits();
    if (at_ < all_.size() && all_[at_] == '.') {
      ++at_;
      digits();
    }
    if (at_ < all_.size() && (all_[at_] == 'e' || all_[at_] == 'E')) {
      ++at_;
      if (at_ < all_.size() && (all_[at_] == '+' || all_[at_] == '-')) ++at_;
      if (at_ == all_.size() || !is_digit(all_[at_]))
        throw SelectError("LexerInvalidLiteral", place(all_, begin));
      digits();
    }
    if (at_ < all_.size() && goes_on(all_[at_]))
      throw SelectError("LexerInvalidLiteral", place(all_, begin));
    return std::string(all_.substr(begin, at_ - begin));
  }

  std::string symbol() {
    constexpr auto doubled = std::to_array<std::string_view>({"<>", "!=", "<=", ">=", "||"});
    constexpr std::string_view single = "()[],.*+-/%=<>;@{}:?";
    const std::string_view two = all_.substr(at_, 2);
    if (std::ranges::find(doubled, two) != doubled.end()) {
      at_ += 2;
      return std::string(two == "!=" ? "<>" : two);
    }
    if (single.find(all_[at_]) == std::string_view::npos)
      throw SelectError("LexerInvalidChar", place(all_, at_));
    return std::string(1, all_[at_++]);
  }

  std::string_view all_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Token> read_tokens(std::string_view statement) {
  Lexer lexer(statement);
  std::vector<Token> tokens;
  do {
    tokens.push_back(lexer.next());
  } while (tokens.back().kind != Token::Kind::end);
  return tokens;
}

std::string place(std::string_view statement, std::size_t at) {
  const std::string_view before = statement.substr(0, at);
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t begin =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return "at line " + std::to_string(line) + ", column " + std::to_string(at - begin + 1);
}

std::string upper(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

}  // namespace millrace::sql::select
