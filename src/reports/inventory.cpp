#include "reports/inventory.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace millrace::reports {

namespace {

std::string_view orc_type(CellType type) {
  switch (type) {
    case CellType::whole:
      return "bigint";
    case CellType::flag:
      return "boolean";
    case CellType::time:
      return "timestamp";
    case CellType::text:
      break;
  }
  return "string";
}

std::string parquet_column(const Field& field) {
  const std::string column(field.column);
  const std::string begin = field.required ? "required " : "optional ";
  switch (field.type) {
    case CellType::whole:
      return begin + "int64 " + column;
    case CellType::flag:
      return begin + "boolean " + column;
    case CellType::time:
      return begin + "int64 " + column + " (TIMESTAMP_MILLIS)";
    case CellType::text:
      break;
  }
  return begin + "binary " + column + " (UTF8)";
}

}  // namespace

Inventory parse_inventory(std::string_view document) {
  const base::Value parsed = base::parse_json(document);
  const base::Value& to = *parsed.find("Destination")->find("S3BucketDestination");
  const bool is_weekly = parsed.find("Schedule")->find("Frequency")->text() == "Weekly";
  Inventory inventory{
      .id = parsed.find("Id")->text(),
      .is_enabled = parsed.find("IsEnabled")->flag(),
      .all_versions = parsed.find("IncludedObjectVersions")->text() == "All",
      .frequency = is_weekly ? Frequency::weekly : Frequency::daily,
      .prefix = {},
      .format = to.find("Format")->text(),
      .fields = {},
      .to = destination_of(to),
  };
  if (const base::Value* filter = parsed.find("Filter"))
    inventory.prefix = filter->find("Prefix")->text();
  if (const base::Value* asked = parsed.find("OptionalFields")) {
    for (const base::Value& field : asked->list()) inventory.fields.push_back(field.text());
  }
  return inventory;
}

std::string schema_text(const std::vector<const Field*>& fields, std::string_view format) {
  std::vector<std::string> parts;
  for (const Field* field : fields) {
    if (format == "CSV") {
      parts.emplace_back(field->name);
    } else if (format == "ORC") {
      parts.push_back(std::string(field->column) + ":" + std::string(orc_type(field->type)));
    } else {
      parts.push_back(parquet_column(*field));
    }
  }
  if (format == "CSV") return base::join(parts, ", ");
  if (format == "ORC") return "struct<" + base::join(parts, ",") + ">";
  return "message s3.inventory { " + base::join(parts, "; ") + "; }";
}

}  // namespace millrace::reports
