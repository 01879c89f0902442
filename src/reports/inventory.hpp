// Inventories: what a configuration asks for, and of each version of an object the fields that a
// list has.
#pragma once

#include "base/value.hpp"
#include "objects/lifecycle.hpp"
#include "objects/object_store.hpp"
#include "reports/destination.hpp"
#include "reports/schedule.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace millrace::reports {

// The kind of a bucket's settings that holds configurations, JSON of the request's members.
constexpr std::string_view inventory_setting = "inventory";

struct Inventory {
  std::string id;
  bool is_enabled = false;
  bool all_versions = false;
  Frequency frequency = Frequency::daily;
  std::string prefix;
  std::string format;               // CSV, Parquet or ORC
  std::vector<std::string> fields;  // the optional ones, by AWS's names
  Destination to;
};
[[nodiscard]] Inventory parse_inventory(std::string_view document);

// What fields are worked out from beside the version itself.
struct Surroundings {
  const objects::Bucket& bucket;
  std::vector<objects::LifecycleRule> lifecycle;
  base::Timestamp now;
};

enum class CellType { text, whole, flag, time };

struct Field {
  std::string_view name;    // as configurations and lists in CSV have it
  std::string_view column;  // in Parquet and ORC
  CellType type = CellType::text;
  enum class When { always, all_versions, asked } when = When::asked;
  // Null where the version has none.
  base::Value (*value)(const objects::ListedVersion& version, const Surroundings& around);
  bool required = false;
};

// In the order in which lists have them.
[[nodiscard]] std::vector<const Field*> fields_of(const Inventory& inventory);
[[nodiscard]] bool is_inventory_field(std::string_view name);
// As the manifest tells what the lists hold.
[[nodiscard]] std::string schema_text(const std::vector<const Field*>& fields,
                                      std::string_view format);

}  // namespace millrace::reports
