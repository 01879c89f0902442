// `millrace backup` and `millrace restore`. A copy is a data folder without its root key, unless
// one asks for it: what is sealed in it stays so for whoever gets hold of the copy.
#include "store/backup.hpp"

#include "app/care.hpp"
#include "app/cloud.hpp"
#include "app/control.hpp"
#include "app/data_folder.hpp"
#include "base/encoding.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/read_only_files.hpp"
#include "objects/blob_tables.hpp"
#include "store/grouped_database.hpp"

#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace millrace::app {

namespace {

constexpr std::string_view note_name = "backup.json";
constexpr std::string_view key_name = "root.key";
constexpr std::string_view clock_name = "clock_ahead_ms";
constexpr std::int64_t format = 1;
constexpr auto backup_patience = std::chrono::hours(24);

// Tells keys apart and says nothing of them.
std::string mark_of_key(base::Files& files, const std::string& path) {
  return base::hex(base::hmac_sha256(base::read_file(files, path), "which root key a copy needs"));
}

bool lies_in(const std::string& path, const std::string& folder) {
  return (path + "/").starts_with(folder + "/");
}

// Only a copy of the same folder is ever written over.
void check_target(base::Files& files, const DataFolder& folder, const DataFolder& to) {
  if (lies_in(to.path(), folder.path()) || lies_in(folder.path(), to.path())) {
    throw std::runtime_error("a copy cannot lie in the folder that it is of, nor the reverse");
  }
  if (!files.exists(to.path())) return;
  if (!files.exists(to.at(note_name))) {
    if (files.list(to.path()).empty()) return;
    throw std::runtime_error(to.path() + " is not empty and no copy");
  }
  const base::Value note = base::parse_json(base::read_file(files, to.at(note_name)));
  if (note.find("key_mark")->text() != mark_of_key(files, folder.at(key_name))) {
    throw std::runtime_error(to.path() + " is a copy of another data folder");
  }
}

void copy_small_file(base::Files& files, const DataFolder& from, const DataFolder& to,
                     std::string_view name) {
  if (!files.exists(from.at(name))) return;
  base::replace_file(files, to.at(name), base::read_file(files, from.at(name)));
}

void write_note(base::Files& files, const DataFolder& folder, const DataFolder& to, bool with_key) {
  const base::Value note = base::Map{{"format", format},
                                     {"key_mark", mark_of_key(files, folder.at(key_name))},
                                     {"has_key", with_key}};
  base::replace_file(files, to.at(note_name), base::write_json(note) + "\n");
}

base::Value value_of(const store::CopyCounts& counts) {
  base::List damaged;
  for (const std::string& sentence : counts.damaged) damaged.emplace_back(sentence);
  return base::Map{{"blobs", counts.blobs},
                   {"copied", counts.copied},
                   {"bytes", counts.bytes},
                   {"dropped", counts.dropped},
                   {"damaged", std::move(damaged)}};
}

// The note goes first: a copy that was begun is known as one.
base::Value copy_folder(store::GroupedDatabase& database, base::Files& files,
                        const DataFolder& folder, const std::string& target, bool with_key) {
  DataFolder to(files, target);
  check_target(files, folder, to);
  to.take();
  write_note(files, folder, to, with_key);
  const auto counts = store::copy_store(database, files, folder.at("blobs"),
                                        {.database = to.at("millrace.db"), .blobs = to.at("blobs")},
                                        objects::blob_tables());
  copy_small_file(files, folder, to, clock_name);
  if (with_key) copy_small_file(files, folder, to, key_name);
  return value_of(counts);
}

int report(const base::Value& counts, const std::string& of) {
  for (const base::Value& sentence : counts.find("damaged")->list()) {
    std::printf("DAMAGED, not copied: %s\n", sentence.text().c_str());
  }
  std::printf("%lld blobs in %s, %lld of them copied now (%lld bytes), %lld files dropped\n",
              static_cast<long long>(counts.find("blobs")->integer()), of.c_str(),
              static_cast<long long>(counts.find("copied")->integer()),
              static_cast<long long>(counts.find("bytes")->integer()),
              static_cast<long long>(counts.find("dropped")->integer()));
  return counts.find("damaged")->list().empty() ? 0 : 1;
}

base::Value back_up_unserved(base::Files& files, DataFolder& folder, const std::string& to,
                             bool with_key) {
  if (!files.exists(folder.at("millrace.db"))) {
    throw std::runtime_error("there is no data folder at " + folder.path());
  }
  folder.take();
  base::ReadOnlyFiles as_it_is(files);
  store::GroupedDatabase database(as_it_is, {.path = folder.at("millrace.db")});
  return copy_folder(database, files, folder, to, with_key);
}

// The key that opens the copy: its own, or the one that was kept apart.
std::string key_for(base::Files& files, const DataFolder& from, const std::string& key) {
  const std::string path = key.empty() ? from.at(key_name) : key;
  if (!files.exists(path)) {
    throw std::runtime_error(
        "the copy has no root key; name the file of the one that was kept "
        "apart with --key");
  }
  const base::Value note = base::parse_json(base::read_file(files, from.at(note_name)));
  if (note.find("key_mark")->text() != mark_of_key(files, path)) {
    throw std::runtime_error(path + " is not the key of this copy");
  }
  return path;
}

base::Value copy_back(const std::string& source, const std::string& data, const std::string& key) {
  base::SystemFiles files;
  DataFolder from(files, source);
  DataFolder folder(files, data);
  if (!files.exists(from.at(note_name)) || !files.exists(from.at("millrace.db"))) {
    throw std::runtime_error("there is no whole copy in " + from.path());
  }
  if (files.exists(folder.path()) && !files.list(folder.path()).empty()) {
    throw std::runtime_error(folder.path() + " is not empty");
  }
  const std::string root_key = key_for(files, from, key);
  from.take();
  folder.take();
  base::replace_file(files, folder.at(key_name), base::read_file(files, root_key));
  copy_small_file(files, from, folder, clock_name);
  base::ReadOnlyFiles as_it_is(files);
  store::GroupedDatabase database(as_it_is, {.path = from.at("millrace.db")});
  return value_of(store::copy_store(
      database, files, from.at("blobs"),
      {.database = folder.at("millrace.db"), .blobs = folder.at("blobs")}, objects::blob_tables()));
}

}  // namespace

base::Value back_up_served(Cloud& cloud, const DataFolder& folder, base::Files& files,
                           const base::Value& arguments) {
  const auto pin = cloud.blobs->pin();
  return copy_folder(*cloud.database, files, folder, arguments.find("to")->text(),
                     arguments.find("with_key")->flag());
}

int back_up(const std::string& data, const std::string& to, bool with_key) {
  base::SystemFiles files;
  DataFolder folder(files, data);
  const std::string target = std::filesystem::absolute(to).lexically_normal();
  const base::Value counts =
      is_served(folder)
          ? control_call(folder.path(), "backup", base::Map{{"to", target}, {"with_key", with_key}},
                         backup_patience)
          : back_up_unserved(files, folder, target, with_key);
  if (!with_key) {
    std::printf(
        "Keep %s elsewhere: it is not in the copy, and without it secrets and encrypted "
        "objects cannot be read.\n",
        folder.at(key_name).c_str());
  }
  return report(counts, target);
}

int restore(const std::string& from, const std::string& data, const std::string& key) {
  const int copied = report(copy_back(from, data, key), data);
  return copied + examine_folder(data, false) == 0 ? 0 : 1;
}

}  // namespace millrace::app
