// A parser's place among the words of a statement, and the refusals that name it.
#pragma once

#include "sql/select/error.hpp"
#include "sql/select/lexer.hpp"
#include "sql/select/parser.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::sql::select {

class Cursor {
 public:
  explicit Cursor(std::string_view statement) : all_(statement), tokens_(read_tokens(statement)) {}

  [[nodiscard]] const Token& token() const { return tokens_[at_]; }
  [[nodiscard]] const Token& ahead(std::size_t by = 1) const {
    return tokens_[std::min(at_ + by, tokens_.size() - 1)];
  }
  void step() {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  [[nodiscard]] bool at_word(std::string_view word) const { return is_word(token(), word); }
  [[nodiscard]] bool at_symbol(std::string_view symbol) const { return is_symbol(token(), symbol); }
  [[nodiscard]] bool before_symbol(std::string_view symbol, std::size_t by = 1) const {
    return is_symbol(ahead(by), symbol);
  }
  bool take_word(std::string_view word) {
    if (!at_word(word)) return false;
    step();
    return true;
  }
  bool take_symbol(std::string_view symbol) {
    if (!at_symbol(symbol)) return false;
    step();
    return true;
  }
  void need_symbol(std::string_view symbol, std::string_view code) {
    if (!take_symbol(symbol)) refuse(code);
  }
  void need_word(std::string_view word) {
    if (!take_word(word)) refuse("ParseExpectedKeyword", word);
  }
  // Naming what stands here.
  [[noreturn]] void refuse(std::string_view code, std::string_view wanted = {}) const;
  // What stands where none of its kind may.
  [[noreturn]] void refuse_token() const;

 private:
  static bool is_word(const Token& token, std::string_view word) {
    return token.kind == Token::Kind::word && upper(token.text) == word;
  }
  static bool is_symbol(const Token& token, std::string_view symbol) {
    return token.kind == Token::Kind::symbol && token.text == symbol;
  }

  std::string_view all_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

// An expression at the cursor, by AWS's precedence of operators.
class ExpressionParser {
 public:
  explicit ExpressionParser(Cursor& cursor) : cursor_(cursor) {}
  [[nodiscard]] Expression expression() { return disjunction(); }
  // Names and indexes behind a first name; with wildcards where `wild`.
  void path_steps(Path& path, bool wild);

 private:
  [[nodiscard]] Expression disjunction();
  [[nodiscard]] Expression conjunction();
  [[nodiscard]] Expression negation();
  [[nodiscard]] Expression equality();
  [[nodiscard]] Expression comparison();
  [[nodiscard]] Expression predicate();
  [[nodiscard]] Expression predicate_of(Expression value);
  [[nodiscard]] Expression sum();
  [[nodiscard]] Expression product();
  [[nodiscard]] Expression signed_value();
  [[nodiscard]] Expression value();
  [[nodiscard]] Expression word_value();
  [[nodiscard]] Expression path_value();
  [[nodiscard]] Expression call(const std::string& name);
  [[nodiscard]] Expression cast();
  [[nodiscard]] Expression cases();
  [[nodiscard]] Expression trim();
  [[nodiscard]] Expression substring();
  [[nodiscard]] Expression extract();
  [[nodiscard]] Expression date_function(const std::string& name);
  [[nodiscard]] Expression count();
  [[nodiscard]] std::string date_part(bool of_zone);
  [[nodiscard]] std::vector<Expression> arguments();
  [[nodiscard]] Expression made(Expression expression);
  [[nodiscard]] Step named_step();
  [[nodiscard]] Step bracket_step(bool wild);

  // A level of nesting, which has a limit.
  class Deeper {
   public:
    explicit Deeper(int& depth) : depth_(depth) {
      if (++depth_ > tree_height_limit) throw SelectError("MaxOperatorsExceeded");
    }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    ~Deeper() { --depth_; }

   private:
    int& depth_;
  };

  Cursor& cursor_;
  int depth_ = 0;
  std::size_t size_ = 0;
};

}  // namespace millrace::sql::select
