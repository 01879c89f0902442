// A text in a policy: wildcards `*` and `?`, and variables such as ${aws:username}, which only
// version 2012-10-17 knows.
#pragma once

#include "policy/context.hpp"
#include "policy/glob.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::policy {

class Pattern {
 public:
  struct Reading {
    bool wildcards = true;
    bool variables = true;
  };
  using Case = Letters;

  Pattern(std::string_view text, Reading reading);

  // What a variable stands for is literal: an asterisk in a user's name is no wildcard. A pattern
  // whose variable has neither a value nor a default matches nothing.
  [[nodiscard]] bool matches(std::string_view text, const Context& context,
                             Case letters = Case::heeded) const;
  // What every text that matches begins with, letters apart.
  [[nodiscard]] std::string_view fixed_start() const;
  // The keys of its variables.
  void add_variables(std::vector<std::string>& keys) const;

 private:
  // A piece without wildcards of its own, and what follows it.
  struct Variable {
    std::string before;  // a glob
    std::string key;
    std::optional<std::string> otherwise;  // its default
  };
  // How much there is to do to match.
  enum class Shape : std::uint8_t { nothing, literal, prefix, glob, variables };
  void add_variable(std::string_view inside, std::string& before);
  [[nodiscard]] std::optional<std::string> resolve(const Context& context) const;

  // Literal bytes, and for wildcards bytes that are in no text. With variables: what follows the
  // last.
  std::string glob_;
  std::vector<Variable> variables_;
  Shape shape_ = Shape::literal;
};

// An ARN in a policy: its six parts match one by one; parts that are left out are wildcards.
class ArnPattern {
 public:
  ArnPattern(std::string_view text, Pattern::Reading reading);
  [[nodiscard]] bool matches(std::string_view arn, const Context& context) const;
  // In a Resource element an asterisk at the end of a part reaches beyond the colons, too.
  [[nodiscard]] bool matches_resource(std::string_view arn, const Context& context) const;
  void add_variables(std::vector<std::string>& keys) const;

 private:
  bool everything_ = false;  // the text "*"
  std::vector<Pattern> parts_;
  std::optional<Pattern> reaching_;  // all of it as one pattern, where an asterisk reaches
};

}  // namespace millrace::policy
