// Sums over the rows of log groups and metrics.
#include "store/blob_tables.hpp"
#include "telemetry/usage.hpp"

namespace millrace::telemetry {

namespace {

constexpr std::int64_t bytes_of_a_datum = 40;  // its numbers, without what lists and trees add

}  // namespace

std::vector<store::Usage> usage(store::Connection& connection) {
  std::vector<store::Usage> all;
  const auto add = [&](const store::Row& row, const std::string& service, std::int64_t bytes) {
    all.push_back({.account = row[0].text(),
                   .service = service,
                   .what = "",
                   .things = row[1].integer(),
                   .bytes = row[2].integer() * bytes});
  };
  if (store::has_table(connection, "log_group")) {
    for (const store::Row& row :
         connection.query("SELECT account, count(*), sum(bytes) FROM log_group GROUP BY account")) {
      add(row, "logs", 1);
    }
  }
  if (store::has_table(connection, "metric_datum")) {
    for (const store::Row& row :
         connection.query("SELECT m.account, count(*), count(*) FROM metric_datum d JOIN metric m "
                          "ON m.id = d.metric_id GROUP BY m.account")) {
      add(row, "cloudwatch", bytes_of_a_datum);
    }
  }
  return all;
}

}  // namespace millrace::telemetry
