// Lifecycles carried out: what is due is found page by page, and each page's deeds are one write.
#include "objects/engine.hpp"
#include "objects/lifecycle.hpp"
#include "objects/versioning.hpp"

#include <array>

namespace millrace::objects {

namespace {

constexpr std::size_t page_size = 1000;  // versions

struct Deed {
  std::int64_t id = 0;
  ObjectInfo info;
  Fate fate;
};

// Goes through a bucket's versions in their order and notes what is due.
class Inspection {
 public:
  Inspection(const std::vector<LifecycleRule>& rules, base::Timestamp now)
      : rules_(rules), now_(now) {}

  // False where the page is full.
  bool take(const rows::StoredObject& version) {
    const bool newest = version.detail.info.key != key_;
    if (newest) {
      settle();
      key_ = version.detail.info.key;
      newer_noncurrent_ = 0;
    } else if (held_) {
      held_.reset();  // the marker is not alone
    }
    if (newest && version.marker) {
      held_ = version;
    } else {
      judge(version, {.newest = newest,
                      .marker = version.marker,
                      .alone = false,
                      .replaced = replaced_,
                      .newer_noncurrent = newest ? 0 : newer_noncurrent_++});
    }
    replaced_ = version.detail.info.modified;
    place_ = {.key = key_, .below_id = version.id};
    return ++seen_ < page_size;
  }

  // A marker that was the last seen of its key is the only one.
  void settle() {
    if (!held_) return;
    const rows::StoredObject marker = *std::exchange(held_, std::nullopt);
    judge(marker,
          {.newest = true, .marker = true, .alone = true, .replaced = {}, .newer_noncurrent = 0});
  }

  [[nodiscard]] std::vector<Deed> take_deeds() { return std::exchange(deeds_, {}); }
  [[nodiscard]] const rows::VersionPlace& place() const { return place_; }
  // Were there as many as a page holds? Then there may be more.
  [[nodiscard]] bool turn_page() { return std::exchange(seen_, 0) == page_size; }

 private:
  void judge(const rows::StoredObject& version, const Standing& standing) {
    Fate fate = fate_of(rules_, version.detail.info, standing, now_);
    if (fate.kind == Fate::Kind::stays) return;
    deeds_.push_back({.id = version.id, .info = version.detail.info, .fate = std::move(fate)});
  }

  const std::vector<LifecycleRule>& rules_;
  base::Timestamp now_;
  std::string key_;
  base::Timestamp replaced_;
  int newer_noncurrent_ = 0;
  std::optional<rows::StoredObject>
      held_;  // a newest marker, until it is known whether it is alone
  rows::VersionPlace place_;
  std::size_t seen_ = 0;
  std::vector<Deed> deeds_;
};

class Report {
 public:
  void count(Fate::Kind kind) { ++counts_[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] std::string words(const std::string& bucket, int aborted) const {
    const auto [stayed, moved, expired, gone] = counts_;
    if (moved + expired + gone + aborted == 0) return {};
    return "lifecycle of " + bucket + ": " + std::to_string(expired) + " expired, " +
           std::to_string(gone) + " erased, " + std::to_string(moved) +
           " moved to another storage class, " + std::to_string(aborted) + " uploads aborted";
  }

 private:
  std::array<int, 4> counts_{};  // by kind
};

}  // namespace

bool Engine::carry_out(store::Connection& connection, const Bucket& bucket, std::int64_t id,
                       const ObjectInfo& info, const Fate& fate) {
  const auto found = rows::find_version(connection, bucket.name, info.key, info.version);
  if (!found || found->id != id) return false;  // replaced meanwhile
  // Nothing goes before its copies are made.
  if (awaits_replication(found->detail.info.traits.replication)) return false;
  KeyToErase asked{.key = info.key, .precondition = {}};
  if (fate.kind == Fate::Kind::moves) {
    stamps_.changing(stamp_name(bucket.name, info.key));
    ObjectInfo moved = found->detail.info;
    moved.traits.storage_class = fate.storage_class;
    moved.traits.restore.clear();
    moved.traits.lying = {};
    if (fate.storage_class == intelligent_class) moved.traits.lying.accessed = clock_.service();
    rows::set_object_traits(connection, id, moved.traits);
    tell_difference(connection, bucket, *found, moved, Cause::lifecycle);
    return true;
  }
  if (fate.kind == Fate::Kind::goes) asked.version = info.version;
  if (fate.kind == Fate::Kind::expires && !found->shown) return false;
  return erase_one(connection, bucket, asked, Cause::lifecycle).outcome == Erased::done;
}

void Engine::tell_deed(const Bucket& bucket, const ObjectInfo& info, const Fate& fate) const {
  using Kind = LifecycleDeed::Kind;
  LifecycleDeed deed{.bucket = bucket.name, .key = info.key, .size = info.size};
  if (fate.kind == Fate::Kind::moves) {
    deed.kind = Kind::moved;
    deed.storage_class = fate.storage_class;
  } else if (fate.kind == Fate::Kind::expires && versioning_of(bucket) != Versioning::never) {
    deed.kind = Kind::hidden;
  } else if (fate.kind == Fate::Kind::goes) {
    deed.version = info.version;
  }
  hear_deed_(deed);
}

std::string Engine::run_lifecycle(const Bucket& bucket) {
  const std::vector<LifecycleRule> rules = parse_lifecycle(bucket.setting("lifecycle"));
  const base::Timestamp now = clock_.service();
  Report report;
  Inspection inspection(rules, now);
  bool more = true;
  while (more) {
    database_.read([&](store::Connection& connection) {
      rows::each_version(
          connection, bucket.name, inspection.place(),
          [&](const rows::StoredObject& version) { return inspection.take(version); });
    });
    more = inspection.turn_page();
    if (!more) inspection.settle();
    const std::vector<Deed> deeds = inspection.take_deeds();
    if (deeds.empty()) continue;
    std::vector<const Deed*> done;
    database_.write([&](store::Connection& connection) {
      for (const Deed& deed : deeds) {
        if (carry_out(connection, bucket, deed.id, deed.info, deed.fate)) done.push_back(&deed);
      }
    });
    for (const Deed* deed : done) {
      report.count(deed->fate.kind);
      tell_deed(bucket, deed->info, deed->fate);
    }
  }
  return report.words(bucket.name, abort_uploads(bucket, rules, now));
}

int Engine::abort_uploads(const Bucket& bucket, const std::vector<LifecycleRule>& rules,
                          base::Timestamp now) {
  std::vector<LifecycleDeed> deeds;
  database_.write([&](store::Connection& connection) {
    std::vector<std::string> due;
    rows::each_upload(connection, {.bucket = bucket.name}, [&](const Upload& upload) {
      const auto fate = abort_of(rules, upload.key, upload.initiated);
      if (!fate || fate->when > now) return true;
      due.push_back(upload.id);
      deeds.push_back(
          {.kind = LifecycleDeed::Kind::aborted, .bucket = bucket.name, .key = upload.key});
      return true;
    });
    for (const std::string& id : due) erase_blobs(connection, rows::delete_upload(connection, id));
  });
  for (const LifecycleDeed& deed : deeds) hear_deed_(deed);
  return static_cast<int>(deeds.size());
}

std::vector<std::string> Engine::buckets_with(std::string_view kind) {
  return database_.read(
      [&](store::Connection& connection) { return rows::buckets_with(connection, kind); });
}

std::vector<std::string> Engine::run_lifecycles() {
  std::vector<std::string> reports;
  for (const std::string& name : buckets_with("lifecycle")) {
    const auto found = bucket(name);
    if (!found) continue;
    std::string report = run_lifecycle(*found);
    if (!report.empty()) reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace millrace::objects
