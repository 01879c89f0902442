// Sums over the rows of buckets.
#include "objects/usage.hpp"
#include "store/blob_tables.hpp"

namespace millrace::objects {

std::vector<store::Usage> usage(store::Connection& connection) {
  std::vector<store::Usage> all;
  const auto add = [&](const store::Row& row, const std::string& behind) {
    all.push_back({.account = row[0].text(),
                   .service = "s3",
                   .what = row[1].text() + behind,
                   .things = row[2].integer(),
                   .bytes = row[3].integer()});
  };
  if (!store::has_table(connection, "objects_bucket")) return all;
  for (const store::Row& row : connection.query(
           "SELECT b.account, b.name, count(o.id), coalesce(sum(o.size), 0) FROM objects_bucket b "
           "LEFT JOIN objects_object o ON o.bucket = b.name GROUP BY b.name ORDER BY b.account, "
           "b.name")) {
    add(row, "");
  }
  for (const store::Row& row : connection.query(
           "SELECT b.account, b.name, count(*), coalesce(sum(p.size), 0) FROM objects_part p "
           "JOIN objects_upload u ON u.id = p.upload JOIN objects_bucket b ON b.name = u.bucket "
           "GROUP BY b.name ORDER BY b.account, b.name")) {
    add(row, " (parts of uploads)");
  }
  return all;
}

}  // namespace millrace::objects
