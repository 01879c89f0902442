// The storage class analyses of all buckets, exported when they are due.
#pragma once

#include "base/time.hpp"
#include "identity/authority.hpp"
#include "objects/object_store.hpp"
#include "reports/analysis.hpp"
#include "reports/readings.hpp"

#include <string>
#include <vector>

namespace millrace::reports {

// An export tells of so many days: those that came last.
constexpr std::size_t most_days_told = 366;

class Analyses {
 public:
  struct Parts {
    objects::ObjectStore& objects;
    identity::Authority& authority;
    base::Clock& clock;
    Readings& readings;
  };
  explicit Analyses(const Parts& parts) : parts_(parts) {}

  [[nodiscard]] std::vector<std::string> run() const;

 private:
  Parts parts_;
};

// The configuration is gone, and what was told by it.
void forget_analysis(objects::ObjectStore& objects, const identity::Permit& permit,
                     const objects::SettingName& configuration);

}  // namespace millrace::reports
