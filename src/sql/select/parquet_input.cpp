// Parquet as a table: the engine reads the file, each column that is asked for becomes a value.
#include "base/text.hpp"
#include "sql/select/error.hpp"
#include "sql/select/input.hpp"
#include "sql/select/json_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace millrace::sql::select {
namespace {

struct SchemaColumn {
  std::string name;
  std::string type;  // the engine's
};

bool begins_with_any(std::string_view type, std::span<const std::string_view> beginnings) {
  return std::ranges::any_of(beginnings,
                             [&](std::string_view begin) { return type.starts_with(begin); });
}

std::string tag_of(const SchemaColumn& column, const std::string& sql) {
  using Names = std::array<std::string_view, 7>;
  constexpr Names integers = {"TINYINT",  "SMALLINT",  "INTEGER", "BIGINT",
                              "UTINYINT", "USMALLINT", "UINTEGER"};
  constexpr std::array<std::string_view, 3> decimals = {"UBIGINT", "HUGEINT", "DECIMAL"};
  constexpr std::array<std::string_view, 2> reals = {"FLOAT", "DOUBLE"};
  constexpr std::array<std::string_view, 3> texts = {"VARCHAR", "ENUM", "UUID"};
  constexpr std::array<std::string_view, 2> objects = {"STRUCT", "MAP"};
  const std::string_view type = column.type;
  if (type.ends_with("]")) return "'l' || to_json(" + sql + ")";
  if (begins_with_any(type, objects)) return "'o' || to_json(" + sql + ")";
  if (type == "BOOLEAN") return "CASE WHEN " + sql + " THEN 't' WHEN NOT " + sql + " THEN 'f' END";
  if (begins_with_any(type, integers)) return "'i' || " + sql;
  if (begins_with_any(type, decimals)) return "'d' || " + sql;
  if (begins_with_any(type, reals)) return "'r' || " + sql;
  if (begins_with_any(type, texts)) return "'s' || " + sql;
  if (type == "DATE") return "'w' || strftime(" + sql + ", '%Y-%m-%d')";
  if (type.starts_with("TIMESTAMP")) {
    const std::string utc =
        type == "TIMESTAMP WITH TIME ZONE" ? "timezone('UTC', " + sql + ")" : sql;
    return "'w' || strftime(" + utc + ", '%Y-%m-%dT%H:%M:%S.%fZ')";
  }
  throw SelectError("UnsupportedParquetType", column.name);
}

class ParquetTable final : public Input {
 public:
  ParquetTable(Engine& engine, const std::string& file, const Request& request)
      : file_(literal(file)), range_(request.range) {
    check_types(engine);
    engine.query("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + rows() + ")",
                 [&](std::span<const Text> row) {
                   schema_.push_back({std::string(*row[0]), std::string(*row[1])});
                   return true;
                 });
    if (range_) choose_rows(engine);
  }

  Written column(const Path& path) override {
    const SchemaColumn& column = find(path.empty() ? Step{} : path.front());
    std::string sql = value_of(column);
    if (path.size() > 1) {
      const std::string steps = encode_steps(std::span(path).subspan(1));
      sql = "s3_step(" + sql + ", " + literal(steps) + ")";
    }
    return {.sql = std::move(sql)};
  }

  std::vector<Column> everything() override {
    std::vector<Column> columns;
    for (const SchemaColumn& column : schema_)
      columns.push_back({.name = column.name, .written = Written{.sql = value_of(column)}});
    return columns;
  }

  std::string table(Engine&) override {
    if (!range_) return rows();
    return "(SELECT * FROM " + rows() + " WHERE " + chosen_ + ")";
  }

 private:
  [[nodiscard]] std::string rows() const {
    const std::string numbered = range_ ? ", file_row_number = true" : "";
    return "read_parquet(" + file_ + ", binary_as_string = true" + numbered + ")";
  }

  [[nodiscard]] static std::string value_of(const SchemaColumn& column) {
    return "coalesce(" + tag_of(column, identifier(column.name)) + ", 'n')";
  }

  [[nodiscard]] const SchemaColumn& find(const Step& step) const {
    const auto named = [&](const SchemaColumn& column) {
      return step.is_quoted ? column.name == step.name
                            : base::equal_ignoring_case(column.name, step.name);
    };
    const auto found = std::ranges::find_if(schema_, named);
    if (found == schema_.end()) throw SelectError("EvaluatorBindingDoesNotExist", step.name);
    if (std::find_if(found + 1, schema_.end(), named) != schema_.end())
      throw SelectError("AmbiguousFieldName", step.name);
    return *found;
  }

  void check_types(Engine& engine) const {
    engine.query("SELECT name FROM parquet_schema(" + file_ + ") WHERE type = 'INT96'",
                 [](std::span<const Text> row) -> bool {
                   throw SelectError("UnsupportedParquetType", *row[0]);
                 });
    engine.query("SELECT DISTINCT compression FROM parquet_metadata(" + file_ +
                     ") WHERE compression NOT IN ('UNCOMPRESSED', 'SNAPPY', 'GZIP')",
                 [](std::span<const Text> row) -> bool {
                   throw SelectError("ParquetUnsupportedCompressionCodec", *row[0]);
                 });
  }

  // The rows of the groups that begin in the range.
  void choose_rows(Engine& engine) {
    std::erase_if(schema_, [](const auto& column) { return column.name == "file_row_number"; });
    std::int64_t first = 0;
    chosen_ = "false";
    const std::string groups =
        "SELECT CAST(max(row_group_num_rows) AS VARCHAR), CAST(min(CASE WHEN "
        "dictionary_page_offset > 0 THEN least(dictionary_page_offset, data_page_offset) ELSE "
        "data_page_offset END) AS VARCHAR) FROM parquet_metadata(" +
        file_ + ") GROUP BY row_group_id ORDER BY row_group_id";
    engine.query(groups, [&](std::span<const Text> row) {
      const std::int64_t rows = base::to_integer(row[0].value_or("")).value_or(0);
      const auto offset =
          static_cast<std::uint64_t>(base::to_integer(row[1].value_or("")).value_or(0));
      if (offset >= range_->start && offset <= range_->end) {
        chosen_ += " OR file_row_number BETWEEN " + std::to_string(first) + " AND " +
                   std::to_string(first + rows - 1);
      }
      first += rows;
      return true;
    });
  }

  std::string file_;  // a literal
  std::optional<ScanRange> range_;
  std::vector<SchemaColumn> schema_;
  std::string chosen_;
};

}  // namespace

std::unique_ptr<Input> make_parquet_input(Engine& engine, const std::string& file,
                                          const Request& request) {
  return std::make_unique<ParquetTable>(engine, file, request);
}

}  // namespace millrace::sql::select
