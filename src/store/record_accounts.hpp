// Which accounts have records at all, for those who keep something of each account in memory.
#pragma once

#include "store/database.hpp"

#include <string>
#include <vector>

namespace millrace::store {

// In order. It costs a step for each account, not for each record.
[[nodiscard]] std::vector<std::string> accounts_with_records(Database& database);

}  // namespace millrace::store
