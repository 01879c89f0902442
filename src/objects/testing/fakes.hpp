// For tests of engines that read and write objects: one bucket of texts, and an authority that
// allows what is not denied by hand.
#pragma once

#include "base/files.hpp"
#include "identity/authority.hpp"
#include "objects/objects.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace millrace::objects::testing {

class FakeAuthority final : public identity::Authority {
 public:
  policy::Decision decide(const policy::Question& question) override {
    using Effect = policy::Decision::Effect;
    return {.effect =
                denied_actions.contains(question.action) ? Effect::implicit_deny : Effect::allowed};
  }
  std::optional<identity::Credential> credential(std::string_view) override { return std::nullopt; }
  policy::Principal assume(const identity::AssumeRequest& request) override {
    return session_of(request.role_arn, request.session_name).value();
  }
  identity::Credential issue(const policy::Principal&, base::Timestamp) override { return {}; }
  std::optional<policy::Principal> session_of(std::string_view role_arn,
                                              std::string_view session_name) override {
    return policy::Principal{.kind = policy::Principal::Kind::role_session,
                             .role_arn = std::string(role_arn),
                             .session_name = std::string(session_name)};
  }

  std::set<std::string> denied_actions;
};

// A file's bytes from an offset, as a segment's blob would be.
class FileBlob final : public store::Blob {
 public:
  FileBlob(std::unique_ptr<base::File> file, std::uint64_t offset, std::uint64_t size)
      : file_(std::move(file)), offset_(offset), size_(size) {}
  [[nodiscard]] int descriptor() const override { return file_->descriptor(); }
  [[nodiscard]] std::uint64_t offset() const override { return offset_; }
  [[nodiscard]] std::optional<std::string_view> held() const override { return std::nullopt; }
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t at, char* out, std::size_t size) const override {
    if (at >= size_) return 0;
    return file_->read_at(offset_ + at, out, std::min<std::size_t>(size, size_ - at));
  }

 private:
  std::unique_ptr<base::File> file_;
  std::uint64_t offset_;
  std::uint64_t size_;
};

// Every bucket exists but "missing"; the bytes lie in files, so that works can read them. Safe from
// any thread.
class FakeObjects final : public Objects {
 public:
  explicit FakeObjects(std::string folder) : folder_(std::move(folder)) {}

  void put_text(const std::string& key, const std::string& text) {
    const std::scoped_lock guard(mutex_);
    texts_[key] = text;
    base::SystemFiles files;
    files.remove(file_of(key));
    files.open(file_of(key), base::Open::create_new)->write_at(0, std::string(before_blob) + text);
  }
  [[nodiscard]] std::string text(const std::string& key) {
    const std::scoped_lock guard(mutex_);
    return texts_.contains(key) ? texts_[key] : "";
  }
  std::function<void(const std::string& key)> on_put = [](const std::string&) {};

  std::optional<Bucket> bucket(std::string_view name) override {
    if (name == "missing") return std::nullopt;
    return Bucket{.name = std::string(name), .region = "us-east-1"};
  }
  Listing list(const identity::Permit&, const ListQuery& query) override {
    const std::scoped_lock guard(mutex_);
    Listing listing;
    for (const auto& [key, text] : texts_) {
      if (key.starts_with(query.prefix) && key > query.after)
        listing.objects.push_back({.key = key, .size = text.size()});
    }
    return listing;
  }
  std::optional<ObjectInfo> head(const identity::Permit&, std::string_view,
                                 std::string_view) override {
    return std::nullopt;
  }
  OpenObject open(const identity::Permit&, std::string_view, std::string_view key) override {
    const std::scoped_lock guard(mutex_);
    const auto found = texts_.find(std::string(key));
    if (found == texts_.end()) throw NoSuchKey(key);
    base::SystemFiles files;
    OpenObject object{.info = ObjectInfo{.key = found->first, .size = found->second.size()},
                      .pieces = {}};
    object.pieces.push_back(
        std::make_unique<FileBlob>(files.open(file_of(found->first), base::Open::read),
                                   before_blob.size(), found->second.size()));
    return object;
  }
  ObjectInfo put(const identity::Permit&, std::string_view bucket, std::string_view key,
                 base::Reader& bytes, const PutOptions&) override {
    if (bucket == "missing") throw NoSuchBucket(bucket);
    on_put(std::string(key));
    put_text(std::string(key), base::read_all(bytes, 1 << 20));
    return {};
  }
  void remove(const identity::Permit&, std::string_view, std::string_view key) override {
    const std::scoped_lock guard(mutex_);
    texts_.erase(std::string(key));
  }

 private:
  static constexpr std::string_view before_blob = "before ";
  [[nodiscard]] std::string file_of(std::string key) const {
    std::replace(key.begin(), key.end(), '/', ':');
    return folder_ + "/blob-" + key;
  }

  std::string folder_;
  std::mutex mutex_;
  std::map<std::string, std::string> texts_;  // by key, of one bucket; guarded by mutex_
};

}  // namespace millrace::objects::testing
