// Looks through files that cannot be altered, so that a folder is examined as it is.
#include "store/examination.hpp"

#include "base/read_only_files.hpp"
#include "store/blob_check.hpp"
#include "store/fresh_bodies.hpp"
#include "store/grouped_database.hpp"
#include "store/page_survey.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace millrace::store {

namespace {

constexpr std::string_view segment_prefix = "segment-";  // as blobs.cpp names one in blob_removed
constexpr std::size_t pages_named = 20;

class Examination {
 public:
  Examination(base::Files& files, const ExamineOptions& options)
      : files_(files), options_(options), check_(files_, options.blobs) {}

  Examined run() {
    if (!files_.exists(options_.database)) {
      wrong("there is no database: " + options_.database + " is missing");
      return std::move(found_);
    }
    try {
      if (options_.reads_bodies) look_at_pages();
      GroupedDatabase database(files_, {.path = options_.database});
      database.read([&](Connection& connection) { look_into(connection); });
    } catch (const StoreError& error) {
      wrong(std::string("the database cannot be read on: ") + error.what());
    } catch (const base::FileError& error) {
      wrong(std::string("a file cannot be read: ") + error.what());
    }
    return std::move(found_);
  }

 private:
  void wrong(std::string sentence) { found_.damage.push_back(std::move(sentence)); }

  void look_at_pages() {
    const PageSurvey survey = survey_pages(files_, options_.database);
    found_.pages = survey.sound;
    for (const std::uint64_t page : survey.damaged) {
      if (found_.damage.size() == pages_named) break;
      wrong("page " + std::to_string(page) + " of the database does not match its checksum");
    }
    if (survey.damaged.size() > pages_named) {
      wrong(std::to_string(survey.damaged.size()) + " pages of the database are damaged");
    }
    if (survey.mended_by_log > 0) {
      found_.notes.push_back(std::to_string(survey.mended_by_log) +
                             " pages of the database were being written when it ended; the log "
                             "has them whole");
    }
  }

  // What fails of the database hides as little as possible of what lies beside it.
  template <class Step>
  void attempt(const Step& step) {
    try {
      step();
    } catch (const StoreError& error) {
      wrong(std::string("the database cannot be read: ") + error.what());
    }
  }

  void look_into(Connection& connection) {
    if (options_.reads_bodies) attempt([&] { look_at_structure(connection); });
    attempt([&] { read_lists(connection); });
    attempt([&] {
      each_blob(connection, options_.tables,
                [&](const BlobRow& row) { look_at_blob(connection, row); });
      has_all_rows_ = true;
      compare_counts(connection);
    });
    if (!has_all_rows_) return;  // what a lost row names is no stray
    std::ranges::sort(large_);
    find_stray_files();
    find_stray_segments();
  }

  void look_at_structure(Connection& connection) {
    for (const Row& row : connection.query("PRAGMA integrity_check(20)")) {
      if (row[0].text() != "ok") wrong("the database: " + row[0].text());
    }
  }

  std::set<std::string> names(Connection& connection, const std::string& table) {
    std::set<std::string> found;
    if (!has_table(connection, table)) return found;
    for (const Row& row : connection.query("SELECT name FROM " + table)) {
      found.insert(row[0].text());
    }
    return found;
  }

  void read_lists(Connection& connection) {
    reserved_ = names(connection, "blob_reserved");
    removed_ = names(connection, "blob_removed");
    set_aside_ = names(connection, "blob_damaged");
  }

  // What a loss of power kept from its segment, and is recorded, comes there with the next start.
  BlobState look_at_place(Connection& connection, const BlobPlace& place) {
    BlobState state = check_.look(place);
    const auto* small = std::get_if<SmallPlace>(&place);
    const bool is_recorded = !state.is_whole() && small && fresh_entry(connection, *small);
    return is_recorded ? BlobState{.length = small->length} : state;
  }

  void look_at_blob(Connection& connection, const BlobRow& row) {
    const auto place = parse_place(row.blob.text);
    if (!place) return wrong(row.holder + ": '" + row.blob.text + "' is not the id of a blob");
    if (const auto* large = std::get_if<LargePlace>(&*place)) {
      large_.push_back(large->name);
      if (reserved_.contains(large->name)) wrong(row.holder + ": its blob was never kept");
    } else {
      ++live_[std::get<SmallPlace>(*place).segment];
    }
    if (!options_.reads_bodies) return;
    const std::string id = to_text(*place);
    if (removed_.contains(id)) wrong(row.holder + ": its blob was erased");
    if (set_aside_.contains(id)) {
      return wrong(row.holder + ": its blob was found damaged before; its bytes are in " +
                   options_.blobs + "/" + std::string(quarantine_folder) + "/" + id);
    }
    const BlobState state = look_at_place(connection, *place);
    if (!state.is_whole()) return wrong(row.holder + ": blob " + id + ": " + state.what);
    ++found_.blobs;
    found_.bytes += state.length;
  }

  void compare_counts(Connection& connection) {
    for (const Row& row : connection.query("SELECT segment, live FROM blob_segments")) {
      const auto segment = static_cast<std::uint32_t>(row[0].integer());
      segments_.insert(segment);
      const auto live = live_[segment];
      if (live == row[1].integer()) continue;
      wrong("segment " + segment_name(segment) + " is counted to hold " +
            std::to_string(row[1].integer()) + " bodies; the rows name " + std::to_string(live));
    }
    for (const auto& [segment, live] : live_) {
      if (!segments_.contains(segment) && live > 0) {
        wrong("segment " + segment_name(segment) + " is not counted");
      }
    }
  }

  void stray(const std::string& path) {
    found_.stray_bytes += files_.open(path, base::Open::read)->size();
    found_.strays.push_back(path);
  }

  void find_stray_files() {
    const std::string top = options_.blobs + "/files";
    if (!files_.exists(top)) return;
    for (const std::string& first : files_.list(top)) {
      for (const std::string& second : files_.list(top + "/" + first)) {
        const std::string folder = top + "/" + first + "/" + second;
        for (const std::string& name : files_.list(folder)) {
          if (!is_known_file(name)) stray(folder + "/" + name);
        }
      }
    }
  }

  // What is reserved or erased goes with the next start.
  bool is_known_file(const std::string& name) {
    return std::ranges::binary_search(large_, name) || reserved_.contains(name) ||
           removed_.contains(to_text(LargePlace{.name = name}));
  }

  void find_stray_segments() {
    const std::string top = options_.blobs + "/segments";
    if (!files_.exists(top)) return;
    // The next to be written may have been begun, and in a folder without rows that is the first.
    const std::uint32_t last = segments_.empty() ? 0 : *segments_.rbegin();
    std::set<std::string> known = {segment_name(last + 1)};
    for (const std::uint32_t segment : segments_) known.insert(segment_name(segment));
    for (const std::string& name : removed_) {
      if (!name.starts_with(segment_prefix)) continue;
      const auto segment =
          static_cast<std::uint32_t>(std::stoul(name.substr(segment_prefix.size())));
      known.insert(segment_name(segment));
      // A server that starts now writes to the one behind it.
      known.insert(segment_name(segment + 1));
    }
    for (const std::string& name : files_.list(top)) {
      if (!known.contains(name)) stray(top + "/" + name);
    }
  }

  base::ReadOnlyFiles files_;
  const ExamineOptions& options_;
  BlobCheck check_;
  Examined found_;
  std::set<std::string> reserved_;
  std::set<std::string> removed_;
  std::set<std::string> set_aside_;
  std::vector<std::string> large_;              // names that rows hold
  std::map<std::uint32_t, std::int64_t> live_;  // bodies that rows hold, by segment
  std::set<std::uint32_t> segments_;            // that are counted
  bool has_all_rows_ = false;
};

}  // namespace

Examined examine(base::Files& files, const ExamineOptions& options) {
  return Examination(files, options).run();
}

void remove_strays(base::Files& files, const Examined& examined) {
  std::set<std::string> folders;
  for (const std::string& path : examined.strays) {
    files.remove(path);
    folders.insert(folder_of(path));
  }
  for (const std::string& folder : folders) files.sync_folder(folder);
}

}  // namespace millrace::store
