// `millrace fsck` and `millrace du`.
#include "app/care.hpp"
#include "app/cloud.hpp"
#include "app/control.hpp"
#include "app/data_folder.hpp"
#include "app/health.hpp"
#include "base/read_only_files.hpp"
#include "objects/blob_tables.hpp"
#include "objects/usage.hpp"
#include "store/examination.hpp"
#include "store/grouped_database.hpp"
#include "telemetry/usage.hpp"

#include <cstdio>
#include <map>
#include <stdexcept>

namespace millrace::app {

namespace {

constexpr std::uint64_t root_key_size = 32;

void say(const std::string& line) { std::printf("%s\n", line.c_str()); }

void expect_folder(base::Files& files, const DataFolder& folder) {
  if (!files.exists(folder.at("millrace.db"))) {
    throw std::runtime_error("there is no data folder at " + folder.path());
  }
}

// Without it all that is sealed is lost, though every byte of it be there.
void look_at_key(base::Files& files, const DataFolder& folder, store::Examined& found) {
  const std::string path = folder.at("root.key");
  if (!files.exists(path)) {
    const bool is_copy = files.exists(folder.at("backup.json"));
    auto& where = is_copy ? found.notes : found.damage;
    where.push_back(path + " is missing: secrets and encrypted objects cannot be read without it");
  } else if (files.open(path, base::Open::read)->size() != root_key_size) {
    found.damage.push_back(path + " is not a key: it has another size");
  }
}

std::string with_unit(std::uint64_t bytes) {
  constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < std::size(units); ++unit) value /= 1024;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  return text;
}

void report(const store::Examined& found, bool repaired) {
  for (const std::string& sentence : found.damage) say("DAMAGED: " + sentence);
  for (const std::string& path : found.strays) {
    say((repaired ? "removed, no row names it: " : "no row names it: ") + path);
  }
  for (const std::string& sentence : found.notes) say("note: " + sentence);
  say(std::to_string(found.pages) + " pages of the database and " + std::to_string(found.blobs) +
      " blobs of " + with_unit(found.bytes) + " are whole; " + std::to_string(found.damage.size()) +
      " things are damaged; " + std::to_string(found.strays.size()) + " files of " +
      with_unit(found.stray_bytes) +
      (repaired ? " that no row named were removed" : " are named by no row"));
  if (!found.strays.empty() && !repaired) say("`millrace fsck --repair` removes those files.");
}

base::Value value_of(const store::Usage& usage) {
  return base::Map{{"account", usage.account},
                   {"service", usage.service},
                   {"what", usage.what},
                   {"things", usage.things},
                   {"bytes", usage.bytes}};
}

base::Value usage_of_folder(base::Files& files, const DataFolder& folder) {
  base::ReadOnlyFiles as_it_is(files);
  store::GroupedDatabase database(as_it_is, {.path = folder.at("millrace.db")});
  return usage_value(database);
}

void print_row(const std::string& size, const std::string& things, const std::string& account,
               const std::string& what) {
  std::printf("%12s %10s  %-12s  %s\n", size.c_str(), things.c_str(), account.c_str(),
              what.c_str());
}

}  // namespace

// One that was killed leaves its address behind.
bool is_served(const DataFolder& folder) {
  const auto address = folder.address();
  return address && answers_health(address->port);
}

int examine_folder(const std::string& data, bool repair) {
  base::SystemFiles files;
  DataFolder folder(files, data);
  expect_folder(files, folder);
  folder.take();
  store::Examined found = store::examine(files, {.database = folder.at("millrace.db"),
                                                 .blobs = folder.at("blobs"),
                                                 .tables = objects::blob_tables()});
  look_at_key(files, folder, found);
  if (repair) store::remove_strays(files, found);
  report(found, repair);
  return found.damage.empty() && (repair || found.strays.empty()) ? 0 : 1;
}

base::Value usage_value(store::Database& database) {
  base::List list;
  database.read([&](store::Connection& connection) {
    for (const auto& usage : objects::usage(connection)) list.push_back(value_of(usage));
    for (const auto& usage : telemetry::usage(connection)) list.push_back(value_of(usage));
  });
  return base::Map{{"usage", std::move(list)}};
}

int print_usage(const std::string& data) {
  base::SystemFiles files;
  DataFolder folder(files, data);
  expect_folder(files, folder);
  const base::Value answer = is_served(folder) ? control_call(folder.path(), "usage", base::Map{})
                                               : usage_of_folder(files, folder);
  print_row("size", "things", "account", "what");
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> accounts;
  for (const base::Value& row : answer.find("usage")->list()) {
    const std::string service = row.find("service")->text();
    const std::string what = row.find("what")->text();
    const std::int64_t bytes = row.find("bytes")->integer();
    const std::int64_t things = row.find("things")->integer();
    const std::string account = row.find("account")->text();
    print_row(with_unit(static_cast<std::uint64_t>(bytes)), std::to_string(things), account,
              service + (what.empty() ? "" : " " + what));
    accounts[account].first += bytes;
    accounts[account].second += things;
  }
  for (const auto& [account, sums] : accounts) {
    print_row(with_unit(static_cast<std::uint64_t>(sums.first)), std::to_string(sums.second),
              account, "in all");
  }
  return 0;
}

base::Value care_value(Cloud& cloud) {
  const store::CareCounts counts = cloud.care.counts();
  base::List damaged;
  for (const store::Damage& damage : cloud.blobs->damage()) {
    damaged.push_back(base::Map{{"blob", damage.id.text}, {"what", damage.what}});
  }
  return base::Map{{"rounds", counts.rounds},         {"blobs_compared", counts.blobs},
                   {"bytes_compared", counts.bytes},  {"blobs_moved", counts.moved},
                   {"unreadable", counts.unreadable}, {"damaged", std::move(damaged)}};
}

OwnState own_state(Cloud& cloud, const http::Server& server) {
  const store::CareCounts care = cloud.care.counts();
  const std::uint64_t damaged = cloud.blobs->damage().size();
  const auto http = server.counters();
  return {.damaged = damaged,
          .counts = {{.name = "connections", .value = http.connections, .only_grows = false},
                     {.name = "requests_total", .value = http.requests},
                     {.name = "jobs_running", .value = cloud.jobs.running(), .only_grows = false},
                     {.name = "damaged_blobs", .value = damaged, .only_grows = false},
                     {.name = "unreadable_blobs_total", .value = care.unreadable},
                     {.name = "compared_blobs_total", .value = care.blobs},
                     {.name = "compared_bytes_total", .value = care.bytes},
                     {.name = "care_rounds_total", .value = care.rounds}}};
}

}  // namespace millrace::app
