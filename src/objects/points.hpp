// Access points: names by which a bucket's objects are reached under a policy of the name's own;
// and what an account has set for all its buckets.
#pragma once

#include "objects/object_store.hpp"
#include "objects/openness.hpp"
#include "policy/way.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::objects {

constexpr std::int64_t points_limit = 10'000;  // per account and region

// The condition keys of requests that come by an access point.
constexpr const char* point_arn_key = "s3:DataAccessPointArn";
constexpr const char* point_account_key = "s3:DataAccessPointAccount";
constexpr const char* point_origin_key = "s3:AccessPointNetworkOrigin";

// Unique: one account may have one of the name in each region.
struct PointName {
  std::string account;
  std::string region;
  std::string name;

  // arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME
  [[nodiscard]] std::string arn() const;
  // The first label of the host that clients make of the ARN: NAME-ACCOUNT.
  [[nodiscard]] std::string host() const;
  bool operator==(const PointName&) const = default;
};

struct AccessPoint {
  PointName name;
  std::string alias = {};  // stands where a bucket's name may
  std::string bucket;
  std::string bucket_account;  // of the bucket's owner when the point was made
  std::string vpc = {};        // the only network that it may be used from; empty: any
  PublicBlock block = {};
  PublicBlock account_block = nothing_blocked;  // what its account has set; not the point's own
  std::string policy = {};                      // empty: none
  Attributes tags = {};
  base::Timestamp created = {};

  [[nodiscard]] std::string_view origin() const { return vpc.empty() ? "Internet" : "VPC"; }
  // What a request by it brings to decisions.
  [[nodiscard]] policy::Conditions conditions() const;
};

constexpr std::string_view alias_suffix = "-s3alias";

// What an access point's ARN names: itself or, with /object/KEY, an object.
struct PointPath {
  PointName point;
  std::optional<std::string> key;
};
[[nodiscard]] std::optional<PointPath> parse_point_arn(std::string_view arn);
// An account's twelve digits at the end of NAME-ACCOUNT; no region.
[[nodiscard]] std::optional<PointName> parse_point_host(std::string_view label);

struct NoSuchPoint : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct PointExists : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// A bucket has the name that the point's hosts would have.
struct PointHostTaken : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct TooManyPoints : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// A bucket cannot go while its account has points of it.
struct BucketHasPoints : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct PointQuery {
  std::string account;
  std::string region;
  std::string bucket;  // empty: of all
  std::string after;   // the name
  std::int64_t limit = 1000;
};

class Points {
 public:
  virtual ~Points() = default;
  // Without a permit: whoever names one is then decided about. Null: there is none.
  [[nodiscard]] virtual std::shared_ptr<const AccessPoint> find(const PointName& name) = 0;
  [[nodiscard]] virtual std::shared_ptr<const AccessPoint> find_alias(std::string_view alias) = 0;

  // Of the permit's own account. Its alias is made; its bucket must be there, of the account that
  // it names: NoSuchBucket. PointExists, PointHostTaken, TooManyPoints.
  virtual AccessPoint create(const identity::Permit& permit, AccessPoint point) = 0;
  // `change` sees and sets policy and tags, or throws. NoSuchPoint.
  using Change = std::function<void(AccessPoint&)>;
  virtual void change(const identity::Permit& permit, const PointName& name,
                      const Change& change) = 0;
  virtual void remove(const identity::Permit& permit, const PointName& name) = 0;  // NoSuchPoint
  // By name.
  [[nodiscard]] virtual std::vector<AccessPoint> list(const identity::Permit& permit,
                                                      const PointQuery& query) = 0;

  // The block of the permit's account; none where it was never set.
  [[nodiscard]] virtual std::optional<PublicBlock> account_block(
      const identity::Permit& permit) = 0;
  virtual void set_account_block(const identity::Permit& permit,
                                 const std::optional<PublicBlock>& block) = 0;

  // `change` sees and sets a bucket's tags, or throws. NoSuchBucket, ForeignBucket.
  virtual void change_bucket_tags(const identity::Permit& permit, std::string_view bucket,
                                  const std::function<void(Attributes&)>& change) = 0;
};

// Those of the store's buckets, and what they bring to decisions about requests that come by them.
[[nodiscard]] Points& points_of(ObjectStore& objects);
[[nodiscard]] policy::Ways& ways_of(ObjectStore& objects);

}  // namespace millrace::objects
