// Calls of functions, as the engine's.
#include "base/text.hpp"
#include "sql/select/error.hpp"
#include "sql/select/expression_writer.hpp"
#include "sql/select/value.hpp"

#include <utility>

namespace millrace::sql::select {
namespace {

constexpr std::string_view wrong_type = "IncorrectSqlFunctionArgumentType";

Written value_of(std::string sql) { return {.sql = std::move(sql)}; }

}  // namespace

// Null and missing values stay what they are.
Written ExpressionWriter::of_text(const Expression& argument,
                                  const std::function<std::string(const std::string&)>& make) {
  const Written written = write(argument);
  if (written.kind == Written::Kind::text)
    return {.sql = make(written.sql), .kind = Written::Kind::text};
  const std::string whole = as_value(written);
  const std::string text = "s3_text(" + whole + ", " + literal(wrong_type) + ")";
  return value_of("coalesce('s' || " + make(text) + ", " + whole + ")");
}

Written ExpressionWriter::coalesced(const Expression& expression) {
  std::string list;
  for (const Expression& part : expression.parts) list += "nullif(" + value(part) + ", 'n'), ";
  return value_of("coalesce(" + list + "'n')");
}

Written ExpressionWriter::date_call(const Expression& expression) {
  std::string list = literal(expression.detail);
  for (const Expression& part : expression.parts) list += ", " + value(part);
  return value_of("s3_" + base::lower(expression.word) + "(" + list + ")");
}

Written ExpressionWriter::call(const Expression& expression) {
  const std::string& name = expression.word;
  const auto& parts = expression.parts;
  if (name == "COUNT") {
    const std::string counted = parts.empty() ? "*" : "nullif(" + value(parts[0]) + ", 'n')";
    return value_of("('i' || count(" + counted + "))");
  }
  if (name == "SUM" || name == "AVG" || name == "MIN" || name == "MAX")
    return value_of("s3_" + base::lower(name) + "(" + value(parts[0]) + ")");
  if (name == "COALESCE") return coalesced(expression);
  if (name == "NULLIF")
    return value_of("s3_nullif(" + value(parts[0]) + ", " + value(parts[1]) + ")");
  if (name == "LOWER" || name == "UPPER") {
    return of_text(parts[0],
                   [&](const std::string& text) { return base::lower(name) + "(" + text + ")"; });
  }
  if (name == "CHAR_LENGTH") {
    const Written written = write(parts[0]);
    const std::string whole = as_value(written);
    const std::string text = written.kind == Written::Kind::text
                                 ? written.sql
                                 : "s3_text(" + whole + ", " + literal(wrong_type) + ")";
    return value_of("coalesce('i' || length(" + text + "), " + whole + ")");
  }
  if (name == "SUBSTRING") {
    std::string numbers = value(parts[1]);
    if (parts.size() > 2) numbers += ", " + value(parts[2]);
    const std::string function = parts.size() > 2 ? "s3_part(" : "s3_substring(";
    return of_text(parts[0],
                   [&](const std::string& text) { return function + text + ", " + numbers + ")"; });
  }
  if (name == "TRIM") {
    const Written removed =
        parts.size() > 1 ? write(parts[1]) : Written{.sql = "' '", .kind = Written::Kind::text};
    const std::string characters =
        removed.kind == Written::Kind::text
            ? removed.sql
            : "s3_text(" + as_value(removed) + ", " + literal(wrong_type) + ")";
    return of_text(parts[0], [&](const std::string& text) {
      return "s3_trim(" + text + ", " + literal(expression.detail) + ", " + characters + ")";
    });
  }
  if (name == "UTCNOW") return value_of(literal(tagged(tag::instant, context_.now)));
  if (name == "TO_TIMESTAMP") return value_of("s3_to_timestamp(" + value(parts[0]) + ")");
  if (name == "TO_STRING")
    return value_of("s3_to_string(" + value(parts[0]) + ", " + value(parts[1]) + ")");
  return date_call(expression);
}

}  // namespace millrace::sql::select
