#include "store/record_accounts.hpp"

namespace millrace::store {

std::vector<std::string> accounts_with_records(Database& database) {
  constexpr std::string_view sql =
      "WITH RECURSIVE found(account) AS (SELECT min(account) FROM records UNION ALL "
      "SELECT (SELECT min(account) FROM records WHERE account > found.account) FROM found "
      "WHERE found.account IS NOT NULL) SELECT account FROM found WHERE account IS NOT NULL";
  std::vector<std::string> all;
  const auto rows = database.read([&](Connection& connection) { return connection.query(sql); });
  for (const Row& row : rows) all.push_back(row[0].text());
  return all;
}

}  // namespace millrace::store
