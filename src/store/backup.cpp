// Blobs first, then the database by a rename, then what only the former database named.
#include "store/backup.hpp"

#include "base/read_only_files.hpp"
#include "store/blob_check.hpp"
#include "store/examination.hpp"
#include "store/fresh_bodies.hpp"
#include "store/grouped_database.hpp"

#include <map>
#include <memory>
#include <set>

namespace millrace::store {

namespace {

constexpr const char* unfinished = ".new";

class BlobCopier {
 public:
  BlobCopier(base::Files& files, Connection& rows, const std::string& from, const std::string& to)
      : files_(files), rows_(rows), from_(files, from), there_(files, to), to_(to) {}

  void copy(const BlobRow& row) {
    const auto place = parse_place(row.blob.text);
    const BlobState state = place ? copy_to(*place) : BlobState{.what = "it has no place"};
    if (!place || !state.is_whole()) {
      counts_.damaged.push_back(row.holder + ": blob " + std::string(place_text(row.blob.text)) +
                                ": " + state.what);
    } else {
      ++counts_.blobs;
    }
  }

  // All that was copied is durable when it returns.
  CopyCounts finish() {
    if (segment_) segment_->sync();
    for (const std::string& folder : folders_) files_.sync_folder(folder);
    return std::move(counts_);
  }

 private:
  BlobState copy_to(const BlobPlace& place) {
    const auto* large = std::get_if<LargePlace>(&place);
    return large ? copy_file(*large) : copy_entry(std::get<SmallPlace>(place));
  }

  void make_folder_of(const std::string& path) {
    std::string folder = folder_of(path);
    files_.make_folders(folder);
    for (; folder.size() >= to_.size(); folder = folder_of(folder)) folders_.insert(folder);
  }

  void count(std::uint64_t bytes) {
    ++counts_.copied;
    counts_.bytes += bytes;
  }

  // A file with this name and header was compared when it was copied.
  bool is_there(const LargePlace& place) {
    const std::string path = to_ + "/" + path_of(place);
    if (!files_.exists(path)) return false;
    const std::string header = there_.header(place);
    const auto parsed = parse_file_header(header, place.name);
    return parsed && header == from_.header(place) &&
           files_.open(path, base::Open::read)->size() == file_header_size + parsed->length;
  }

  BlobState copy_file(const LargePlace& place) {
    if (is_there(place)) return {};
    const std::string path = to_ + "/" + path_of(place);
    make_folder_of(path);
    files_.remove(path + unfinished);
    auto copy = files_.open(path + unfinished, base::Open::create_new);
    BlobState state = from_.look(place, [&](std::uint64_t at, std::string_view bytes) {
      copy->write_at(file_header_size + at, bytes);
    });
    if (!state.is_whole()) {
      files_.remove(path + unfinished);
      return state;
    }
    copy->write_at(0, from_.header(place));
    copy->sync();
    files_.rename(path + unfinished, path);
    count(state.length);
    return state;
  }

  BlobState copy_entry(const SmallPlace& place) {
    std::string body;
    BlobState state = from_.look(
        place, [&](std::uint64_t, std::string_view bytes) { body = std::string(bytes); });
    if (!state.is_whole()) return copy_recorded(place, state);
    const std::string header = from_.header(place);
    if (has_segment(place) && there_.look(place).is_whole() && there_.header(place) == header) {
      return state;
    }
    segment(place.segment).write_at(place.offset, header + body);
    count(state.length);
    return state;
  }

  // Of a folder that lost power and was not started since.
  BlobState copy_recorded(const SmallPlace& place, const BlobState& state) {
    const auto entry = fresh_entry(rows_, place);
    if (!entry) return state;
    segment(place.segment).write_at(place.offset, *entry);
    count(place.length);
    return {.length = place.length};
  }

  bool has_segment(const SmallPlace& place) { return files_.exists(to_ + "/" + path_of(place)); }

  base::File& segment(std::uint32_t number) {
    if (segment_ && segment_number_ == number) return *segment_;
    if (segment_) segment_->sync();
    const std::string path = to_ + "/" + path_of(SmallPlace{.segment = number});
    make_folder_of(path);
    segment_ = files_.open(path, base::Open::write);
    segment_number_ = number;
    segment_->write_at(0, segment_header(number));
    return *segment_;
  }

  base::Files& files_;
  Connection& rows_;  // of the copy
  BlobCheck from_;
  BlobCheck there_;
  const std::string to_;
  CopyCounts counts_;
  std::set<std::string> folders_;
  std::unique_ptr<base::File> segment_;  // of the copy, the one that was written last
  std::uint32_t segment_number_ = 0;
};

// In the copy all bodies lie durably where they belong.
void forget_recorded(base::Files& files, const std::string& path) {
  GroupedDatabase copy(files, {.path = path});
  copy.write([](Connection& connection) {
    if (has_table(connection, "blob_fresh")) forget_fresh(connection);
  });
}

}  // namespace

CopyCounts copy_store(GroupedDatabase& source, base::Files& files, const std::string& source_blobs,
                      const StorePlaces& to, std::span<const BlobTable> tables) {
  const std::string fresh = to.database + unfinished;
  for (const char* part : {"", "-journal", "-wal"}) files.remove(fresh + part);
  files.make_folders(to.blobs);
  source.copy_to(files, fresh);
  CopyCounts counts;
  {
    base::ReadOnlyFiles as_it_is(files);
    GroupedDatabase copy(as_it_is, {.path = fresh});
    copy.read([&](Connection& connection) {
      BlobCopier blobs(files, connection, source_blobs, to.blobs);
      each_blob(connection, tables, [&](const BlobRow& row) { blobs.copy(row); });
      counts = blobs.finish();
    });
  }
  forget_recorded(files, fresh);
  files.remove(to.database + "-wal");  // of a server that was once started on the copy
  files.rename(fresh, to.database);
  files.sync_folder(folder_of(to.database));
  const Examined known = examine(
      files, {.database = to.database, .blobs = to.blobs, .tables = tables, .reads_bodies = false});
  remove_strays(files, known);
  counts.dropped = known.strays.size();
  return counts;
}

}  // namespace millrace::store
