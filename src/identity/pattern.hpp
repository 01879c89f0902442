// A text in a policy: wildcards `*` and `?`, and variables such as ${aws:username}, which only
// version 2012-10-17 knows.
#pragma once

#include "identity/context.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

class Pattern {
 public:
  struct Reading {
    bool wildcards = true;
    bool variables = true;
  };
  enum class Case { heeded, ignored };

  Pattern(std::string_view text, Reading reading);

  // What a variable stands for is literal: an asterisk in a user's name is no wildcard. A pattern
  // whose variable has neither a value nor a default matches nothing.
  [[nodiscard]] bool matches(std::string_view text, const Context& context,
                             Case letters = Case::heeded) const;
  // The text with its variables replaced; nothing when one has no value.
  [[nodiscard]] std::optional<std::string> expand(const Context& context) const;

 private:
  struct Piece {
    enum class Kind { literal, any_run, any_one, variable };
    Kind kind = Kind::literal;
    std::string text;                      // the literal, or the variable's key
    std::optional<std::string> otherwise;  // a variable's default
  };
  // Literal bytes with marks for the wildcards, ready to match.
  struct Glob {
    std::string text;
    std::vector<bool> is_wildcard;
  };
  void add(Piece::Kind kind, std::string_view text);
  void add_variable(std::string_view inside);
  [[nodiscard]] std::optional<Glob> resolve(const Context& context) const;

  std::vector<Piece> pieces_;
  std::optional<Glob> fixed_;  // without variables: resolved once
};

// An ARN in a policy: its six parts match one by one; parts that are left out are wildcards.
class ArnPattern {
 public:
  ArnPattern(std::string_view text, Pattern::Reading reading);
  [[nodiscard]] bool matches(std::string_view arn, const Context& context) const;

 private:
  bool everything_ = false;  // the text "*"
  std::vector<Pattern> parts_;
};

}  // namespace millrace::identity
