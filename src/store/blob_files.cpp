// Names, folders and files of large blobs.
#include "store/blob_files.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <set>
#include <utility>

namespace millrace::store {

namespace {

constexpr std::size_t name_digits = 32;
constexpr std::size_t folder_digits = 4;  // two levels

// The two levels of folders of a name as one number: its first four digits.
std::uint16_t folder_number(const std::string& name) {
  std::uint16_t number = 0;
  const auto result = std::from_chars(name.data(), name.data() + folder_digits, number, 16);
  MILLRACE_ASSERT(result.ec == std::errc());
  return number;
}

}  // namespace

BlobFiles::BlobFiles(base::Files& files, base::Random& random, std::string folder)
    : files_(files), random_(random), folder_(std::move(folder)) {}

std::optional<std::string> BlobFiles::take_name() {
  const std::lock_guard guard(mutex_);
  is_used_ = true;
  if (names_.empty()) return std::nullopt;
  std::string name = std::move(names_.back());
  names_.pop_back();
  return name;
}

void BlobFiles::give_name_back(std::string name) {
  const std::lock_guard guard(mutex_);
  names_.push_back(std::move(name));
}

std::vector<std::string> BlobFiles::reserve(Connection& connection) {
  std::vector<std::string> names;
  // One folder for many: it is made once, and files that come and go together sync one.
  if (reservations_++ % reservations_per_folder == 0) {
    name_folder_ = base::random_hex(random_, folder_digits);
  }
  for (std::size_t i = 0; i < names_per_reservation; ++i) {
    names.push_back(name_folder_ + base::random_hex(random_, name_digits - folder_digits));
    connection.run("INSERT INTO blob_reserved (name) VALUES (?)", names.back());
  }
  return names;
}

void BlobFiles::reserved(std::vector<std::string> names) {
  const std::lock_guard guard(mutex_);
  for (std::string& name : names) names_.push_back(std::move(name));
}

bool BlobFiles::runs_short() {
  const std::lock_guard guard(mutex_);
  return is_used_ && names_.size() < few_names;
}

bool BlobFiles::is_free(const std::string& name) {
  const std::lock_guard guard(mutex_);
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

std::unique_ptr<base::File> BlobFiles::create(const std::string& name) {
  if (!files_.exists(folder_of_name(name))) files_.make_folders(folder_of_name(name));
  const auto spare = take_spare();
  if (!spare) return files_.open(path_of(name), base::Open::create_new);
  move(*spare, name);
  auto file = files_.open(path_of(name), base::Open::write);
  file->write_at(0, std::string(file_header_used, '\0'));
  return file;
}

// Whoever still knows the old name finds nothing.
void BlobFiles::move(const std::string& spare, const std::string& name) {
  try {
    files_.rename(path_of(spare), path_of(name));
  } catch (const base::FileError&) {
    const std::lock_guard guard(mutex_);
    moving_.erase(spare);
    throw;
  }
  const std::lock_guard guard(mutex_);
  moving_.erase(spare);
  taken_.push_back(spare);
}

void BlobFiles::written(const std::string& name, std::uint64_t size) {
  const std::lock_guard guard(mutex_);
  if (size <= spare_bytes_limit && unread_.size() < unread_limit) unread_.emplace(name, size);
}

std::unique_ptr<base::File> BlobFiles::open(const std::string& name) {
  {
    const std::lock_guard guard(mutex_);
    unread_.erase(name);
    if (moving_.contains(name) || std::ranges::find(spares_, name, &Spare::name) != spares_.end()) {
      throw base::FileError(ENOENT, "open " + path_of(name));
    }
  }
  return files_.open(path_of(name), base::Open::read);
}

void BlobFiles::remove(const std::string& name) {
  {
    const std::lock_guard guard(mutex_);
    unread_.erase(name);
  }
  files_.remove(path_of(name));
}

bool BlobFiles::stays_as_spare(const std::string& name) {
  const std::lock_guard guard(mutex_);
  if (const auto spare = std::ranges::find(spares_, name, &Spare::name); spare != spares_.end()) {
    if (++spare->groups <= longest_wait_groups) return true;
    spares_.erase(spare);
    return false;
  }
  if (moving_.contains(name)) return true;
  const auto unread = unread_.extract(name);
  if (unread.empty()) return false;
  std::uint64_t bytes = unread.mapped();
  for (const Spare& spare : spares_) bytes += spare.size;
  if (bytes > spare_bytes_limit) return false;
  spares_.push_back({.name = name, .size = unread.mapped()});
  return true;
}

bool BlobFiles::has_spares() {
  const std::lock_guard guard(mutex_);
  return !spares_.empty() || !moving_.empty();
}

std::optional<std::string> BlobFiles::take_spare() {
  const std::lock_guard guard(mutex_);
  if (spares_.empty()) return std::nullopt;
  std::string name = std::move(spares_.back().name);
  spares_.pop_back();
  moving_.insert(name);
  return name;
}

std::vector<std::string> BlobFiles::take_gone() { return std::exchange(gone_, {}); }

void BlobFiles::keep(Connection& connection, const std::string& name) {
  if (is_free(name) || connection.run("DELETE FROM blob_reserved WHERE name = ?", name) != 1) {
    throw StoreError("the blob " + name + " is not in flight");
  }
  unsynced_.push_back(name);
}

void BlobFiles::sync_folders() {
  std::set<std::string> folders;
  {
    const std::lock_guard guard(mutex_);
    gone_.insert(gone_.end(), taken_.begin(), taken_.end());
    taken_.clear();
  }
  for (const std::string& name : gone_) folders.insert(folder_of_name(name));
  for (const std::string& name : unsynced_) {
    const std::string folder = folder_of_name(name);
    folders.insert(folder);
    if (synced_[folder_number(name)]) continue;
    // Whoever made the folders, this process or one that died, may not have synced their names.
    folders.insert(folder.substr(0, folder.rfind('/')));
    folders.insert(folder_);
  }
  try {
    for (const std::string& folder : folders) files_.sync_folder(folder);
  } catch (const base::FileError& error) {
    throw SyncError(error.what());
  }
  for (const std::string& name : unsynced_) synced_.set(folder_number(name));
  unsynced_.clear();
}

std::string BlobFiles::folder_of_name(const std::string& name) const {
  return folder_ + "/" + subfolder_of(name);
}

std::string BlobFiles::path_of(const std::string& name) const {
  return folder_of_name(name) + "/" + name;
}

}  // namespace millrace::store
