// Buckets, and what the engine's parts share.
#include "objects/engine.hpp"

#include "base/arn.hpp"
#include "objects/listing.hpp"
#include "objects/point_rows.hpp"

namespace millrace::objects {

namespace {

constexpr std::int64_t erased_at_once = 1000;

// A disk that takes no more writes forgets them.
void keep_last_accesses(Engine& engine) noexcept {
  try {
    engine.keep_accesses();
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace

std::optional<Location> parse_s3_uri(std::string_view uri) {
  constexpr std::string_view scheme = "s3://";
  if (!uri.starts_with(scheme)) return std::nullopt;
  uri.remove_prefix(scheme.size());
  const auto slash = uri.find('/');
  Location location{.bucket = std::string(uri.substr(0, slash)), .key = {}};
  if (location.bucket.empty()) return std::nullopt;
  if (slash != std::string_view::npos) location.key = uri.substr(slash + 1);
  return location;
}

std::string bucket_arn(std::string_view bucket) { return base::arn("s3", "", "", bucket); }

std::string object_arn(std::string_view bucket, std::string_view key) {
  return bucket_arn(bucket) + "/" + std::string(key);
}

std::string_view Bucket::setting(std::string_view kind) const {
  if (!settings) return {};
  const auto found = settings->find(kind);
  return found == settings->end() ? std::string_view() : std::string_view(found->second);
}

std::unique_ptr<ObjectStore> open_objects(store::Database& database, store::Blobs& blobs,
                                          base::Clock& clock, base::Random& random,
                                          const Sealing& sealing) {
  return std::make_unique<Engine>(database, blobs, clock, random, sealing);
}

Points& points_of(ObjectStore& objects) { return dynamic_cast<Engine&>(objects).points(); }

policy::Ways& ways_of(ObjectStore& objects) { return dynamic_cast<Engine&>(objects).ways(); }

Bucket own_bucket(store::Connection& connection, const identity::Permit& permit,
                  std::string_view name) {
  auto bucket = rows::find_bucket(connection, name);
  if (!bucket) throw NoSuchBucket(name);
  check_owner(*bucket, permit);
  return *std::move(bucket);
}

bool opens(const identity::Permit& permit, std::string_view bucket, std::string_view account) {
  if (account == permit.account()) return true;
  const auto& opened = permit.opened();
  return opened && opened->account == account && opened->arn == bucket_arn(bucket);
}

bool opens_to_read(const identity::Permit& permit, std::string_view bucket,
                   std::string_view account) {
  const bool is_services = account == service_account && !permit.account().empty();
  return is_services || opens(permit, bucket, account);
}

void check_owner(const Bucket& bucket, const identity::Permit& permit) {
  if (opens(permit, bucket.name, bucket.account)) return;
  throw ForeignBucket("bucket " + bucket.name + " is another account's");
}

Bucket readable_bucket(store::Connection& connection, const identity::Permit& permit,
                       std::string_view name) {
  auto bucket = rows::find_bucket(connection, name);
  if (!bucket) throw NoSuchBucket(name);
  if (!opens_to_read(permit, bucket->name, bucket->account)) check_owner(*bucket, permit);
  return *std::move(bucket);
}

std::string stamp_name(std::string_view bucket, std::string_view key) {
  std::string name;
  name.reserve(bucket.size() + 1 + key.size());
  return name.append(bucket).append("/").append(key);
}

Engine::Engine(store::Database& database, store::Blobs& blobs, base::Clock& clock,
               base::Random& random, const Sealing& sealing)
    : database_(database),
      blobs_(blobs),
      clock_(clock),
      random_(random),
      seals_(sealing.vault == nullptr
                 ? std::nullopt
                 : std::optional<Seals>(std::in_place, *sealing.vault, random)),
      sealed_otherwise_(sealing.otherwise),
      guards_({.bucket = [this](std::string_view name) { return kept_bucket(name); },
               .object = [this](const ObjectName& name) { return guarded_object(name); },
               .point = [this](const PointName& name) { return points_.find(name); }}) {
  rows::declare(database);
  rows::declare_points(database);
  database.join(stamps_);
  database.join(feed_bell_);
}

Engine::~Engine() {
  keep_last_accesses(*this);
  database_.leave(feed_bell_);
  database_.leave(stamps_);
}

base::Timestamp Engine::now() const {
  return std::chrono::floor<std::chrono::seconds>(clock_.service());
}

void Engine::erase_blobs(store::Connection& connection, const std::vector<std::string>& blobs) {
  for (const std::string& blob : blobs) blobs_.erase(connection, {blob});
}

std::shared_ptr<const Bucket> Engine::kept_bucket(std::string_view name) {
  return buckets_.get(name, [&] {
    return database_.read(
        [&](store::Connection& connection) { return rows::find_bucket(connection, name); });
  });
}

std::optional<ObjectInfo> Engine::guarded_object(const ObjectName& name) {
  if (!name.version) {
    const auto kept = kept_object(name.bucket, name.key);
    return kept ? std::optional(kept->object.detail.info) : std::nullopt;
  }
  try {
    auto found = database_.read(
        [&](store::Connection& connection) { return find_readable(connection, name); });
    return found ? std::optional(std::move(found->detail.info)) : std::nullopt;
  } catch (const NoSuchKey&) {
    return std::nullopt;
  } catch (const NoSuchVersion&) {
    return std::nullopt;
  } catch (const MarkerAsked&) {
    return std::nullopt;
  }
}

std::optional<Bucket> Engine::bucket(std::string_view name) {
  const auto found = kept_bucket(name);
  if (!found) return std::nullopt;
  return *found;
}

void Engine::create_bucket(const identity::Permit& permit, const Bucket& bucket,
                           const Attributes& tags) {
  if (bucket.account != permit.account()) throw ForeignBucket("a bucket of another account");
  database_.write([&](store::Connection& connection) {
    if (auto taken = rows::find_bucket(connection, bucket.name)) throw BucketExists(*taken);
    // The name means an access point where a host bears it, to whomever that belongs.
    if (rows::has_point_host(connection, bucket.name)) {
      throw BucketExists({.name = bucket.name,
                          .account = std::string(service_account),
                          .region = bucket.region,
                          .created = bucket.created});
    }
    if (rows::count_buckets(connection, bucket.account) >= bucket_limit) {
      throw TooManyBuckets("too many buckets");
    }
    rows::insert_bucket(connection, bucket, tags);
  });
}

void Engine::delete_bucket(const identity::Permit& permit, std::string_view name) {
  database_.write([&](store::Connection& connection) {
    const Bucket bucket = own_bucket(connection, permit, name);
    if (rows::has_objects(connection, name)) throw BucketNotEmpty(bucket.name);
    if (rows::has_points(connection, bucket.account, name)) throw BucketHasPoints(bucket.name);
    for (const std::string& upload : rows::uploads_of(connection, name)) {
      erase_blobs(connection, rows::delete_upload(connection, upload));
    }
    stamps_.changing(name);
    rows::delete_bucket(connection, name);
  });
}

std::vector<Bucket> Engine::list_buckets(const identity::Permit& permit, const BucketQuery& query) {
  if (query.account != permit.account()) throw ForeignBucket("buckets of another account");
  return database_.read(
      [&](store::Connection& connection) { return rows::list_buckets(connection, query); });
}

Attributes Engine::bucket_tags(const identity::Permit& permit, std::string_view name) {
  return database_.read([&](store::Connection& connection) {
    own_bucket(connection, permit, name);
    return rows::bucket_tags(connection, name);
  });
}

void Engine::set_bucket_tags(const identity::Permit& permit, std::string_view name,
                             const Attributes& tags) {
  database_.write([&](store::Connection& connection) {
    own_bucket(connection, permit, name);
    stamps_.changing(name);
    rows::set_bucket_tags(connection, name, tags);
  });
}

std::optional<std::string> Engine::setting(const identity::Permit& permit,
                                           const SettingName& name) {
  return database_.read([&](store::Connection& connection) {
    own_bucket(connection, permit, name.bucket);
    return rows::setting(connection, name);
  });
}

void Engine::set_setting(const identity::Permit& permit, const SettingName& name,
                         std::string_view document) {
  database_.write([&](store::Connection& connection) {
    own_bucket(connection, permit, name.bucket);
    stamps_.changing(name.bucket);
    rows::set_setting(connection, name, document);
  });
}

std::vector<NamedSetting> Engine::settings(const identity::Permit& permit, const SettingName& after,
                                           std::int64_t limit) {
  return database_.read([&](store::Connection& connection) {
    own_bucket(connection, permit, after.bucket);
    return rows::settings(connection, after, limit);
  });
}

void Engine::empty_account(std::string_view account) {
  BucketQuery all;
  all.account = account;
  const auto buckets = database_.read(
      [&](store::Connection& connection) { return rows::list_buckets(connection, all); });
  for (const Bucket& bucket : buckets) {
    bool emptied = false;
    while (!emptied) {
      emptied = database_.write([&](store::Connection& connection) {
        stamps_.changing_all();
        const auto ids = rows::object_ids(connection, bucket.name, erased_at_once);
        for (const std::int64_t id : ids) {
          erase_blobs(connection, rows::delete_object(connection, id));
        }
        return ids.empty();
      });
    }
    database_.write([&](store::Connection& connection) {
      stamps_.changing(bucket.name);
      for (const std::string& upload : rows::uploads_of(connection, bucket.name)) {
        erase_blobs(connection, rows::delete_upload(connection, upload));
      }
      if (!rows::has_objects(connection, bucket.name)) {
        rows::delete_bucket(connection, bucket.name);
      }
    });
  }
  database_.write([&](store::Connection& connection) {
    stamps_.changing_all();
    rows::empty_points(connection, account);
  });
}

}  // namespace millrace::objects
