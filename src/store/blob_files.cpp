// Names, folders and files of large blobs.
#include "store/blob_files.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <charconv>
#include <set>

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
  // One folder for all: it is made and synced once, not for each.
  const std::string folder = base::random_hex(random_, folder_digits);
  for (std::size_t i = 0; i < names_per_reservation; ++i) {
    names.push_back(folder + base::random_hex(random_, name_digits - folder_digits));
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
  return files_.open(path_of(name), base::Open::create_new);
}

std::unique_ptr<base::File> BlobFiles::open(const std::string& name) {
  return files_.open(path_of(name), base::Open::read);
}

void BlobFiles::remove(const std::string& name) { files_.remove(path_of(name)); }

void BlobFiles::keep(Connection& connection, const std::string& name) {
  if (is_free(name) || connection.run("DELETE FROM blob_reserved WHERE name = ?", name) != 1) {
    throw StoreError("the blob " + name + " is not in flight");
  }
  unsynced_.push_back(name);
}

void BlobFiles::sync_folders() {
  std::set<std::string> folders;
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
  return folder_ + "/" + name.substr(0, 2) + "/" + name.substr(2, 2);
}

std::string BlobFiles::path_of(const std::string& name) const {
  return folder_of_name(name) + "/" + name;
}

}  // namespace millrace::store
