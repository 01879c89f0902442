// What buckets and objects bring to decisions about them: the bucket's policy, the lists of grants
// where the bucket heeds them, the access point by which they are reached, and what conditions may
// ask of any of these.
#pragma once

#include "objects/acl.hpp"
#include "objects/object_store.hpp"
#include "objects/points.hpp"
#include "policy/guard.hpp"

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
  std::shared_ptr<const policy::Policy> policy;
  bool is_public = false;
};

class BucketGuards final : public policy::Guards, public policy::Ways {
 public:
  struct Source {
    std::function<std::shared_ptr<const Bucket>(std::string_view name)> bucket;
    std::function<std::optional<ObjectInfo>(const ObjectName& name)> object;
    std::function<std::shared_ptr<const AccessPoint>(const PointName& name)> point =
        [](const PointName&) { return nullptr; };
  };
  explicit BucketGuards(Source source) : source_(std::move(source)) {}

  [[nodiscard]] std::shared_ptr<const policy::Guard> guard(
      const policy::Question& question) override;
  [[nodiscard]] std::optional<policy::KeyValues> values(const policy::Question& question,
                                                        std::string_view key) override;

  [[nodiscard]] std::optional<policy::Way> way(const policy::Question& question) override;

 private:
  // What a resource names. Borrows the resource's text.
  struct Place {
    std::shared_ptr<const AccessPoint> point;  // whose ARN the resource is
    std::string_view bucket;
    std::string_view key;  // empty: the bucket itself
  };
  [[nodiscard]] std::optional<Place> place_of(std::string_view resource) const;
  // By which the request came, as its conditions say; it may be gone meanwhile.
  [[nodiscard]] std::shared_ptr<const AccessPoint> point_of(const policy::Question& question) const;
  void add_policy(const Bucket& bucket, const PublicBlock& block, policy::Guard& guard);
  void add_acl(const Bucket& bucket, const PublicBlock& block, const policy::Question& question,
               policy::Guard& guard);
  [[nodiscard]] ReadPolicy read(std::string_view document);
  // What a list of grants is as a policy.
  [[nodiscard]] std::shared_ptr<const policy::Policy> grants(std::string_view text,
                                                             bool ignores_public, Reach reach);
  [[nodiscard]] std::optional<ObjectInfo> object_of(const policy::Question& question) const;
  [[nodiscard]] std::optional<policy::KeyValues> tag_values(const policy::Question& question,
                                                            std::string_view key) const;

  Source source_;
  std::mutex mutex_;
  std::map<std::string, ReadPolicy, std::less<>> read_;  // by document; guarded by mutex_
  // By text, with how it is read; guarded by mutex_.
  std::map<std::string, std::shared_ptr<const policy::Policy>, std::less<>> grants_;
};

}  // namespace millrace::objects
