#include "sql/select/functions.hpp"

#include "base/text.hpp"
#include "sql/select/error.hpp"
#include "sql/select/json_text.hpp"
#include "sql/select/number.hpp"
#include "sql/select/timestamp.hpp"
#include "sql/select/value.hpp"

namespace millrace::sql::select {
namespace {

using Row = std::span<const Text>;

Number operand(std::string_view value) {
  const auto number = number_of(value);
  if (!number) throw SelectError("InvalidDataType", "a number is expected; CAST makes one");
  return *number;
}

Timestamp timestamp_in(std::string_view value) {
  const auto timestamp =
      value.front() == tag::instant ? parse_timestamp(payload(value)) : std::nullopt;
  if (!timestamp) throw SelectError("IncorrectSqlFunctionArgumentType", "a timestamp is expected");
  return *timestamp;
}

std::int64_t count_in(std::string_view value) {
  const auto number = number_of(value);
  const auto whole = number ? truncated(*number) : std::nullopt;
  if (!whole) throw SelectError("IncorrectSqlFunctionArgumentType", "an integer is expected");
  return *whole;
}

// MISSING if one is, else null if one is.
std::optional<OwnText> absent(const Text& a, const Text& b) {
  if (!a || !b) return OwnText();
  if (is_null(a) || is_null(b)) return OwnText(tagged(tag::null));
  return std::nullopt;
}

OwnText flag(Row row) {
  if (!row[0]) return tagged(tag::null);
  return tagged(*row[0] == "true" ? tag::yes : tag::no);
}

// The text of a value for a function of texts; the second argument is the code of a refusal.
OwnText text_of(Row row) {
  if (is_null(row[0])) return std::nullopt;
  if (row[0]->front() != tag::text) throw SelectError(*row[1], "a string is expected");
  return std::string(payload(*row[0]));
}

OwnText nullif(Row row) {
  if (is_null(row[0]) || compare(row[0], row[1]) == 0) return tagged(tag::null);
  return std::string(*row[0]);
}

OwnText negated(Row row) {
  if (is_null(row[0])) return row[0] ? OwnText(tagged(tag::null)) : std::nullopt;
  return to_value(negate(operand(*row[0])));
}

OwnText step(Row row) {
  if (is_null(row[0])) return std::nullopt;
  const char type = row[0]->front();
  if (type != tag::object && type != tag::list) return std::nullopt;
  const auto found = follow(payload(*row[0]), decode_steps(*row[1]));
  return found ? OwnText(tagged_json(*found)) : std::nullopt;
}

OwnText substring_of(Row row) {
  const bool has_length = row.size() > 2;
  if (!row[0] || is_null(row[1]) || (has_length && is_null(row[2]))) return std::nullopt;
  const std::optional<std::int64_t> length =
      has_length ? std::optional(count_in(*row[2])) : std::nullopt;
  return substring(*row[0], count_in(*row[1]), length);
}

OwnText trimmed(Row row) {
  if (!row[0] || !row[2]) return std::nullopt;
  return trim(*row[0], *row[1], *row[2]);
}

OwnText date_added(Row row) {
  if (auto none = absent(row[1], row[2])) return *none;
  const Timestamp sum = add(timestamp_in(*row[2]), date_part(*row[0]), count_in(*row[1]));
  return tagged(tag::instant, to_text(sum));
}

OwnText date_difference(Row row) {
  if (auto none = absent(row[1], row[2])) return *none;
  const auto count = difference(timestamp_in(*row[1]), timestamp_in(*row[2]), date_part(*row[0]));
  return to_value(integer(count));
}

OwnText extracted(Row row) {
  if (auto none = absent(row[1], row[1])) return *none;
  return extract(timestamp_in(*row[1]), date_part(*row[0]));
}

OwnText formatted(Row row) {
  if (auto none = absent(row[0], row[1])) return *none;
  if (row[1]->front() != tag::text)
    throw SelectError("IncorrectSqlFunctionArgumentType", "a pattern is expected");
  return tagged(tag::text, format(timestamp_in(*row[0]), payload(*row[1])));
}

OwnText to_timestamp(Row row) {
  if (auto none = absent(row[0], row[0])) return *none;
  if (row[0]->front() != tag::text)
    throw SelectError("IncorrectSqlFunctionArgumentType", "a string is expected");
  const auto timestamp = parse_timestamp(payload(*row[0]));
  if (!timestamp) throw SelectError("ValueParseFailure");
  return tagged(tag::instant, to_text(*timestamp));
}

std::optional<bool> is_true(Row row) {
  if (is_null(row[0])) return std::nullopt;
  if (row[0]->front() != tag::yes && row[0]->front() != tag::no)
    throw SelectError("InvalidDataType", "a condition is expected");
  return row[0]->front() == tag::yes;
}

std::optional<bool> is_equal(Row row) {
  const auto order = compare(row[0], row[1]);
  return order ? std::optional(*order == 0) : std::nullopt;
}

// Values of different kinds have no order.
std::optional<bool> is_less(Row row) {
  const auto order = compare(row[0], row[1]);
  return order && *order != unlike ? std::optional(*order < 0) : std::nullopt;
}

std::optional<bool> is_at_most(Row row) {
  const auto order = compare(row[0], row[1]);
  return order && *order != unlike ? std::optional(*order <= 0) : std::nullopt;
}

std::optional<bool> is_like(Row row) {
  if (!row[0] || !row[1] || !row[2]) return std::nullopt;
  return like(*row[0], *row[1], *row[2]);
}

template <class Ordering>
int sign(Ordering order) {
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

OwnText cast_text(std::string_view value) {
  if (value.front() == tag::yes || value.front() == tag::no)
    return tagged(tag::text, value.front() == tag::yes ? "true" : "false");
  return tagged(tag::text, payload(value));
}

std::optional<Number> as_integer(std::string_view value) {
  if (value.front() == tag::yes || value.front() == tag::no)
    return integer(value.front() == tag::yes ? 1 : 0);
  if (value.front() == tag::text) return parse_integer(base::trim(payload(value)));
  const auto number = number_of(value);
  const auto whole = number ? truncated(*number) : std::nullopt;
  return whole ? std::optional(integer(*whole)) : std::nullopt;
}

std::optional<Number> as_decimal(std::string_view value) {
  if (value.front() == tag::text) return parse_decimal(base::trim(payload(value)));
  auto number = number_of(value);
  if (number && number->kind == Number::Kind::real)
    return parse_decimal(payload(to_value(*number)));
  if (number) number->kind = Number::Kind::decimal;
  return number;
}

std::optional<Number> as_float(std::string_view value) {
  if (value.front() == tag::text) return parse_real(base::trim(payload(value)));
  const auto number = number_of(value);
  return number ? std::optional(real(as_real(*number))) : std::nullopt;
}

OwnText cast_truth(std::string_view value) {
  if (value.front() == tag::yes || value.front() == tag::no) return std::string(value);
  if (value.front() == tag::text) {
    const std::string word = base::lower(base::trim(payload(value)));
    if (word == "true") return tagged(tag::yes);
    if (word == "false") return tagged(tag::no);
    return std::nullopt;
  }
  const auto number = number_of(value);
  if (!number) return std::nullopt;
  return tagged(as_real(*number) == 0 ? tag::no : tag::yes);
}

OwnText cast_timestamp(std::string_view value) {
  if (value.front() == tag::instant) return std::string(value);
  if (value.front() != tag::text) return std::nullopt;
  const auto timestamp = parse_timestamp(base::trim(payload(value)));
  return timestamp ? OwnText(tagged(tag::instant, to_text(*timestamp))) : std::nullopt;
}

OwnText written(const std::optional<Number>& number) {
  return number ? OwnText(to_value(*number)) : std::nullopt;
}

OwnText cast_present(std::string_view value, std::string_view type) {
  if (type == "INT") return written(as_integer(value));
  if (type == "DECIMAL") return written(as_decimal(value));
  if (type == "FLOAT") return written(as_float(value));
  if (type == "BOOL") return cast_truth(value);
  if (type == "TIMESTAMP") return cast_timestamp(value);
  return cast_text(value);
}

}  // namespace

OwnText compute(std::string_view operation, const Text& a, const Text& b) {
  if (auto none = absent(a, b)) return *none;
  const Number left = operand(*a);
  const Number right = operand(*b);
  switch (operation.front()) {
    case '+':
      return to_value(add(left, right));
    case '-':
      return to_value(subtract(left, right));
    case '*':
      return to_value(multiply(left, right));
    case '/':
      return to_value(divide(left, right));
    default:
      return to_value(remainder(left, right));
  }
}

OwnText cast(const Text& value, std::string_view type) {
  if (!value) return std::nullopt;
  if (is_null(value)) return tagged(tag::null);
  auto result = cast_present(*value, type);
  if (!result) {
    const std::string shown = base::printable(payload(*value).substr(0, 100));
    throw SelectError("CastFailed", "'" + shown + "' AS " + std::string(type));
  }
  return result;
}

std::optional<int> compare(const Text& a, const Text& b) {
  if (is_null(a) || is_null(b)) return std::nullopt;
  const auto left = number_of(*a);
  const auto right = number_of(*b);
  if (left && right) return sign(compare(*left, *right));
  const auto is_truth = [](const Text& v) {
    return v->front() == tag::yes || v->front() == tag::no;
  };
  if (is_truth(a) && is_truth(b))
    return (a->front() == tag::yes ? 1 : 0) - (b->front() == tag::yes ? 1 : 0);
  if (a->front() != b->front()) return unlike;
  if (a->front() != tag::instant) return sign(payload(*a) <=> payload(*b));
  return sign(compare(timestamp_in(*a), timestamp_in(*b)));
}

void add_functions(Engine& engine) {
  engine.add(TextFunction{"s3_flag", 1, flag});
  engine.add(TextFunction{"s3_text", 2, text_of});
  engine.add(
      TextFunction{"s3_compute", 3, [](Row row) { return compute(*row[0], row[1], row[2]); }});
  engine.add(TextFunction{"s3_negate", 1, negated});
  engine.add(TextFunction{"s3_cast", 2, [](Row row) { return cast(row[0], *row[1]); }});
  engine.add(TextFunction{"s3_nullif", 2, nullif});
  engine.add(TextFunction{"s3_step", 2, step});
  engine.add(TextFunction{"s3_substring", 2, substring_of});
  engine.add(TextFunction{"s3_part", 3, substring_of});
  engine.add(TextFunction{"s3_trim", 3, trimmed});
  engine.add(TextFunction{"s3_date_add", 3, date_added});
  engine.add(TextFunction{"s3_date_diff", 3, date_difference});
  engine.add(TextFunction{"s3_extract", 2, extracted});
  engine.add(TextFunction{"s3_to_string", 2, formatted});
  engine.add(TextFunction{"s3_to_timestamp", 1, to_timestamp});
  engine.add(TruthFunction{"s3_true", 1, is_true});
  engine.add(TruthFunction{"s3_eq", 2, is_equal});
  engine.add(TruthFunction{"s3_lt", 2, is_less});
  engine.add(TruthFunction{"s3_le", 2, is_at_most});
  engine.add(TruthFunction{"s3_like", 3, is_like});
  add_aggregates(engine);
}

}  // namespace millrace::sql::select
