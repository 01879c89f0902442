// Where the round through all blobs stands: kept, so that a server that is often started anew comes
// to an end of it all the same.
#pragma once

#include "base/time.hpp"
#include "store/database.hpp"

#include <string>
#include <vector>

namespace millrace::store {

struct RoundPlace {
  std::string table;        // that is gone through; empty: no round is under way
  std::vector<Cell> after;  // the key of the last row that was looked at
  base::Timestamp ended;    // the last whole round; the epoch: there was none
};

class RoundPlaces {
 public:
  // `database` outlives it.
  explicit RoundPlaces(Database& database);

  [[nodiscard]] RoundPlace kept();
  // Durable when it returns. Not inside a write.
  void keep(const RoundPlace& place);

 private:
  Database& database_;
};

}  // namespace millrace::store
