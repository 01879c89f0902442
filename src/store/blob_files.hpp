// Files of their own for large blobs, under names that are reserved before a file is made.
#pragma once

#include "base/files.hpp"
#include "base/random.hpp"
#include "store/blob_format.hpp"
#include "store/database.hpp"

#include <bitset>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::store {

class BlobFiles {
 public:
  BlobFiles(base::Files& files, base::Random& random, std::string folder);

  // A reserved name; nullopt when `reserve` has to bring more first.
  [[nodiscard]] std::optional<std::string> take_name();
  void give_name_back(std::string name);
  // Rows for new names, inside a write; they may be taken once `reserved` tells that the write is
  // durable.
  [[nodiscard]] std::vector<std::string> reserve(Connection& connection);
  void reserved(std::vector<std::string> names);
  [[nodiscard]] bool runs_short();

  // To be written from its beginning; what it holds behind what is written is to be cut off.
  [[nodiscard]] std::unique_ptr<base::File> create(const std::string& name);
  void written(const std::string& name, std::uint64_t size);
  [[nodiscard]] std::unique_ptr<base::File> open(const std::string& name);
  void remove(const std::string& name);

  // After the commit that erased it: whether the file stays for a while, for a later `create`. Only
  // one that nobody has opened may: readers, and pages on their way out, keep their bytes.
  [[nodiscard]] bool stays_as_spare(const std::string& name);
  [[nodiscard]] bool has_spares();
  // Names whose files `create` has taken, gone with the next `sync_folders`.
  [[nodiscard]] std::vector<std::string> take_gone();

  // Inside the write of its row: the name is reserved no more, and its folder's sync is due with
  // this group.
  void keep(Connection& connection, const std::string& name);
  // Syncs the folders of what was kept; throws SyncError.
  void sync_folders();

 private:
  static constexpr std::size_t names_per_reservation = 32;
  static constexpr std::size_t few_names = 16;
  static constexpr int reservations_per_folder = 8;
  static constexpr std::uint64_t spare_bytes_limit = 16 * 1024 * 1024;
  static constexpr int longest_wait_groups = 32;  // of a spare file for its next use
  static constexpr std::size_t unread_limit = 4096;

  struct Spare {
    std::string name;
    std::uint64_t size = 0;
    int groups = 0;  // that it has waited
  };

  [[nodiscard]] bool is_free(const std::string& name);
  [[nodiscard]] std::optional<std::string> take_spare();
  // Gives the spare file its new name.
  void move(const std::string& spare, const std::string& name);
  [[nodiscard]] std::string folder_of_name(const std::string& name) const;
  [[nodiscard]] std::string path_of(const std::string& name) const;

  base::Files& files_;
  base::Random& random_;
  const std::string folder_;

  // Used by the writer's thread alone.
  std::vector<std::string> unsynced_;  // names that were kept in this group
  std::string name_folder_;            // of names that are reserved now: their first digits
  int reservations_ = 0;               // that have it
  std::vector<std::string> gone_;      // names that `create` took, until their rows are cleared
  std::bitset<65536> synced_;  // by a folder's number: its parents were synced by this process

  std::mutex mutex_;
  std::vector<std::string> names_;  // reserved and free; guarded by mutex_
  bool is_used_ = false;            // a name was asked for; guarded by mutex_, as all below
  std::map<std::string, std::uint64_t> unread_;  // sizes of files that only their writer has opened
  std::vector<Spare> spares_;
  std::set<std::string> moving_;    // spares that get their new name just now
  std::vector<std::string> taken_;  // spares that have got it since the last group
};

}  // namespace millrace::store
