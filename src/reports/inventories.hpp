// The inventories of all buckets, delivered when they are due.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "identity/authority.hpp"
#include "objects/object_store.hpp"
#include "reports/inventory.hpp"
#include "reports/rows.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace::reports {

constexpr std::uint64_t rows_of_a_file = 1'000'000;

class Inventories {
 public:
  struct Parts {
    objects::ObjectStore& objects;
    identity::Authority& authority;
    base::Clock& clock;
    base::Random& random;
    ColumnsWork work;
    std::uint64_t rows_of_a_file = reports::rows_of_a_file;
  };
  explicit Inventories(Parts parts) : parts_(std::move(parts)) {}

  // Delivers what is due by now, and says of each configuration what became of it. A list is as the
  // bucket is while it is walked: what changes meanwhile may be in it or not, as with AWS.
  [[nodiscard]] std::vector<std::string> run() const;

 private:
  Parts parts_;
};

}  // namespace millrace::reports
