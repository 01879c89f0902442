// The words of a statement.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace::sql::select {

struct Token {
  enum class Kind { end, word, name, text, number, instant, symbol };
  Kind kind = Kind::end;
  std::string text;  // a word as written, a name or text without its quotes
  std::size_t at = 0;
};

// The last one is the end. Throws SelectError.
[[nodiscard]] std::vector<Token> read_tokens(std::string_view statement);

// " at line 1, column 8"
[[nodiscard]] std::string place(std::string_view statement, std::size_t at);

[[nodiscard]] bool is_reserved(std::string_view word);
[[nodiscard]] std::string upper(std::string_view word);  // ASCII

}  // namespace millrace::sql::select
