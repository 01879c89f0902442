#include "sql/select/writer.hpp"

#include "sql/select/error.hpp"
#include "sql/select/expression_writer.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace millrace::sql::select {
namespace {

bool is_aggregate(const Expression& expression) {
  constexpr std::array names = {"COUNT", "SUM", "AVG", "MIN", "MAX"};
  return expression.form == Form::call && std::ranges::find(names, expression.word) != names.end();
}

bool has_aggregate(const Expression& expression) {
  return is_aggregate(expression) || std::ranges::any_of(expression.parts, has_aggregate);
}

// A path beside an aggregate would need GROUP BY.
bool has_bare_path(const Expression& expression) {
  if (is_aggregate(expression)) return false;
  return expression.form == Form::path || std::ranges::any_of(expression.parts, has_bare_path);
}

bool nests_aggregates(const Expression& expression) {
  const bool here =
      is_aggregate(expression) && std::ranges::any_of(expression.parts, has_aggregate);
  return here || std::ranges::any_of(expression.parts, nests_aggregates);
}

void check_aggregates(const Statement& statement) {
  if (statement.where && has_aggregate(*statement.where))
    throw SelectError("UnsupportedSqlStructure", "an aggregate in WHERE");
  const auto expressions = [](const Item& item) -> const Expression& { return item.expression; };
  if (std::ranges::any_of(statement.items, nests_aggregates, expressions))
    throw SelectError("UnsupportedSqlStructure", "an aggregate inside of an aggregate");
  if (std::ranges::any_of(statement.items, has_aggregate, expressions) &&
      std::ranges::any_of(statement.items, has_bare_path, expressions))
    throw SelectError("UnsupportedSqlStructure", "an aggregate beside a column");
}

std::string name_of(const Item& item, std::size_t position) {
  if (item.alias) return *item.alias;
  const Path& path = item.expression.path;
  if (!path.empty() && path.back().kind == Step::Kind::name) return path.back().name;
  return "_" + std::to_string(position);
}

std::vector<Column> columns_of(const Statement& statement, ExpressionWriter& writer, Input& input) {
  if (statement.items.empty()) return input.everything();
  std::vector<Column> columns;
  for (const Item& item : statement.items) {
    Written written = writer.write(item.expression);
    if (written.kind == Written::Kind::truth) written = {.sql = as_value(written)};
    columns.push_back({.name = name_of(item, columns.size() + 1), .written = std::move(written)});
  }
  return columns;
}

}  // namespace

Query write(const Statement& statement, Input& input, Engine& engine, const Request& request) {
  const bool is_json =
      request.format == Format::json_lines || request.format == Format::json_document;
  if (!is_json && !statement.from.empty())
    throw SelectError("InvalidKeyPath", "a path in FROM is for JSON");
  check_aggregates(statement);
  ExpressionWriter writer(statement, input, {.is_json = is_json, .now = request.now});
  Query query{.columns = columns_of(statement, writer, input)};
  const std::string where = statement.where ? writer.condition(*statement.where) : "";
  query.field_names = input.field_names();
  std::string list;
  for (const Column& column : query.columns)
    list += (list.empty() ? "" : ", ") + column.written.sql;
  query.sql = "SELECT " + list + " FROM " + input.table(engine);
  if (!where.empty()) query.sql += " WHERE " + where;
  if (statement.limit) query.sql += " LIMIT " + std::to_string(*statement.limit);
  return query;
}

}  // namespace millrace::sql::select
