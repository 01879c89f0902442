// A statement of S3 Select as a tree of plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace::sql::select {

// A step into a value: by name, by index, or into all that it holds (in FROM only).
struct Step {
  enum class Kind { name, index, members, elements };
  Kind kind = Kind::name;
  std::string name;
  bool is_quoted = false;  // a quoted name is case sensitive
  std::uint64_t index = 0;
  bool operator==(const Step&) const = default;
};
using Path = std::vector<Step>;

enum class Form {
  null,
  missing,
  truth,    // word: TRUE, FALSE
  number,   // word: its text
  text,     // word: the text
  instant,  // word: a timestamp between backticks
  path,
  unary,    // word: -, +, NOT
  binary,   // word: = <> < <= > >= + - * / %
  all,      // AND of parts
  any,      // OR of parts
  between,  // value, low, high
  in,       // value, items
  like,     // value, pattern, perhaps escape
  is,       // word: NULL, MISSING
  call,     // word: the function's name; detail: a date part, the side of TRIM
  cast,     // word: the type
  cases,    // searched: condition, result, ...; perhaps the result of ELSE
  cases_of  // value first, then as `cases`
};

struct Expression {
  Form form = Form::null;
  std::string word;
  std::string detail;
  bool is_negated = false;  // NOT BETWEEN, NOT IN, NOT LIKE, IS NOT
  Path path;
  std::vector<Expression> parts;
  int height = 1;  // of the tree
  bool operator==(const Expression&) const = default;
};

struct Item {
  Expression expression;
  std::optional<std::string> alias;
  bool operator==(const Item&) const = default;
};

struct Statement {
  std::vector<Item> items;    // none: SELECT *
  bool has_elements = false;  // FROM S3Object[*]
  Path from;                  // behind S3Object[*]
  std::optional<std::string> alias;
  std::optional<Expression> where;
  std::optional<std::int64_t> limit;
  bool operator==(const Statement&) const = default;
};

}  // namespace millrace::sql::select
