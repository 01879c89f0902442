// What buckets and objects bring to decisions about them: the bucket's policy, the lists of grants
// where the bucket heeds them, and what conditions may ask of an object.
#pragma once

#include "identity/guard.hpp"
#include "objects/acl.hpp"
#include "objects/object_store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::objects {

// A bucket's policy, read; whether it is public is known with it.
struct ReadPolicy {
  std::shared_ptr<const identity::Policy> policy;
  bool is_public = false;
};

class BucketGuards final : public identity::Guards {
 public:
  struct Source {
    std::function<std::shared_ptr<const Bucket>(std::string_view name)> bucket;
    std::function<std::optional<ObjectInfo>(const ObjectName& name)> object;
  };
  explicit BucketGuards(Source source) : source_(std::move(source)) {}

  [[nodiscard]] std::shared_ptr<const identity::Guard> guard(
      const identity::Question& question) override;
  [[nodiscard]] std::optional<identity::KeyValues> values(const identity::Question& question,
                                                          std::string_view key) override;

 private:
  void add_policy(const Bucket& bucket, identity::Guard& guard);
  void add_acl(const Bucket& bucket, const identity::Question& question, identity::Guard& guard);
  [[nodiscard]] ReadPolicy read(std::string_view document);
  // What a list of grants is as a policy.
  [[nodiscard]] std::shared_ptr<const identity::Policy> grants(std::string_view text,
                                                               bool ignores_public, Reach reach);
  [[nodiscard]] std::optional<ObjectInfo> object_of(const identity::Question& question) const;

  Source source_;
  std::mutex mutex_;
  std::map<std::string, ReadPolicy, std::less<>> read_;  // by document; guarded by mutex_
  // By text, with how it is read; guarded by mutex_.
  std::map<std::string, std::shared_ptr<const identity::Policy>, std::less<>> grants_;
};

}  // namespace millrace::objects
