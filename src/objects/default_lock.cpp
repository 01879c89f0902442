#include "objects/default_lock.hpp"

#include "base/json.hpp"

#include <chrono>

namespace millrace::objects {

namespace {

constexpr int days_a_year = 365;

}  // namespace

std::optional<DefaultRetention> default_retention(const Bucket& bucket) {
  const std::string_view setting = bucket.setting("lock");
  if (setting.empty()) return std::nullopt;
  const base::Value document = base::parse_json(setting);
  const base::Value* rule = document.find("Rule");
  if (rule == nullptr) return std::nullopt;
  const base::Value& retention = *rule->find("DefaultRetention");
  const base::Value* days = retention.find("Days");
  return DefaultRetention{
      .mode = retention.find("Mode")->text(),
      .days = days != nullptr ? days->integer() : retention.find("Years")->integer() * days_a_year};
}

void apply_default(const Bucket& bucket, base::Timestamp now, Lock& lock) {
  if (!lock.mode.empty()) return;
  const auto rule = default_retention(bucket);
  if (!rule) return;
  lock.mode = rule->mode;
  lock.until = std::chrono::floor<std::chrono::seconds>(now) + std::chrono::hours(24 * rule->days);
}

}  // namespace millrace::objects
