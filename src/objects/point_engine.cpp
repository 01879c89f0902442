#include "objects/point_engine.hpp"

#include "objects/object_store.hpp"
#include "objects/point_rows.hpp"
#include "objects/store.hpp"

namespace millrace::objects {

namespace {

constexpr std::size_t alias_name_part = 20;  // so that the whole has the 63 letters of a host label
constexpr std::size_t alias_random_part = 34;

void check_own(const identity::Permit& permit, std::string_view account) {
  if (permit.account() != account) throw ForeignBucket("an access point of another account");
}

AccessPoint existing(store::Connection& connection, const PointName& name) {
  auto found = rows::find_point(connection, name);
  if (!found) throw NoSuchPoint(name.name);
  return *std::move(found);
}

void check_place(store::Connection& connection, const AccessPoint& point) {
  const auto bucket = rows::find_bucket(connection, point.bucket);
  if (!bucket || bucket->account != point.bucket_account) throw NoSuchBucket(point.bucket);
  if (rows::find_point(connection, point.name)) throw PointExists(point.name.name);
  if (rows::find_bucket(connection, point.name.host())) throw PointHostTaken(point.name.host());
  if (rows::count_points(connection, point.name.account, point.name.region) >= points_limit) {
    throw TooManyPoints("too many access points");
  }
}

}  // namespace

std::shared_ptr<const AccessPoint> PointEngine::find(const PointName& name) {
  return points_.get(name.arn(), [&] {
    return parts_.database.read(
        [&](store::Connection& connection) { return rows::find_point(connection, name); });
  });
}

std::shared_ptr<const AccessPoint> PointEngine::find_alias(std::string_view alias) {
  return points_.get(alias, [&] {
    return parts_.database.read([&](store::Connection& connection) {
      return rows::find_point_of_alias(connection, alias);
    });
  });
}

void PointEngine::changing(const AccessPoint& point) {
  parts_.stamps.changing(point.name.arn());
  parts_.stamps.changing(point.alias);
}

AccessPoint PointEngine::create(const identity::Permit& permit, AccessPoint point) {
  check_own(permit, point.name.account);
  point.alias =
      point.name.name.substr(0, alias_name_part) + "-" +
      base::random_text(parts_.random, alias_random_part, "abcdefghijklmnopqrstuvwxyz0123456789") +
      std::string(alias_suffix);
  point.created = std::chrono::floor<std::chrono::seconds>(parts_.clock.service());
  parts_.database.write([&](store::Connection& connection) {
    check_place(connection, point);
    changing(point);
    rows::insert_point(connection, point);
  });
  return point;
}

void PointEngine::change(const identity::Permit& permit, const PointName& name,
                         const Change& change) {
  check_own(permit, name.account);
  parts_.database.write([&](store::Connection& connection) {
    AccessPoint point = existing(connection, name);
    change(point);
    changing(point);
    rows::set_point(connection, point);
  });
}

void PointEngine::remove(const identity::Permit& permit, const PointName& name) {
  check_own(permit, name.account);
  parts_.database.write([&](store::Connection& connection) {
    changing(existing(connection, name));
    rows::delete_point(connection, name);
  });
}

std::vector<AccessPoint> PointEngine::list(const identity::Permit& permit,
                                           const PointQuery& query) {
  check_own(permit, query.account);
  return parts_.database.read(
      [&](store::Connection& connection) { return rows::list_points(connection, query); });
}

std::optional<PublicBlock> PointEngine::account_block(const identity::Permit& permit) {
  const std::string text = parts_.database.read([&](store::Connection& connection) {
    return rows::account_setting(connection, permit.account(), public_access_setting);
  });
  return text.empty() ? std::nullopt : std::optional(to_public_block(text));
}

void PointEngine::set_account_block(const identity::Permit& permit,
                                    const std::optional<PublicBlock>& block) {
  parts_.database.write([&](store::Connection& connection) {
    parts_.stamps.changing_all();
    rows::set_account_setting(connection, permit.account(), public_access_setting,
                              block ? to_text(*block) : std::string());
  });
}

void PointEngine::change_bucket_tags(const identity::Permit& permit, std::string_view bucket,
                                     const std::function<void(Attributes&)>& change) {
  parts_.database.write([&](store::Connection& connection) {
    const auto found = rows::find_bucket(connection, bucket);
    if (!found) throw NoSuchBucket(bucket);
    check_own(permit, found->account);
    Attributes tags = rows::bucket_tags(connection, bucket);
    change(tags);
    parts_.stamps.changing(bucket);
    rows::set_bucket_tags(connection, bucket, tags);
  });
}

}  // namespace millrace::objects
