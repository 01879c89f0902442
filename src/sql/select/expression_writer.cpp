#include "sql/select/expression_writer.hpp"

#include "base/text.hpp"
#include "sql/select/error.hpp"
#include "sql/select/number.hpp"
#include "sql/select/timestamp.hpp"
#include "sql/select/value.hpp"

#include <algorithm>
#include <utility>

namespace millrace::sql::select {
namespace {

using Kind = Written::Kind;

// The engine tries every place for each run of a pattern: few are fast, many would never end.
constexpr int simple_runs = 3;

Written truth(std::string sql) { return {.sql = std::move(sql), .kind = Kind::truth}; }
Written value_of(std::string sql) { return {.sql = std::move(sql)}; }
Written literal_value(std::string_view tagged_text) { return value_of(literal(tagged_text)); }

Written inverted(bool is_inverted, std::string sql) {
  return truth(is_inverted ? "(NOT " + sql + ")" : std::move(sql));
}

std::string as_text(const Written& written, std::string_view code) {
  if (written.kind == Kind::text) return written.sql;
  return "s3_text(" + as_value(written) + ", " + literal(code) + ")";
}

std::string as_condition(const Written& written) {
  if (written.kind == Kind::truth) return written.sql;
  return "s3_true(" + as_value(written) + ")";
}

Written number(const std::string& text) {
  const bool has_exponent = text.find_first_of("eE") != std::string::npos;
  auto parsed = has_exponent ? parse_real(text) : parse_integer(text);
  if (!parsed && !has_exponent) parsed = parse_decimal(text);
  if (!parsed) throw SelectError("NumberFormatError", text.substr(0, 100));
  return literal_value(to_value(*parsed));
}

Written instant(const std::string& text) {
  const auto parsed = parse_timestamp(text);
  if (!parsed) throw SelectError("LexerInvalidIONLiteral", text.substr(0, 100));
  return literal_value(tagged(tag::instant, to_text(*parsed)));
}

// Whether its evaluation may end the query.
bool can_fail(const Expression& expression) {
  switch (expression.form) {
    case Form::cast:
    case Form::call:
    case Form::unary:
    case Form::like:
      return true;
    case Form::binary:
      if (std::string_view("+-*/%").find(expression.word) != std::string_view::npos) return true;
      break;
    default:
      break;
  }
  return std::ranges::any_of(expression.parts, can_fail);
}

bool all_texts(const std::vector<Written>& parts) {
  return std::ranges::all_of(parts, [](const Written& part) { return part.kind == Kind::text; });
}

}  // namespace

std::string as_value(const Written& written) {
  if (written.kind == Kind::text) return "('s' || " + written.sql + ")";
  if (written.kind == Kind::truth) return "s3_flag(CAST(" + written.sql + " AS VARCHAR))";
  return written.sql;
}

std::string ExpressionWriter::value(const Expression& expression) {
  return as_value(write(expression));
}

std::string ExpressionWriter::condition(const Expression& expression) {
  return as_condition(write(expression));
}

Written ExpressionWriter::write(const Expression& expression) {
  Written written = write_any(expression);
  if (written.sql.size() > written_limit) throw SelectError("MaxOperatorsExceeded");
  return written;
}

Written ExpressionWriter::write_any(const Expression& expression) {
  switch (expression.form) {
    case Form::null:
      return literal_value(tagged(tag::null));
    case Form::missing:
      return value_of("CAST(NULL AS VARCHAR)");
    case Form::truth:
      return truth(expression.word);
    case Form::number:
      return number(expression.word);
    case Form::text:
      return {.sql = literal(expression.word), .kind = Kind::text};
    case Form::instant:
      return instant(expression.word);
    case Form::path:
      return path(expression.path);
    case Form::unary:
      return unary(expression);
    case Form::binary:
      return binary(expression);
    case Form::all:
    case Form::any:
      return chain(expression);
    case Form::between:
      return between(expression);
    case Form::in:
      return in(expression);
    case Form::like:
      return like(expression);
    case Form::is:
      return is(expression);
    case Form::cast:
      return value_of("s3_cast(" + value(expression.parts[0]) + ", " + literal(expression.word) +
                      ")");
    case Form::cases:
    case Form::cases_of:
      return cases(expression);
    case Form::call:
      break;
  }
  return call(expression);
}

// The alias; without one the table, or what the path in FROM ends with.
bool ExpressionWriter::is_row_name(const Step& step) const {
  const auto is_named = [&](std::string_view name) {
    return step.is_quoted ? step.name == name : base::equal_ignoring_case(step.name, name);
  };
  if (statement_.alias) return is_named(*statement_.alias);
  if (statement_.from.empty()) return is_named("S3Object") || (context_.is_json && is_named("_1"));
  const Step& last = statement_.from.back();
  return is_named(last.kind == Step::Kind::name ? last.name : "_1");
}

Written ExpressionWriter::path(const Path& path) {
  const bool names_row = is_row_name(path.front());
  const Path rest(path.begin() + (names_row ? 1 : 0), path.end());
  if (rest.empty() && !context_.is_json)
    throw SelectError("InvalidKeyPath", path.front().name + " is the whole row");
  return input_.column(rest);
}

Written ExpressionWriter::unary(const Expression& expression) {
  const Expression& operand = expression.parts[0];
  if (expression.word == "NOT") return truth("(NOT " + condition(operand) + ")");
  if (expression.word == "-") return value_of("s3_negate(" + value(operand) + ")");
  return value_of("s3_compute('+', 'i0', " + value(operand) + ")");
}

Written ExpressionWriter::compared(std::string_view symbol, const Written& a, const Written& b) {
  if (a.kind == Kind::text && b.kind == Kind::text)
    return truth("(" + a.sql + " " + std::string(symbol) + " " + b.sql + ")");
  const std::string left = as_value(a);
  const std::string right = as_value(b);
  if (symbol == "=") return truth("s3_eq(" + left + ", " + right + ")");
  if (symbol == "<>") return truth("(NOT s3_eq(" + left + ", " + right + "))");
  const bool is_less = symbol.front() == '<';
  const std::string function = symbol.size() == 1 ? "s3_lt(" : "s3_le(";
  return truth(function + (is_less ? left : right) + ", " + (is_less ? right : left) + ")");
}

Written ExpressionWriter::binary(const Expression& expression) {
  const Written left = write(expression.parts[0]);
  const Written right = write(expression.parts[1]);
  if (std::string_view("+-*/%").find(expression.word) == std::string_view::npos)
    return compared(expression.word, left, right);
  return value_of("s3_compute(" + literal(expression.word) + ", " + as_value(left) + ", " +
                  as_value(right) + ")");
}

// What stands first is decided first, so that it can keep the rest from failing: the engine itself
// evaluates in any order.
Written ExpressionWriter::chain(const Expression& expression) {
  const bool is_all = expression.form == Form::all;
  const std::string word = is_all ? " AND " : " OR ";
  std::string out = condition(expression.parts.back());
  bool rest_can_fail = can_fail(expression.parts.back());
  for (std::size_t i = expression.parts.size() - 1; i-- > 0;) {
    const std::string first = condition(expression.parts[i]);
    const std::string both = "(" + first + word + out + ")";
    const std::string decided =
        is_all ? "(" + first + ") IS FALSE THEN false" : first + " THEN true";
    out = rest_can_fail ? "CASE WHEN " + decided + " ELSE " + both + " END" : both;
    rest_can_fail = rest_can_fail || can_fail(expression.parts[i]);
    if (out.size() > written_limit) throw SelectError("MaxOperatorsExceeded");
  }
  return truth("(" + out + ")");
}

Written ExpressionWriter::between(const Expression& expression) {
  const Written middle = write(expression.parts[0]);
  const Written low = compared("<=", write(expression.parts[1]), middle);
  const Written high = compared("<=", middle, write(expression.parts[2]));
  return inverted(expression.is_negated, "(" + low.sql + " AND " + high.sql + ")");
}

Written ExpressionWriter::in(const Expression& expression) {
  std::vector<Written> parts;
  for (const Expression& part : expression.parts) parts.push_back(write(part));
  std::string list;
  const bool is_plain = all_texts(parts);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    list += i == 1 ? "" : is_plain ? ", " : " OR ";
    list += is_plain ? parts[i].sql : compared("=", parts[0], parts[i]).sql;
    if (list.size() > written_limit) throw SelectError("MaxOperatorsExceeded");
  }
  return inverted(expression.is_negated,
                  is_plain ? "(" + parts[0].sql + " IN (" + list + "))" : "(" + list + ")");
}

Written ExpressionWriter::like(const Expression& expression) {
  std::vector<std::string> texts;
  for (const Expression& part : expression.parts)
    texts.push_back(as_text(write(part), "LikeInvalidInputs"));
  const Expression& pattern = expression.parts[1];
  const bool is_simple = texts.size() == 2 && pattern.form == Form::text &&
                         std::ranges::count(pattern.word, '%') <= simple_runs;
  if (is_simple) return inverted(expression.is_negated, "(" + texts[0] + " LIKE " + texts[1] + ")");
  if (texts.size() == 2) texts.emplace_back("''");
  return inverted(expression.is_negated, "s3_like(" + base::join(texts, ", ") + ")");
}

Written ExpressionWriter::is(const Expression& expression) {
  const Expression& operand = expression.parts[0];
  const bool can_be_missing = operand.form == Form::path || operand.form == Form::missing;
  if (expression.word == "MISSING" && !can_be_missing)
    throw SelectError("ParseUnsupportedSyntax", "IS MISSING is for a path");
  const Written written = write(operand);
  std::string test = "(" + written.sql + " IS NULL";
  if (expression.word == "NULL" && written.kind == Kind::value)
    test += " OR " + written.sql + " = 'n'";
  return inverted(expression.is_negated, test + ")");
}

Written ExpressionWriter::cases(const Expression& expression) {
  const bool has_subject = expression.form == Form::cases_of;
  const Written subject = has_subject ? write(expression.parts[0]) : Written();
  std::string out = "CASE";
  std::size_t i = has_subject ? 1 : 0;
  for (; i + 1 < expression.parts.size(); i += 2) {
    out += " WHEN " + (has_subject ? compared("=", subject, write(expression.parts[i])).sql
                                   : condition(expression.parts[i]));
    out += " THEN " + value(expression.parts[i + 1]);
    if (out.size() > written_limit) throw SelectError("MaxOperatorsExceeded");
  }
  const std::string otherwise = i < expression.parts.size() ? value(expression.parts[i]) : "'n'";
  return value_of("(" + out + " ELSE " + otherwise + " END)");
}

}  // namespace millrace::sql::select
