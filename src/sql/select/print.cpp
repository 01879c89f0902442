// A statement's tree as text, with all parentheses.
#include "sql/select/parser.hpp"

namespace millrace::sql::select {
namespace {

std::string quoted(const std::string& text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

std::string print_step(const Step& step, bool is_first) {
  switch (step.kind) {
    case Step::Kind::index:
      return "[" + std::to_string(step.index) + "]";
    case Step::Kind::members:
      return ".*";
    case Step::Kind::elements:
      return "[*]";
    case Step::Kind::name:
      break;
  }
  return (is_first ? "" : ".") + (step.is_quoted ? quoted(step.name, '"') : step.name);
}

std::string print_path(const Path& path, bool continued) {
  std::string out;
  for (const Step& step : path) out += print_step(step, out.empty() && !continued);
  return out;
}

std::string print(const Expression& expression);

std::string joined(const std::vector<Expression>& parts, std::string_view between,
                   std::size_t from = 0) {
  std::string out;
  for (std::size_t i = from; i < parts.size(); ++i) {
    if (i > from) out += between;
    out += print(parts[i]);
  }
  return out;
}

std::string print_call(const Expression& call) {
  const auto& parts = call.parts;
  if (call.word == "COUNT" && parts.empty()) return "COUNT(*)";
  if (call.word == "EXTRACT") return "EXTRACT(" + call.detail + " FROM " + print(parts[0]) + ")";
  if (call.word == "TRIM") {
    const std::string removed = parts.size() > 1 ? print(parts[1]) + " " : "";
    return "TRIM(" + call.detail + " " + removed + "FROM " + print(parts[0]) + ")";
  }
  const std::string part = call.detail.empty() ? "" : call.detail + ", ";
  return call.word + "(" + part + joined(parts, ", ") + ")";
}

std::string print_cases(const Expression& cases) {
  std::size_t i = 0;
  std::string out = "CASE";
  if (cases.form == Form::cases_of) out += " " + print(cases.parts[i++]);
  for (; i + 1 < cases.parts.size(); i += 2)
    out += " WHEN " + print(cases.parts[i]) + " THEN " + print(cases.parts[i + 1]);
  if (i < cases.parts.size()) out += " ELSE " + print(cases.parts[i]);
  return out + " END";
}

std::string print_test(const Expression& test) {
  const std::string inverted = test.is_negated ? " NOT" : "";
  const std::string value = "(" + print(test.parts[0]);
  if (test.form == Form::is) return value + " IS" + inverted + " " + test.word + ")";
  if (test.form == Form::in) return value + inverted + " IN (" + joined(test.parts, ", ", 1) + "))";
  if (test.form == Form::between)
    return value + inverted + " BETWEEN " + joined(test.parts, " AND ", 1) + ")";
  return value + inverted + " LIKE " + joined(test.parts, " ESCAPE ", 1) + ")";
}

std::string print(const Expression& expression) {
  switch (expression.form) {
    case Form::null:
      return "NULL";
    case Form::missing:
      return "MISSING";
    case Form::truth:
    case Form::number:
      return expression.word;
    case Form::text:
      return quoted(expression.word, '\'');
    case Form::instant:
      return quoted(expression.word, '`');
    case Form::path:
      return print_path(expression.path, false);
    case Form::unary:
      return "(" + expression.word + " " + print(expression.parts[0]) + ")";
    case Form::binary:
      return "(" + joined(expression.parts, " " + expression.word + " ") + ")";
    case Form::all:
      return "(" + joined(expression.parts, " AND ") + ")";
    case Form::any:
      return "(" + joined(expression.parts, " OR ") + ")";
    case Form::call:
      return print_call(expression);
    case Form::cast:
      return "CAST(" + print(expression.parts[0]) + " AS " + expression.word + ")";
    case Form::cases:
    case Form::cases_of:
      return print_cases(expression);
    default:
      return print_test(expression);
  }
}

}  // namespace

std::string print(const Statement& statement) {
  std::string out = "SELECT ";
  for (const Item& item : statement.items) {
    if (out.size() > 7) out += ", ";
    out += print(item.expression);
    if (item.alias) out += " AS " + quoted(*item.alias, '"');
  }
  if (statement.items.empty()) out += "*";
  out += " FROM S3Object";
  if (statement.has_elements) out += "[*]" + print_path(statement.from, true);
  if (statement.alias) out += " AS " + quoted(*statement.alias, '"');
  if (statement.where) out += " WHERE " + print(*statement.where);
  if (statement.limit) out += " LIMIT " + std::to_string(*statement.limit);
  return out;
}

}  // namespace millrace::sql::select
