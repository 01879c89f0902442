// Calls: most take a list of arguments, some have a grammar of their own.
#include "sql/select/cursor.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace millrace::sql::select {
namespace {

struct Arity {
  std::string_view name;
  std::size_t least;
  std::size_t most;
};
constexpr std::size_t many = 1000;

constexpr std::array functions = {
    Arity{"COALESCE", 1, many}, Arity{"NULLIF", 2, 2}, Arity{"CHAR_LENGTH", 1, 1},
    Arity{"LOWER", 1, 1},       Arity{"UPPER", 1, 1},  Arity{"CHARACTER_LENGTH", 1, 1},
    Arity{"TO_STRING", 2, 2},   Arity{"UTCNOW", 0, 0}, Arity{"TO_TIMESTAMP", 1, 1},
};
constexpr std::array aggregates = {"SUM", "AVG", "MIN", "MAX"};

}  // namespace

std::vector<Expression> ExpressionParser::arguments() {
  cursor_.need_symbol("(", "ParseExpectedLeftParenBuiltinFunctionCall");
  std::vector<Expression> found;
  if (cursor_.take_symbol(")")) return found;
  do {
    found.push_back(expression());
  } while (cursor_.take_symbol(","));
  cursor_.need_symbol(")", "ParseExpectedRightParenBuiltinFunctionCall");
  return found;
}

Expression ExpressionParser::call(const std::string& name) {
  const Deeper level(depth_);
  if (name == "TRIM") return trim();
  if (name == "SUBSTRING") return substring();
  if (name == "EXTRACT") return extract();
  if (name == "DATE_ADD" || name == "DATE_DIFF") return date_function(name);
  if (name == "COUNT") return count();
  const bool is_aggregate = std::ranges::find(aggregates, name) != aggregates.end();
  const auto known = std::ranges::find(functions, name, &Arity::name);
  if (!is_aggregate && known == functions.end()) cursor_.refuse("UnsupportedFunction", name);
  cursor_.step();
  if (is_aggregate && cursor_.before_symbol("*")) cursor_.refuse("ParseUnsupportedCallWithStar");
  Expression made_call{.form = Form::call, .word = name, .parts = arguments()};
  const std::size_t count = made_call.parts.size();
  if (is_aggregate && count != 1) cursor_.refuse("ParseNonUnaryAgregateFunctionCall");
  if (!is_aggregate && (count < known->least || count > known->most))
    throw SelectError("EvaluatorInvalidArguments", name);
  if (name == "CHARACTER_LENGTH") made_call.word = "CHAR_LENGTH";
  return made(std::move(made_call));
}

Expression ExpressionParser::count() {
  cursor_.step();
  if (cursor_.before_symbol("*")) {
    cursor_.step();
    cursor_.step();
    cursor_.need_symbol(")", "ParseExpectedRightParenBuiltinFunctionCall");
    return made({.form = Form::call, .word = "COUNT"});
  }
  Expression counted{.form = Form::call, .word = "COUNT", .parts = arguments()};
  if (counted.parts.size() != 1) cursor_.refuse("ParseNonUnaryAgregateFunctionCall");
  return made(std::move(counted));
}

Expression ExpressionParser::cast() {
  const Deeper level(depth_);
  cursor_.step();
  cursor_.need_symbol("(", "ParseExpectedLeftParenAfterCast");
  Expression made_cast{.form = Form::cast};
  made_cast.parts.push_back(expression());
  if (cursor_.at_symbol(",")) cursor_.refuse("ParseCastArity");
  cursor_.need_word("AS");
  if (cursor_.token().kind != Token::Kind::word) cursor_.refuse("ParseExpectedTypeName");
  const std::string type = upper(cursor_.token().text);
  if (type == "INT" || type == "INTEGER") {
    made_cast.word = "INT";
  } else if (type == "DECIMAL" || type == "NUMERIC") {
    made_cast.word = "DECIMAL";
  } else if (type == "BOOL" || type == "BOOLEAN") {
    made_cast.word = "BOOL";
  } else if (type == "STRING" || type == "FLOAT" || type == "TIMESTAMP") {
    made_cast.word = type;
  } else {
    cursor_.refuse(is_reserved(type) ? "InvalidDataType" : "ParseExpectedTypeName", type);
  }
  cursor_.step();
  // A precision and a scale are taken and, as AWS says, ignored.
  if (cursor_.at_symbol("(") && (type == "DECIMAL" || type == "NUMERIC")) {
    for (const Expression& parameter : arguments())
      if (parameter.form != Form::number) cursor_.refuse("ParseExpectedNumber");
  }
  cursor_.need_symbol(")", "ParseExpectedRightParenBuiltinFunctionCall");
  return made(std::move(made_cast));
}

Expression ExpressionParser::cases() {
  const Deeper level(depth_);
  cursor_.step();
  Expression made_cases{.form = Form::cases};
  if (!cursor_.at_word("WHEN")) {
    made_cases.form = Form::cases_of;
    made_cases.parts.push_back(expression());
  }
  if (!cursor_.at_word("WHEN")) cursor_.refuse("ParseExpectedWhenClause");
  while (cursor_.take_word("WHEN")) {
    made_cases.parts.push_back(expression());
    cursor_.need_word("THEN");
    made_cases.parts.push_back(expression());
  }
  if (cursor_.take_word("ELSE")) made_cases.parts.push_back(expression());
  cursor_.need_word("END");
  return made(std::move(made_cases));
}

Expression ExpressionParser::trim() {
  cursor_.step();
  cursor_.need_symbol("(", "ParseExpectedLeftParenBuiltinFunctionCall");
  Expression trimmed{.form = Form::call, .word = "TRIM", .detail = "BOTH"};
  bool has_side = false;
  for (const char* side : {"LEADING", "TRAILING", "BOTH"}) {
    if (has_side || !cursor_.take_word(side)) continue;
    trimmed.detail = side;
    has_side = true;
  }
  if (!(has_side && cursor_.at_word("FROM"))) trimmed.parts.push_back(expression());
  if (cursor_.take_word("FROM")) {
    trimmed.parts.insert(trimmed.parts.begin(), expression());
  } else if (has_side) {
    cursor_.refuse("ParseExpectedKeyword", "FROM");
  }
  cursor_.need_symbol(")", "ParseExpectedRightParenBuiltinFunctionCall");
  return made(std::move(trimmed));
}

// SUBSTRING(text FROM start FOR length), or with commas.
Expression ExpressionParser::substring() {
  cursor_.step();
  cursor_.need_symbol("(", "ParseExpectedLeftParenBuiltinFunctionCall");
  Expression cut{.form = Form::call, .word = "SUBSTRING"};
  cut.parts.push_back(expression());
  const bool with_words = cursor_.take_word("FROM");
  if (!with_words && !cursor_.take_symbol(",")) cursor_.refuse("ParseExpectedArgumentDelimiter");
  cut.parts.push_back(expression());
  if (with_words ? cursor_.take_word("FOR") : cursor_.take_symbol(","))
    cut.parts.push_back(expression());
  cursor_.need_symbol(")", "ParseExpectedRightParenBuiltinFunctionCall");
  return made(std::move(cut));
}

std::string ExpressionParser::date_part(bool of_zone) {
  std::string part = upper(cursor_.token().text);
  constexpr std::array parts = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};
  const bool is_zone = part == "TIMEZONE_HOUR" || part == "TIMEZONE_MINUTE";
  const bool known = std::ranges::find(parts, part) != parts.end() || (of_zone && is_zone);
  if (cursor_.token().kind != Token::Kind::word || !known) cursor_.refuse("ParseExpectedDatePart");
  cursor_.step();
  return part;
}

Expression ExpressionParser::extract() {
  cursor_.step();
  cursor_.need_symbol("(", "ParseExpectedLeftParenBuiltinFunctionCall");
  Expression extracted{.form = Form::call, .word = "EXTRACT", .detail = date_part(true)};
  cursor_.need_word("FROM");
  extracted.parts.push_back(expression());
  cursor_.need_symbol(")", "ParseExpectedRightParenBuiltinFunctionCall");
  return made(std::move(extracted));
}

Expression ExpressionParser::date_function(const std::string& name) {
  cursor_.step();
  cursor_.need_symbol("(", "ParseExpectedLeftParenBuiltinFunctionCall");
  Expression dated{.form = Form::call, .word = name, .detail = date_part(false)};
  for (int i = 0; i < 2; ++i) {
    cursor_.need_symbol(",", "ParseExpectedArgumentDelimiter");
    dated.parts.push_back(expression());
  }
  cursor_.need_symbol(")", "ParseExpectedRightParenBuiltinFunctionCall");
  return made(std::move(dated));
}

}  // namespace millrace::sql::select
