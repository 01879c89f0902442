// Files in memory for tests, with a power switch: what was not synced when the power goes may be
// lost, kept or torn.
#pragma once

#include "base/files.hpp"
#include "base/random.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::base::testing {

class MemoryFiles final : public Files {
 public:
  std::unique_ptr<File> open(const std::string& path, Open mode) override {
    const std::lock_guard guard(mutex_);
    check_power(path);
    auto found = entries_.find(path);
    const bool is_there = found != entries_.end();
    if (mode == Open::read && !is_there) throw FileError(ENOENT, path);
    if (mode == Open::create_new && is_there) throw FileError(EEXIST, path);
    if (!is_there) {
      if (!folders_.contains(parent(path))) throw FileError(ENOENT, path);
      found = entries_.emplace(path, std::make_shared<Node>()).first;
      unsynced_.push_back({.path = path, .node = found->second, .is_folder = false});
    }
    return std::make_unique<MemoryFile>(*this, found->second, path);
  }

  void rename(const std::string& from, const std::string& to) override {
    const std::lock_guard guard(mutex_);
    check_power(from);
    const auto found = entries_.find(from);
    if (found == entries_.end()) throw FileError(ENOENT, from);
    entries_[to] = found->second;
    unsynced_.push_back({.path = to, .node = found->second, .is_folder = false});
    entries_.erase(found);
    unsynced_.push_back({.path = from, .node = nullptr, .is_folder = false});
  }

  void remove(const std::string& path) override {
    const std::lock_guard guard(mutex_);
    check_power(path);
    if (entries_.erase(path) > 0) {
      unsynced_.push_back({.path = path, .node = nullptr, .is_folder = false});
    }
  }

  void make_folders(const std::string& path) override {
    const std::lock_guard guard(mutex_);
    check_power(path);
    // Parents first, which the path's own slashes give.
    for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
      const std::string at = path.substr(0, slash);
      if (folders_.insert(at).second) {
        unsynced_.push_back({.path = at, .node = nullptr, .is_folder = true});
      }
      if (slash == std::string::npos) return;
    }
  }

  void sync_folder(const std::string& path) override {
    const std::lock_guard guard(mutex_);
    check_power(path);
    if (!folders_.contains(path)) throw FileError(ENOENT, path);
    const auto is_here = [&](const Entry& entry) { return parent(entry.path) == path; };
    const bool is_lost = loses_this_sync();
    for (const Entry& entry : unsynced_) {
      if (is_here(entry) && !is_lost) apply(entry);
    }
    std::erase_if(unsynced_, is_here);
    if (is_lost) throw FileError(EIO, path);
  }

  [[nodiscard]] bool exists(const std::string& path) override {
    const std::lock_guard guard(mutex_);
    check_power(path);
    return entries_.contains(path) || folders_.contains(path);
  }

  [[nodiscard]] std::vector<std::string> list(const std::string& folder) override {
    const std::lock_guard guard(mutex_);
    check_power(folder);
    std::vector<std::string> names;
    const auto add = [&](const std::string& path) {
      if (path != folder && parent(path) == folder)
        names.push_back(path.substr(path.rfind('/') + 1));
    };
    for (const auto& [path, node] : entries_) add(path);
    for (const std::string& path : folders_) add(path);
    std::sort(names.begin(), names.end());
    return names;
  }

  // The n-th sync from here on (from 1) fails, and as on Linux what it was to keep is forgotten:
  // reads still see it, later syncs succeed without it.
  void lose_sync(std::uint64_t n) {
    const std::lock_guard guard(mutex_);
    syncs_until_loss_ = n;
  }
  [[nodiscard]] std::uint64_t syncs() {
    const std::lock_guard guard(mutex_);
    return syncs_;
  }

  // From here on every call fails, until the power is back.
  void power_off() {
    const std::lock_guard guard(mutex_);
    has_power_ = false;
  }

  // What a disk may hold now: all that was synced, and of the rest what chance has it. Files opened
  // before must be closed.
  void power_on(Random& random) {
    const std::lock_guard guard(mutex_);
    // A journal keeps the order of what happens to names.
    const std::size_t kept = random_number(random) % (unsynced_.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) apply(unsynced_[i]);
    unsynced_.clear();
    std::erase_if(durable_, [&](const auto& entry) { return !is_reachable(entry.first); });
    // Parents come before their children here, so one pass removes whole trees.
    for (auto at = durable_folders_.begin(); at != durable_folders_.end();) {
      at = is_reachable(*at) ? std::next(at) : durable_folders_.erase(at);
    }
    entries_ = durable_;
    folders_ = durable_folders_;
    for (const auto& [path, node] : entries_) node->lose_power(random);
    has_power_ = true;
    syncs_until_loss_ = 0;
  }

  // The same, with nothing lost: as after the end of a process.
  void reopen() {
    const std::lock_guard guard(mutex_);
    for (const auto& [path, node] : entries_) node->is_locked = false;
    has_power_ = true;
    syncs_until_loss_ = 0;
  }

  // The n-th write from here on (from 1) to a file below `folder` goes to so many bytes behind its
  // place, as a disk may do that says nothing of it.
  void misdirect(const std::string& folder, std::uint64_t n, std::uint64_t bytes) {
    const std::lock_guard guard(mutex_);
    misdirected_folder_ = folder;
    writes_until_misdirection_ = n;
    misdirected_bytes_ = bytes;
  }
  [[nodiscard]] bool has_misdirected() {
    const std::lock_guard guard(mutex_);
    return misdirected_bytes_ > 0 && writes_until_misdirection_ == 0;
  }

  // From here on it is known whether a file was ever written these words.
  void watch_for(std::string_view words) {
    const std::lock_guard guard(mutex_);
    watched_ = words;
  }
  // The path where that was first; empty: nowhere.
  [[nodiscard]] std::string seen_in() {
    const std::lock_guard guard(mutex_);
    return seen_in_;
  }

  // Every file with its size.
  [[nodiscard]] std::map<std::string, std::uint64_t> sizes() {
    const std::lock_guard guard(mutex_);
    std::map<std::string, std::uint64_t> all;
    for (const auto& [path, node] : entries_) all.emplace(path, node->now.size());
    return all;
  }

  // Alters a byte behind the program's back.
  void damage(const std::string& path, std::uint64_t offset) {
    const std::lock_guard guard(mutex_);
    char& byte = entries_.at(path)->now.at(offset);
    byte = static_cast<char>(byte ^ 0x10);
  }

 private:
  static constexpr std::size_t sector = 512;

  struct Write {
    std::uint64_t offset = 0;
    std::string bytes;
    bool is_truncation = false;  // to `offset`
  };

  struct Node {
    std::string now;
    std::string durable;
    std::vector<Write> unsynced;
    bool has_forgotten = false;  // what a failed sync was to keep
    bool is_locked = false;

    static void apply(std::string& contents, const Write& write, std::size_t part) {
      if (write.is_truncation) return contents.resize(write.offset, '\0');
      contents.resize(std::max(contents.size(), write.offset + part), '\0');
      contents.replace(write.offset, part, write.bytes, 0, part);
    }
    void alter(Write write) {
      apply(now, write, write.bytes.size());
      unsynced.push_back(std::move(write));
    }
    void keep_unsynced() {
      for (const Write& write : unsynced) apply(durable, write, write.bytes.size());
    }
    void lose_power(Random& random) {
      is_locked = false;
      if (unsynced.empty() && !has_forgotten) return;
      has_forgotten = false;
      for (const Write& write : unsynced) {
        const std::uint64_t chance = random_number(random);
        if (chance % 4 == 0) continue;
        const bool is_torn = chance % 4 == 1;
        const std::size_t part = write.bytes.size();
        apply(durable, write, is_torn ? part / sector * (chance >> 8 & 7) / 8 * sector : part);
      }
      unsynced.clear();
      now = durable;
    }
  };

  struct Entry {
    std::string path;
    std::shared_ptr<Node> node;  // null: removed. Shared by name and open files, as an inode is.
    bool is_folder;
  };

  class MemoryFile final : public File {
   public:
    MemoryFile(MemoryFiles& files, std::shared_ptr<Node> node, std::string path)
        : files_(files), node_(std::move(node)), path_(std::move(path)) {}
    ~MemoryFile() override {
      const std::lock_guard guard(files_.mutex_);
      if (has_lock_) node_->is_locked = false;
    }
    [[nodiscard]] std::uint64_t size() const override {
      const std::lock_guard guard(files_.mutex_);
      files_.check_power(path_);
      return node_->now.size();
    }
    std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const override {
      const std::lock_guard guard(files_.mutex_);
      files_.check_power(path_);
      if (offset >= node_->now.size()) return 0;
      const std::size_t part = std::min<std::size_t>(size, node_->now.size() - offset);
      return node_->now.copy(out, part, offset);
    }
    void write_at(std::uint64_t offset, std::string_view bytes) override {
      const std::lock_guard guard(files_.mutex_);
      files_.check_power(path_);
      files_.look_for_watched(path_, bytes);
      node_->alter({.offset = offset + files_.misdirection(path_),
                    .bytes = std::string(bytes),
                    .is_truncation = false});
    }
    void truncate(std::uint64_t size) override {
      const std::lock_guard guard(files_.mutex_);
      files_.check_power(path_);
      node_->alter({.offset = size, .bytes = {}, .is_truncation = true});
    }
    void sync() override {
      const std::lock_guard guard(files_.mutex_);
      files_.check_power(path_);
      const bool is_lost = files_.loses_this_sync();
      if (!is_lost) node_->keep_unsynced();
      node_->unsynced.clear();
      node_->has_forgotten = node_->has_forgotten || is_lost;
      if (is_lost) throw FileError(EIO, path_);
    }
    [[nodiscard]] bool try_lock() override {
      const std::lock_guard guard(files_.mutex_);
      files_.check_power(path_);
      if (node_->is_locked && !has_lock_) return false;
      node_->is_locked = has_lock_ = true;
      return true;
    }
    [[nodiscard]] int descriptor() const override { return -1; }

   private:
    MemoryFiles& files_;
    const std::shared_ptr<Node> node_;
    const std::string path_;
    bool has_lock_ = false;
  };

  static std::string parent(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return "";
    return slash == 0 ? "/" : path.substr(0, slash);
  }
  void check_power(const std::string& path) const {
    if (!has_power_) throw FileError(EIO, path);
  }
  std::uint64_t misdirection(const std::string& path) {
    if (writes_until_misdirection_ == 0 || !path.starts_with(misdirected_folder_ + "/")) return 0;
    --writes_until_misdirection_;
    return writes_until_misdirection_ == 0 ? misdirected_bytes_ : 0;
  }
  void look_for_watched(const std::string& path, std::string_view bytes) {
    if (watched_.empty() || !seen_in_.empty()) return;
    if (memmem(bytes.data(), bytes.size(), watched_.data(), watched_.size()) != nullptr) {
      seen_in_ = path;
    }
  }
  bool loses_this_sync() {
    ++syncs_;
    if (syncs_until_loss_ == 0) return false;
    --syncs_until_loss_;
    return syncs_until_loss_ == 0;
  }
  void apply(const Entry& entry) {
    if (entry.is_folder) {
      durable_folders_.insert(entry.path);
    } else if (entry.node) {
      durable_[entry.path] = entry.node;
    } else {
      durable_.erase(entry.path);
    }
  }
  [[nodiscard]] bool is_reachable(const std::string& path) const {
    for (std::string at = parent(path); at != "/" && !at.empty(); at = parent(at)) {
      if (!durable_folders_.contains(at)) return false;
    }
    return true;
  }

  std::mutex mutex_;
  bool has_power_ = true;
  std::uint64_t syncs_ = 0;
  std::uint64_t syncs_until_loss_ = 0;
  std::string misdirected_folder_;
  std::uint64_t writes_until_misdirection_ = 0;
  std::uint64_t misdirected_bytes_ = 0;
  std::string watched_;
  std::string seen_in_;
  std::map<std::string, std::shared_ptr<Node>> entries_;
  std::map<std::string, std::shared_ptr<Node>> durable_;
  std::set<std::string> folders_ = {"/", ""};
  std::set<std::string> durable_folders_ = {"/", ""};
  std::vector<Entry> unsynced_;
};

}  // namespace millrace::base::testing
