// The object namespace in full, as S3 needs it; other engines see the part of it that is Objects.
#pragma once

#include "objects/checksum.hpp"
#include "objects/encryption.hpp"
#include "objects/multipart.hpp"
#include "objects/objects.hpp"
#include "policy/guard.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::objects {

struct BucketExists : std::runtime_error {
  explicit BucketExists(Bucket taken)
      : std::runtime_error("bucket " + taken.name + " exists"), existing(std::move(taken)) {}
  Bucket existing;
};
struct BucketNotEmpty : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct TooManyBuckets : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The bucket is another account's, whose side of the permit was not decided.
struct ForeignBucket : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// Its bytes are in an archive and were not restored.
struct Archived : std::runtime_error {
  explicit Archived(const ObjectInfo& object)
      : std::runtime_error(object.key + " is archived"),
        storage_class(object.traits.storage_class) {}
  std::string storage_class;
};
struct NoSuchVersion : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The version asked for is a delete marker, which cannot be read.
struct MarkerAsked : std::runtime_error {
  explicit MarkerAsked(const ObjectInfo& found)
      : std::runtime_error("a delete marker of " + found.key), marker(found) {}
  ObjectInfo marker;
};
struct NoSuchUpload : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct PreconditionFailed : std::runtime_error {
  using std::runtime_error::runtime_error;  // the condition's name
};
struct TooLarge : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Whether a permit opens a bucket of this account: as its own, or because the bucket let it in.
[[nodiscard]] bool opens(const identity::Permit& permit, std::string_view bucket,
                         std::string_view account);
// The same to read from it, which of the service's buckets every account may.
[[nodiscard]] bool opens_to_read(const identity::Permit& permit, std::string_view bucket,
                                 std::string_view account);

constexpr std::int64_t bucket_limit = 10'000;                   // per account
constexpr std::uint64_t put_limit = 5ULL * 1024 * 1024 * 1024;  // one put or part
constexpr std::size_t transfer_step = 256 * 1024;               // bytes in memory at a time

// Decided inside the write, against the object that is then there.
struct Precondition {
  std::optional<std::string> etag;  // it must have this one ("*": any); NoSuchKey when it is absent
  bool absent = false;              // there must be none
};

// Bytes received and digested, not yet an object; forgotten unless they are put.
struct Draft {
  std::unique_ptr<store::BlobWriter> bytes;
  std::uint64_t size = 0;
  std::string md5;       // raw
  Attributes checksums;  // of the kinds asked for
  std::string etag;      // not the MD5 where S3's is not
  Encryption encryption = {};
  std::string wrapped_key = {};  // of encrypted bytes
};

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

// A part of a stored object. An object put whole has none.
struct StoredPart {
  int number = 0;
  ByteRange range;  // in the object
  Attributes checksums;
};

struct ObjectDetail {
  ObjectInfo info;
  std::int64_t parts = 0;          // 0: put whole
  std::optional<StoredPart> part;  // the one that was asked for, if it is there
};

struct OpenPiece {
  std::unique_ptr<store::Blob> blob;
  ByteRange range;  // in the blob
};

// A range of an object open for reading; pieces outside the range are not opened.
struct OpenRange {
  ObjectDetail object;
  std::vector<OpenPiece> pieces;
};

// Reads pieces one after the other, owning them.
[[nodiscard]] std::unique_ptr<base::Reader> read_pieces(std::vector<OpenPiece> pieces);

// An object and, where one is named, its version; else the newest. Borrows its texts.
struct ObjectName {
  std::string_view bucket;
  std::string_view key;
  std::optional<std::string_view> version = std::nullopt;  // empty text: the null version
};

struct KeyToErase {
  std::string key;
  Precondition precondition;
  std::optional<std::string> version = std::nullopt;  // as of ObjectName
  bool past_governance = false;  // erase though a lock in governance mode keeps it
};
enum class Erased { done, no_such_key, precondition_failed, locked };
struct Erasure {
  Erased outcome = Erased::done;
  // A delete marker was made, or the version that is gone was one.
  bool marker = false;
  std::string version;  // of that marker, or the one asked for
};

struct BucketQuery {
  std::string account;
  std::string prefix;
  std::string region;  // empty: all
  std::string after;
  std::int64_t limit = bucket_limit;
};

struct PartQuery {
  int after = 0;
  std::int64_t limit = 1000;
};
struct PartPage {
  std::vector<Part> parts;
  bool truncated = false;
};
struct StoredPartPage {
  std::vector<StoredPart> parts;
  bool truncated = false;
};

struct VersionQuery {
  std::string bucket;
  std::string prefix;
  std::string delimiter;
  std::string key_after;
  std::optional<std::string> version_after;  // within key_after; none: after all of that key
  std::int64_t limit = 1000;
};
struct ListedVersion {
  ObjectInfo info;
  bool marker = false;
  bool newest = false;
};
struct VersionListing {
  std::vector<ListedVersion> versions;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string last_key;  // or common prefix
  std::optional<std::string> last_version;
};

// A setting of a bucket; `id` tells those apart of which a bucket has many.
struct SettingName {
  std::string bucket;
  std::string kind;
  std::string id;
};
struct NamedSetting {
  std::string id;
  std::string document;
};

struct UploadQuery {
  std::string bucket;
  std::string prefix;
  std::string delimiter;
  std::string key_after;
  std::string upload_after;  // within key_after; empty: after all of that key
  std::int64_t limit = 1000;
};
struct UploadListing {
  std::vector<Upload> uploads;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string last_key;  // or common prefix
  std::string last_upload;
};

class ObjectStore : public Objects {
 public:
  // What buckets and objects bring to the decisions that permits come from.
  [[nodiscard]] virtual policy::Guards& guards() = 0;

  // Buckets. The permit of a call must open the bucket: else ForeignBucket.
  virtual void create_bucket(const identity::Permit& permit, const Bucket& bucket,
                             const Attributes& tags) = 0;  // BucketExists, TooManyBuckets
  virtual void delete_bucket(const identity::Permit& permit, std::string_view name) = 0;
  [[nodiscard]] virtual std::vector<Bucket> list_buckets(const identity::Permit& permit,
                                                         const BucketQuery& query) = 0;
  [[nodiscard]] virtual Attributes bucket_tags(const identity::Permit& permit,
                                               std::string_view name) = 0;
  virtual void set_bucket_tags(const identity::Permit& permit, std::string_view name,
                               const Attributes& tags) = 0;
  // What was configured of a bucket; the meaning of the documents is their readers' matter. An
  // empty document takes the setting away.
  [[nodiscard]] virtual std::optional<std::string> setting(const identity::Permit& permit,
                                                           const SettingName& name) = 0;
  virtual void set_setting(const identity::Permit& permit, const SettingName& name,
                           std::string_view document) = 0;
  // Those of one kind whose ids are greater than that of `after`.
  [[nodiscard]] virtual std::vector<NamedSetting> settings(const identity::Permit& permit,
                                                           const SettingName& after,
                                                           std::int64_t limit) = 0;

  // Objects.
  using Objects::put;
  // Reads to the end; TooLarge beyond `limit`.
  [[nodiscard]] virtual Draft receive(base::Reader& bytes,
                                      const std::vector<const ChecksumKind*>& kinds,
                                      std::uint64_t limit = put_limit,
                                      const Protection& protection = {}) = 0;
  // The draft becomes the object, in the place of a former one; durable when it returns.
  virtual ObjectInfo put(const identity::Permit& permit, std::string_view bucket,
                         std::string_view key, Draft draft, const PutOptions& options,
                         const Precondition& precondition) = 0;
  // None where the key has no version. Throws DeletedKey, NoSuchVersion or MarkerAsked, as all
  // that read versions do.
  [[nodiscard]] virtual std::optional<ObjectDetail> look(const identity::Permit& permit,
                                                         const ObjectName& name,
                                                         std::optional<int> part) = 0;
  // `choose` sees the object that will be opened and says which bytes are wanted; none opens none.
  using Choose = std::function<std::optional<ByteRange>(const ObjectDetail&)>;
  [[nodiscard]] virtual OpenRange open_range(const identity::Permit& permit, const ObjectName& name,
                                             std::optional<int> part, const Choose& choose,
                                             std::string_view customer_key = {}) = 0;
  // All in one write. An absent key is erased, unless its precondition asks for an object. In a
  // bucket with versions, one that is not named is hidden behind a delete marker.
  [[nodiscard]] virtual std::vector<Erasure> erase(const identity::Permit& permit,
                                                   std::string_view bucket,
                                                   const std::vector<KeyToErase>& keys) = 0;
  // Tags and traits of a version may change after it was put: `change` sees and sets them, or
  // throws. The version as it then is.
  using Change = std::function<void(ObjectInfo&)>;
  virtual ObjectInfo change(const identity::Permit& permit, const ObjectName& name,
                            const Change& change) = 0;
  [[nodiscard]] virtual StoredPartPage parts_of(const identity::Permit& permit,
                                                const ObjectName& name, const PartQuery& query) = 0;
  [[nodiscard]] virtual VersionListing list_versions(const identity::Permit& permit,
                                                     const VersionQuery& query) = 0;

  // Encryption: what new objects get where nothing else is asked for, by a writer of `account`; its
  // `aws/s3` key's ARN; SSE-C by this key.
  [[nodiscard]] virtual Encryption default_encryption(const Bucket& bucket,
                                                      std::string_view account) const = 0;
  [[nodiscard]] virtual std::string managed_key(std::string_view account,
                                                std::string_view region) const = 0;
  [[nodiscard]] virtual Protection protect_by(const std::string& customer_key) const = 0;

  // Multipart uploads.
  // `upload` lacks its id and time; with them it is returned.
  [[nodiscard]] virtual Upload begin_upload(const identity::Permit& permit, Upload upload) = 0;
  [[nodiscard]] virtual Upload upload(const identity::Permit& permit, std::string_view bucket,
                                      std::string_view key, std::string_view id) = 0;
  virtual Part put_part(const identity::Permit& permit, const Upload& upload, int number,
                        Draft draft) = 0;
  [[nodiscard]] virtual PartPage list_parts(const identity::Permit& permit, const Upload& upload,
                                            const PartQuery& query) = 0;
  // `verify` may refuse what the parts make, before anything is changed.
  using Verify = std::function<void(const Assembly&)>;
  virtual ObjectInfo complete_upload(const identity::Permit& permit, const Upload& upload,
                                     const std::vector<AskedPart>& parts,
                                     const Precondition& precondition, const Verify& verify) = 0;
  // What the upload became, where it was completed of these parts and is the newest of its key
  // still: a client that lost the answer asks again.
  [[nodiscard]] virtual std::optional<ObjectInfo> completed_upload(
      const identity::Permit& permit, const ObjectName& name, std::string_view id,
      const std::vector<AskedPart>& parts) = 0;
  virtual void abort_upload(const identity::Permit& permit, const Upload& upload) = 0;
  [[nodiscard]] virtual UploadListing list_uploads(const identity::Permit& permit,
                                                   const UploadQuery& query) = 0;

  // Does what the lifecycles of all buckets have due by now, and says of each bucket what it did.
  virtual std::vector<std::string> run_lifecycles() = 0;

  // Every bucket of the account is gone with all that was in it.
  virtual void empty_account(std::string_view account) = 0;
};

// Whose keys objects are encrypted with, and how those of buckets without a configuration are: a
// kind, or empty.
struct Sealing {
  const identity::Vault* vault = nullptr;  // none, for tests: nothing can be encrypted
  std::string_view otherwise = {};
};

// `database`, `blobs`, `clock`, `random` and the vault outlive it.
[[nodiscard]] std::unique_ptr<ObjectStore> open_objects(store::Database& database,
                                                        store::Blobs& blobs, base::Clock& clock,
                                                        base::Random& random,
                                                        const Sealing& sealing = {});

}  // namespace millrace::objects
