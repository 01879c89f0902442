// One round through the configurations of a kind of all buckets: what is due is delivered.
#pragma once

#include "base/time.hpp"
#include "identity/authority.hpp"
#include "objects/object_store.hpp"
#include "reports/schedule.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::reports {

// A configuration of a bucket, for whose owner the permit is.
struct Configured {
  const objects::Bucket& bucket;
  const identity::Permit& permit;
  objects::SettingName name;
  std::string document;
};

struct Round {
  objects::ObjectStore& objects;
  identity::Authority& authority;
  base::Clock& clock;
  std::string_view kind;  // of the buckets' settings
  std::string_view what;  // that is delivered, for the log: "inventory"
  // How often; nothing where it is off.
  std::function<std::optional<Frequency>(std::string_view document)> frequency;
  // What it did, in words.
  std::function<std::string(const Configured& one)> deliver;
};

// Of each configuration that was due, what became of it: delivered, or left for the next day, and
// why.
[[nodiscard]] std::vector<std::string> run(const Round& round);

}  // namespace millrace::reports
