// `millrace load`: what a folder or a tar archive holds becomes objects, thousands to a commit,
// while the next thousands are read.
#include "app/load.hpp"

#include "app/cloud.hpp"
#include "app/data_folder.hpp"
#include "app/serve.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "objects/loading.hpp"
#include "process/tar_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <future>
#include <limits>
#include <stdexcept>

namespace millrace::app {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t objects_a_commit = 4096;
constexpr std::uint64_t bytes_a_commit = 16 * 1024 * 1024;  // of small bodies, which wait in memory
constexpr std::size_t longest_key = 1024;

class DescriptorReader final : public base::Reader {
 public:
  explicit DescriptorReader(const std::string& path)
      : descriptor_(path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
        path_(path) {
    if (descriptor_ < 0) throw base::FileError(errno, path);
  }
  DescriptorReader(const DescriptorReader&) = delete;
  DescriptorReader& operator=(const DescriptorReader&) = delete;
  ~DescriptorReader() override { ::close(descriptor_); }

  std::size_t read(char* out, std::size_t size) override {
    for (;;) {
      const ssize_t got = ::read(descriptor_, out, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) throw base::FileError(errno, path_);
    }
  }

 private:
  const int descriptor_;
  const std::string path_;
};

class Loader {
 public:
  Loader(objects::ObjectStore& objects, identity::Permit permit, objects::Bucket bucket,
         std::string prefix)
      : objects_(objects),
        permit_(std::move(permit)),
        bucket_(std::move(bucket)),
        prefix_(std::move(prefix)) {}

  void add(const std::string& name, base::Reader& bytes) {
    objects::Draft draft = objects::receive_for(objects_, permit_, bucket_, bytes);
    ++count_;
    bytes_ += draft.size;
    if (draft.size <= store::small_blob_limit) waiting_bytes_ += draft.size;
    batch_.push_back({.key = key_of(name), .draft = std::move(draft)});
    const bool is_full = batch_.size() == objects_a_commit || waiting_bytes_ >= bytes_a_commit;
    if (is_full) commit();
  }

  void finish() {
    commit();
    wait();
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  [[nodiscard]] std::string key_of(const std::string& name) const {
    std::string key = prefix_ + name;
    if (name.empty() || key.size() > longest_key || !base::is_utf8(key)) {
      throw std::runtime_error(
          base::printable(key) +
          " cannot be a key: it is empty, longer than 1,024 bytes or no UTF-8");
    }
    return key;
  }

  // One commit at a time, beside the reading of the next.
  void commit() {
    wait();
    waiting_bytes_ = 0;
    committing_ =
        std::async(std::launch::async, [this, batch = std::exchange(batch_, {})]() mutable {
          objects::put_all(objects_, permit_, bucket_.name, std::move(batch));
        });
  }

  void wait() {
    if (committing_.valid()) committing_.get();
  }

  objects::ObjectStore& objects_;
  const identity::Permit permit_;
  const objects::Bucket bucket_;
  const std::string prefix_;
  std::vector<objects::NewObject> batch_;
  std::uint64_t waiting_bytes_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t bytes_ = 0;
  std::future<void> committing_;  // the last member: it uses the others
};

void load_archive(const std::string& path, Loader& loader) {
  DescriptorReader file(path);
  process::TarReader archive(file, std::numeric_limits<std::uint64_t>::max());
  while (const auto entry = archive.next()) {
    std::string_view name = entry->name;
    while (name.starts_with("./")) name.remove_prefix(2);
    if (entry->is_file()) {
      loader.add(std::string(name), archive);
    } else if (entry->kind != process::tar::folder) {
      throw std::runtime_error(base::printable(name) + " is neither a file nor a folder");
    }
  }
}

// In the order of names, which keys then come in, too: their index is filled from left to right.
void load_folder(const fs::path& folder, const std::string& within, Loader& loader) {
  std::vector<fs::directory_entry> entries{fs::directory_iterator(folder), {}};
  std::ranges::sort(entries, {}, [](const fs::directory_entry& entry) {
    return entry.path().filename().string() + (entry.is_directory() ? "/" : "");
  });
  for (const fs::directory_entry& entry : entries) {
    const std::string name = within + entry.path().filename().string();
    if (entry.is_symlink() || (!entry.is_directory() && !entry.is_regular_file())) {
      throw std::runtime_error(entry.path().string() + " is neither a file nor a folder");
    }
    if (entry.is_directory()) {
      load_folder(entry.path(), name + "/", loader);
    } else {
      DescriptorReader file(entry.path());
      loader.add(name, file);
    }
  }
}

objects::Bucket open_bucket(objects::ObjectStore& objects, const std::string& name) {
  const auto bucket = objects.bucket(name);
  if (!bucket) throw std::runtime_error("there is no bucket " + name + "; make it with a server");
  const std::string_view lock = bucket->setting("lock");
  if (!lock.empty() && base::parse_json(lock).find("Rule") != nullptr) {
    throw std::runtime_error("the bucket " + name +
                             " locks its new objects: put them by requests, which set the lock");
  }
  return *bucket;
}

std::string as_folder(std::string prefix) {
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  return prefix;
}

}  // namespace

int load(Settings settings, const std::string& from, const std::string& to) {
  const auto place = objects::parse_s3_uri(to);
  if (!place) throw std::runtime_error(to + " is no s3://bucket/prefix");
  const bool is_folder = from != "-" && fs::is_directory(from);
  base::StderrLog log(settings.log);
  base::SystemFiles files;
  DataFolder folder(files, settings.data);
  if (!files.exists(folder.at("millrace.db"))) {
    throw std::runtime_error("there is no data folder at " + folder.path());
  }
  folder.take();
  settings.virtual_clock = true;  // as far ahead as the folder is
  Cloud cloud(settings, folder, files, log, own_program());
  const objects::Bucket bucket = open_bucket(*cloud.objects, place->bucket);
  policy::Principal owner;
  owner.account = bucket.account;
  Loader loader(*cloud.objects, cloud.authority->permit_unchecked(owner), bucket,
                as_folder(place->key));
  if (is_folder) {
    load_folder(from, "", loader);
  } else {
    load_archive(from, loader);
  }
  loader.finish();
  std::printf("%llu objects of %llu bytes are in %s\n",
              static_cast<unsigned long long>(loader.count()),
              static_cast<unsigned long long>(loader.bytes()), to.c_str());
  return 0;
}

}  // namespace millrace::app
