// Access points on the data folder's database, kept in memory as long as nothing changes them.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "objects/points.hpp"
#include "store/kept.hpp"
#include "store/stamps.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace millrace::objects {

class PointEngine final : public Points {
 public:
  // All outlive it. The stamps are those by which buckets are kept too: an account's block changes
  // what its buckets are.
  struct Parts {
    store::Database& database;
    store::Stamps& stamps;
    base::Clock& clock;
    base::Random& random;
  };
  explicit PointEngine(const Parts& parts) : parts_(parts) {}

  [[nodiscard]] std::shared_ptr<const AccessPoint> find(const PointName& name) override;
  [[nodiscard]] std::shared_ptr<const AccessPoint> find_alias(std::string_view alias) override;
  AccessPoint create(const identity::Permit& permit, AccessPoint point) override;
  void change(const identity::Permit& permit, const PointName& name, const Change& change) override;
  void remove(const identity::Permit& permit, const PointName& name) override;
  [[nodiscard]] std::vector<AccessPoint> list(const identity::Permit& permit,
                                              const PointQuery& query) override;
  [[nodiscard]] std::optional<PublicBlock> account_block(const identity::Permit& permit) override;
  void set_account_block(const identity::Permit& permit,
                         const std::optional<PublicBlock>& block) override;
  void change_bucket_tags(const identity::Permit& permit, std::string_view bucket,
                          const std::function<void(Attributes&)>& change) override;

 private:
  void changing(const AccessPoint& point);

  const Parts parts_;
  store::Kept<AccessPoint> points_{parts_.stamps};  // by ARN and by alias
};

}  // namespace millrace::objects
