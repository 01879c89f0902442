// The object store on the data folder's database and blobs.
#pragma once

#include "objects/accesses.hpp"
#include "objects/feed.hpp"
#include "objects/feed_bell.hpp"
#include "objects/guards.hpp"
#include "objects/lifecycle.hpp"
#include "objects/lifecycle_deeds.hpp"
#include "objects/loading.hpp"
#include "objects/object_store.hpp"
#include "objects/point_engine.hpp"
#include "objects/replicas.hpp"
#include "objects/replication.hpp"
#include "objects/replication_deeds.hpp"
#include "objects/store.hpp"
#include "objects/tiering.hpp"
#include "store/kept.hpp"
#include "store/stamps.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::objects {

class Engine final : public ObjectStore {
 public:
  Engine(store::Database& database, store::Blobs& blobs, base::Clock& clock, base::Random& random,
         const Sealing& sealing);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() override;

  [[nodiscard]] policy::Guards& guards() override { return guards_; }
  [[nodiscard]] Points& points() { return points_; }
  [[nodiscard]] policy::Ways& ways() { return guards_; }
  [[nodiscard]] std::optional<Bucket> bucket(std::string_view name) override;
  void create_bucket(const identity::Permit& permit, const Bucket& bucket,
                     const Attributes& tags) override;
  void delete_bucket(const identity::Permit& permit, std::string_view name) override;
  [[nodiscard]] std::vector<Bucket> list_buckets(const identity::Permit& permit,
                                                 const BucketQuery& query) override;
  [[nodiscard]] Attributes bucket_tags(const identity::Permit& permit,
                                       std::string_view name) override;
  void set_bucket_tags(const identity::Permit& permit, std::string_view name,
                       const Attributes& tags) override;
  [[nodiscard]] std::optional<std::string> setting(const identity::Permit& permit,
                                                   const SettingName& name) override;
  void set_setting(const identity::Permit& permit, const SettingName& name,
                   std::string_view document) override;
  [[nodiscard]] std::vector<NamedSetting> settings(const identity::Permit& permit,
                                                   const SettingName& after,
                                                   std::int64_t limit) override;

  [[nodiscard]] Listing list(const identity::Permit& permit, const ListQuery& query) override;
  [[nodiscard]] std::optional<ObjectInfo> head(const identity::Permit& permit,
                                               std::string_view bucket,
                                               std::string_view key) override;
  [[nodiscard]] OpenObject open(const identity::Permit& permit, std::string_view bucket,
                                std::string_view key) override;
  ObjectInfo put(const identity::Permit& permit, std::string_view bucket, std::string_view key,
                 base::Reader& bytes, const PutOptions& options) override;
  void remove(const identity::Permit& permit, std::string_view bucket,
              std::string_view key) override;
  [[nodiscard]] Draft receive(base::Reader& bytes, const std::vector<const ChecksumKind*>& kinds,
                              std::uint64_t limit, const Protection& protection) override;
  ObjectInfo put(const identity::Permit& permit, std::string_view bucket, std::string_view key,
                 Draft draft, const PutOptions& options, const Precondition& precondition) override;
  [[nodiscard]] std::optional<ObjectDetail> look(const identity::Permit& permit,
                                                 const ObjectName& name,
                                                 std::optional<int> part) override;
  [[nodiscard]] OpenRange open_range(const identity::Permit& permit, const ObjectName& name,
                                     std::optional<int> part, const Choose& choose,
                                     std::string_view customer_key) override;
  [[nodiscard]] std::vector<Erasure> erase(const identity::Permit& permit, std::string_view bucket,
                                           const std::vector<KeyToErase>& keys) override;
  ObjectInfo change(const identity::Permit& permit, const ObjectName& name,
                    const Change& change) override;
  [[nodiscard]] StoredPartPage parts_of(const identity::Permit& permit, const ObjectName& name,
                                        const PartQuery& query) override;
  [[nodiscard]] VersionListing list_versions(const identity::Permit& permit,
                                             const VersionQuery& query) override;

  [[nodiscard]] Encryption default_encryption(const Bucket& bucket,
                                              std::string_view account) const override;
  [[nodiscard]] std::string managed_key(std::string_view account,
                                        std::string_view region) const override;
  [[nodiscard]] Protection protect_by(const std::string& customer_key) const override;

  [[nodiscard]] Upload begin_upload(const identity::Permit& permit, Upload upload) override;
  [[nodiscard]] Upload upload(const identity::Permit& permit, std::string_view bucket,
                              std::string_view key, std::string_view id) override;
  Part put_part(const identity::Permit& permit, const Upload& upload, int number,
                Draft draft) override;
  [[nodiscard]] PartPage list_parts(const identity::Permit& permit, const Upload& upload,
                                    const PartQuery& query) override;
  ObjectInfo complete_upload(const identity::Permit& permit, const Upload& upload,
                             const std::vector<AskedPart>& parts, const Precondition& precondition,
                             const Verify& verify) override;
  [[nodiscard]] std::optional<ObjectInfo> completed_upload(
      const identity::Permit& permit, const ObjectName& name, std::string_view id,
      const std::vector<AskedPart>& parts) override;
  void abort_upload(const identity::Permit& permit, const Upload& upload) override;
  [[nodiscard]] UploadListing list_uploads(const identity::Permit& permit,
                                           const UploadQuery& query) override;

  void put_all(const identity::Permit& permit, std::string_view bucket, std::vector<NewObject> all);
  // Of what a writer of this account puts without asking for anything but `asked`.
  [[nodiscard]] Protection protection_of(const identity::Permit& permit, const Bucket& bucket,
                                         const Encryption& asked) const;

  std::vector<std::string> run_lifecycles() override;
  void empty_account(std::string_view account) override;
  void blobs_move() { stamps_.changing_all(); }
  [[nodiscard]] std::vector<std::string> buckets_with(std::string_view kind);
  void keep_accesses();
  [[nodiscard]] std::vector<std::string> run_tiering();
  [[nodiscard]] FeedBell& feed_bell() { return feed_bell_; }

  // For the replicator alone.
  [[nodiscard]] base::Timestamp time() const { return clock_.service(); }
  void join_feed(std::string_view reader);
  // What the reader is not done with, behind this place.
  [[nodiscard]] std::vector<FeedEntry> feed(std::string_view reader, std::int64_t after,
                                            std::int64_t limit);
  void advance_feed(std::string_view reader, std::int64_t position);
  // The version that the entry is about, if it is there.
  [[nodiscard]] std::optional<Original> original(const FeedEntry& entry);
  [[nodiscard]] std::optional<rows::StoredObject> find_replica(std::string_view bucket,
                                                               std::string_view key,
                                                               std::string_view version);
  [[nodiscard]] BodiesInFlight bodies_in_flight() { return BodiesInFlight(blobs_); }
  // A body in flight. Throws UnreadableOriginal or ReplicationStopped.
  [[nodiscard]] CopiedBody copy_body(const Part& body, const Encryption& from, const Encryption& to,
                                     const std::stop_token& stop);
  // All replicas, the original's status, the reader's new place and what `also` writes in one
  // commit: Overtaken, NoSuchBucket, ForeignBucket. False where the original was changed meanwhile:
  // its replicas are there, and have to follow once more.
  struct Settlement {
    std::string_view reader;
    std::int64_t reached = 0;  // the reader is done with all up to there
    const FeedEntry& entry;
    const Original& original;
    const std::vector<NewReplica>& replicas;
    std::string failure;  // why not all could be made; empty: all were
    std::function<void(store::Connection&)> also = [](store::Connection&) {};
  };
  [[nodiscard]] bool settle_replication(const Settlement& settlement);
  void look_at_waiting_copies(const WaitingCopies& tell);
  [[nodiscard]] std::string replication_failure(const ObjectName& name);
  void hear_lifecycles(HearDeed hear) { hear_deed_ = std::move(hear); }

 private:
  struct Owned {
    std::string account;  // of its bucket
    rows::StoredObject object;
  };

  [[nodiscard]] std::shared_ptr<const Bucket> kept_bucket(std::string_view name);
  [[nodiscard]] std::shared_ptr<const Owned> kept_object(std::string_view bucket,
                                                         std::string_view key);
  // The draft's blob and the rows that `change` writes for it, in one commit.
  void commit(Draft& draft,
              const std::function<void(store::Connection&, const store::BlobId&)>& change);
  void erase_blobs(store::Connection& connection, const std::vector<std::string>& blobs);
  // Drops or hides the object that has this key, if the precondition holds.
  void make_room(store::Connection& connection, const Bucket& bucket, std::string_view key,
                 const Precondition& precondition, Cause cause);
  // The new version is the newest of its key: its row, with its version's name set.
  std::int64_t add_version(store::Connection& connection, const Bucket& bucket,
                           rows::StoredObject& object, const Precondition& precondition,
                           Cause cause = Cause::request);
  void drop(store::Connection& connection, const Bucket& bucket, const rows::StoredObject& version,
            Cause cause);
  // For those who follow the bucket, if there are any.
  void tell(store::Connection& connection, const Bucket& bucket, const rows::StoredObject& version,
            Event event, Cause cause);
  void tell_difference(store::Connection& connection, const Bucket& bucket,
                       const rows::StoredObject& before, const ObjectInfo& after, Cause cause);
  // Notes in a new version, or a changed one, that its copies are to be made or to follow.
  void await_replication(const Bucket& bucket, rows::StoredObject& object);
  void await_replication_of_change(const Bucket& bucket, const ObjectInfo& before,
                                   ObjectInfo& after);
  void write_replica(store::Connection& connection, const NewReplica& replica);
  void insert_replica(store::Connection& connection, const Bucket& bucket,
                      const NewReplica& replica);
  void change_replica(store::Connection& connection, const Bucket& bucket,
                      const rows::StoredObject& found, const ObjectInfo& wanted);
  [[nodiscard]] Erasure erase_one(store::Connection& connection, const Bucket& bucket,
                                  const KeyToErase& asked, Cause cause);
  [[nodiscard]] Erasure hide(store::Connection& connection, const Bucket& bucket,
                             const KeyToErase& asked, Cause cause);
  [[nodiscard]] Erasure erase_version(store::Connection& connection, const Bucket& bucket,
                                      const KeyToErase& asked, Cause cause);
  // Of one bucket: what was done, in words; empty where nothing was due.
  [[nodiscard]] std::string run_lifecycle(const Bucket& bucket);
  // Whether it was done: what was replaced meanwhile, or is locked, stays.
  [[nodiscard]] bool carry_out(store::Connection& connection, const Bucket& bucket, std::int64_t id,
                               const ObjectInfo& info, const Fate& fate);
  void tell_deed(const Bucket& bucket, const ObjectInfo& info, const Fate& fate) const;
  [[nodiscard]] int abort_uploads(const Bucket& bucket, const std::vector<LifecycleRule>& rules,
                                  base::Timestamp now);
  // Somebody reads it: noted where its class asks for that.
  void note_access(const rows::StoredObject& object);
  [[nodiscard]] std::optional<Traits> traits_to_change(store::Connection& connection,
                                                       const Access& of);
  [[nodiscard]] std::vector<TieringRule> tiering_rules(const std::string& bucket);
  // How many versions it archived.
  [[nodiscard]] int archive_idle(const std::string& bucket, const std::vector<TieringRule>& rules);
  [[nodiscard]] std::optional<rows::StoredObject> find(const identity::Permit& permit,
                                                       const ObjectName& name,
                                                       std::optional<int> part);
  [[nodiscard]] std::vector<OpenPiece> open_pieces(const rows::StoredObject& object,
                                                   const ByteRange& range,
                                                   std::string_view customer_key);
  [[nodiscard]] Draft begin_draft(const Protection& protection);
  [[nodiscard]] std::unique_ptr<store::Blob> open_piece(const rows::StoredPiece& piece,
                                                        const Protection& protection);
  [[nodiscard]] const Seals& seals() const;  // asserts that there are keys
  // Without a permit: for guards alone, which decide about them.
  [[nodiscard]] std::optional<ObjectInfo> guarded_object(const ObjectName& name);
  [[nodiscard]] base::Timestamp now() const;  // whole seconds, as S3 keeps them

  store::Database& database_;
  store::Blobs& blobs_;
  base::Clock& clock_;
  base::Random& random_;
  const std::optional<Seals> seals_;
  const std::string sealed_otherwise_;  // where a bucket has no configuration
  // Each write on a bucket's or an object's rows tells them.
  store::Stamps stamps_;
  FeedBell feed_bell_;
  KnownReplications replications_;
  ReplicationFailures failures_;
  store::Kept<Bucket> buckets_{stamps_};
  store::Kept<Owned> objects_{stamps_};
  PointEngine points_{
      {.database = database_, .stamps = stamps_, .clock = clock_, .random = random_}};
  BucketGuards guards_;
  Accesses accesses_;
  HearDeed hear_deed_ = [](const LifecycleDeed&) {};
};

// The bucket, which the permit must open: NoSuchBucket, ForeignBucket.
Bucket own_bucket(store::Connection& connection, const identity::Permit& permit,
                  std::string_view name);
void check_owner(const Bucket& bucket, const identity::Permit& permit);
// The same to read from it, which of the service's buckets everybody may.
Bucket readable_bucket(store::Connection& connection, const identity::Permit& permit,
                       std::string_view name);
// The row of new bytes, without its blob.
[[nodiscard]] rows::StoredObject to_stored(std::string_view bucket, std::string_view key,
                                           const Draft& draft, const PutOptions& options,
                                           base::Timestamp now);
// What an object's stamp goes by; a bucket's goes by its name, which has no slash.
[[nodiscard]] std::string stamp_name(std::string_view bucket, std::string_view key);
// The version named, else the shown one. Throws DeletedKey, NoSuchVersion or MarkerAsked.
[[nodiscard]] std::optional<rows::StoredObject> find_readable(store::Connection& connection,
                                                              const ObjectName& name);
// Throws NoSuchKey or PreconditionFailed.
void check(const Precondition& precondition, const std::optional<rows::StoredObject>& found,
           std::string_view key);

}  // namespace millrace::objects
