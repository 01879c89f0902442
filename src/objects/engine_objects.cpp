// Objects: receiving, putting, looking, reading, erasing.
#include "base/encoding.hpp"
#include "objects/engine.hpp"
#include "objects/lifecycle.hpp"
#include "objects/listing.hpp"
#include "objects/wrapped_key.hpp"

#include <algorithm>

namespace millrace::objects {

namespace {

// A reader that lost its object to an overwrite looks again, this often.
constexpr int open_attempts = 8;

// The pieces changed between the look and the opening.
struct Replaced {};

class PieceReader final : public base::Reader {
 public:
  explicit PieceReader(std::vector<OpenPiece> pieces) : pieces_(std::move(pieces)) {}

  std::size_t read(char* out, std::size_t size) override {
    while (at_ < pieces_.size() && done_ == pieces_[at_].range.length) {
      pieces_[at_++].blob.reset();
      done_ = 0;
    }
    if (at_ == pieces_.size()) return 0;
    const OpenPiece& piece = pieces_[at_];
    const std::uint64_t left = piece.range.length - done_;
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(size, left));
    const std::size_t got = piece.blob->read_at(piece.range.offset + done_, out, step);
    if (got == 0) throw store::StoreError("a blob is shorter than its row says");
    done_ += got;
    return got;
  }

 private:
  std::vector<OpenPiece> pieces_;
  std::size_t at_ = 0;
  std::uint64_t done_ = 0;  // of the piece at at_
};

// Steps as the network brings them are of any size, and the file system takes whole ones at two
// thirds of the cost.
std::string_view fill(base::Reader& bytes, char* step) {
  std::size_t filled = 0;
  while (filled < transfer_step) {
    const std::size_t got = bytes.read(step + filled, transfer_step - filled);
    if (got == 0) break;
    filled += got;
  }
  return {step, filled};
}

ByteRange overlap(const ByteRange& piece, const ByteRange& range) {
  const std::uint64_t begin = std::max(piece.offset, range.offset);
  const std::uint64_t end = std::min(piece.offset + piece.length, range.offset + range.length);
  return {.offset = begin - piece.offset, .length = end - begin};
}

}  // namespace

std::unique_ptr<base::Reader> read_pieces(std::vector<OpenPiece> pieces) {
  return std::make_unique<PieceReader>(std::move(pieces));
}

rows::StoredObject to_stored(std::string_view bucket, std::string_view key, const Draft& draft,
                             const PutOptions& options, base::Timestamp now) {
  rows::StoredObject object;
  object.detail.info = {.bucket = std::string(bucket),
                        .key = std::string(key),
                        .size = draft.size,
                        .etag = draft.etag,
                        .modified = now,
                        .content_type = options.content_type,
                        .system = options.system,
                        .user = options.user,
                        .tags = options.tags,
                        .checksums = draft.checksums,
                        .checksum_type = std::string(full_object_type),
                        .traits = options.traits};
  object.detail.info.traits.encryption = to_attributes(draft.encryption);
  return object;
}

void check(const Precondition& precondition, const std::optional<rows::StoredObject>& found,
           std::string_view key) {
  if (precondition.absent && found) throw PreconditionFailed("If-None-Match");
  if (!precondition.etag) return;
  if (!found) throw NoSuchKey(key);
  const bool same = *precondition.etag == "*" || *precondition.etag == found->detail.info.etag;
  if (!same) throw PreconditionFailed("If-Match");
}

Draft Engine::receive(base::Reader& bytes, const std::vector<const ChecksumKind*>& kinds,
                      std::uint64_t limit, const Protection& protection) {
  Draft draft = begin_draft(protection);
  Digests digests(kinds);
  // Not cleared before it is written to, which would cost more than all else of a small body.
  const auto step = std::make_unique_for_overwrite<char[]>(transfer_step);
  for (std::string_view part = fill(bytes, step.get()); !part.empty();
       part = fill(bytes, step.get())) {
    draft.size += part.size();
    if (draft.size > limit) throw TooLarge("more than " + std::to_string(limit) + " bytes");
    digests.update(part);
    draft.bytes->write(part);
  }
  draft.md5 = digests.finish_md5();
  draft.checksums = digests.finish_checksums();
  if (draft.etag.empty()) draft.etag = base::hex(draft.md5);
  return draft;
}

void Engine::commit(Draft& draft,
                    const std::function<void(store::Connection&, const store::BlobId&)>& change) {
  store::BlobId blob = draft.bytes->finish();
  if (!draft.wrapped_key.empty()) blob = with_key(blob, draft.wrapped_key);
  try {
    database_.write([&](store::Connection& connection) {
      change(connection, blob);
      blobs_.keep(connection, blob);
    });
  } catch (...) {
    blobs_.discard(blob);
    throw;
  }
}

Protection Engine::protection_of(const identity::Permit& permit, const Bucket& bucket,
                                 const Encryption& asked) const {
  Protection protection{.encryption = asked, .customer_key = {}};
  Encryption& encryption = protection.encryption;
  if (encryption.kind.empty()) encryption = default_encryption(bucket, permit.account());
  if (encryption.kind == sse_kms && encryption.key.empty()) {
    encryption.key = managed_key(permit.account(), bucket.region);
  }
  return protection;
}

ObjectInfo Engine::put(const identity::Permit& permit, std::string_view bucket,
                       std::string_view key, base::Reader& bytes, const PutOptions& options) {
  const Encryption asked = to_encryption(options.traits.encryption);
  const auto found = kept_bucket(bucket);
  const Protection protection = found ? protection_of(permit, *found, asked)
                                      : Protection{.encryption = asked, .customer_key = {}};
  return put(permit, bucket, key,
             receive(bytes, {&default_checksum_kind()}, object_limit, protection), options, {});
}

ObjectInfo Engine::put(const identity::Permit& permit, std::string_view bucket,
                       std::string_view key, Draft draft, const PutOptions& options,
                       const Precondition& precondition) {
  rows::StoredObject object = to_stored(bucket, key, draft, options, now());
  commit(draft, [&](store::Connection& connection, const store::BlobId& blob) {
    object.blob = blob.text;
    add_version(connection, own_bucket(connection, permit, bucket), object, precondition);
  });
  return object.detail.info;
}

Listing Engine::list(const identity::Permit& permit, const ListQuery& query) {
  return database_.read([&](store::Connection& connection) {
    readable_bucket(connection, permit, query.bucket);
    return list_by(
        [&](std::string_view from, std::string_view until, const auto& each) {
          rows::each_object(connection, query.bucket, from, until, each);
        },
        query);
  });
}

std::shared_ptr<const Engine::Owned> Engine::kept_object(std::string_view bucket,
                                                         std::string_view key) {
  return objects_.get(stamp_name(bucket, key), [&] {
    return database_.read([&](store::Connection& connection) -> std::optional<Owned> {
      auto found = rows::find_shown(connection, bucket, key);
      if (!found) return std::nullopt;
      const auto of = rows::find_bucket(connection, bucket);
      return Owned{.account = of.value().account, .object = *std::move(found)};
    });
  });
}

std::optional<rows::StoredObject> Engine::find(const identity::Permit& permit,
                                               const ObjectName& name, std::optional<int> part) {
  if (!part && !name.version) {
    const auto kept = kept_object(name.bucket, name.key);
    if (kept && opens_to_read(permit, name.bucket, kept->account)) return kept->object;
  }
  // Says also what is wrong where there is nothing to give.
  return database_.read([&](store::Connection& connection) {
    readable_bucket(connection, permit, name.bucket);
    auto found = find_readable(connection, name);
    if (found && part) found->detail.part = rows::find_part(connection, found->id, *part);
    return found;
  });
}

std::optional<ObjectInfo> Engine::head(const identity::Permit& permit, std::string_view bucket,
                                       std::string_view key) {
  try {
    auto found = find(permit, {.bucket = bucket, .key = key}, std::nullopt);
    if (!found) return std::nullopt;
    return std::move(found->detail.info);
  } catch (const DeletedKey&) {
    return std::nullopt;
  }
}

std::optional<ObjectDetail> Engine::look(const identity::Permit& permit, const ObjectName& name,
                                         std::optional<int> part) {
  auto found = find(permit, name, part);
  if (!found) return std::nullopt;
  return std::move(found->detail);
}

std::vector<OpenPiece> Engine::open_pieces(const rows::StoredObject& object, const ByteRange& range,
                                           std::string_view customer_key) {
  const Protection protection{.encryption = to_encryption(object.detail.info.traits.encryption),
                              .customer_key = std::string(customer_key)};
  const auto stored =
      object.detail.parts == 0
          ? std::vector<rows::StoredPiece>{{object.blob, {0, object.detail.info.size}}}
          : database_.read([&](store::Connection& connection) {
              return rows::pieces_in(connection, object.id, range);
            });
  std::vector<OpenPiece> pieces;
  std::uint64_t covered = 0;
  for (const rows::StoredPiece& piece : stored) {
    const ByteRange wanted = overlap(piece.range, range);
    covered += wanted.length;
    pieces.push_back({.blob = open_piece(piece, protection), .range = wanted});
  }
  if (covered != range.length) throw Replaced();
  return pieces;
}

OpenRange Engine::open_range(const identity::Permit& permit, const ObjectName& name,
                             std::optional<int> part, const Choose& choose,
                             std::string_view customer_key) {
  for (int attempt = 1;; ++attempt) {
    auto found = find(permit, name, part);
    if (!found) throw NoSuchKey(name.key);
    check_reader(to_encryption(found->detail.info.traits.encryption), customer_key,
                 permit.account());
    const std::optional<ByteRange> range = choose(found->detail);
    if (range) check_readable(found->detail.info, clock_.service());
    if (!range) return {.object = std::move(found->detail), .pieces = {}};
    try {
      auto pieces = open_pieces(*found, *range, customer_key);
      note_access(*found);
      return {.object = std::move(found->detail), .pieces = std::move(pieces)};
    } catch (const Replaced&) {
      if (attempt == open_attempts) throw store::StoreError("an object's pieces are missing");
    } catch (const store::StoreError&) {
      // A blob may have been given another place, too, which a second look finds.
      const auto again = find(permit, name, part);
      const bool same = again && again->id == found->id && attempt > 1;
      if (same || attempt == open_attempts) throw;
    }
  }
}

OpenObject Engine::open(const identity::Permit& permit, std::string_view bucket,
                        std::string_view key) {
  OpenRange whole = open_range(
      permit, {.bucket = bucket, .key = key}, std::nullopt,
      [](const ObjectDetail& object) { return ByteRange{.offset = 0, .length = object.info.size}; },
      {});
  OpenObject object{.info = std::move(whole.object.info), .pieces = {}};
  for (OpenPiece& piece : whole.pieces) object.pieces.push_back(std::move(piece.blob));
  return object;
}

void Engine::remove(const identity::Permit& permit, std::string_view bucket, std::string_view key) {
  (void)erase(permit, bucket, {{.key = std::string(key), .precondition = {}}});
}

ObjectInfo Engine::change(const identity::Permit& permit, const ObjectName& name,
                          const Change& change) {
  return database_.write([&](store::Connection& connection) {
    const Bucket bucket = own_bucket(connection, permit, name.bucket);
    stamps_.changing(stamp_name(name.bucket, name.key));
    const auto found = find_readable(connection, name);
    if (!found) throw NoSuchKey(name.key);
    ObjectInfo info = found->detail.info;
    change(info);
    await_replication_of_change(bucket, found->detail.info, info);
    rows::set_object_tags(connection, found->id, info.tags);
    rows::set_object_traits(connection, found->id, info.traits);
    tell_difference(connection, bucket, *found, info, Cause::request);
    return info;
  });
}

StoredPartPage Engine::parts_of(const identity::Permit& permit, const ObjectName& name,
                                const PartQuery& query) {
  return database_.read([&](store::Connection& connection) {
    readable_bucket(connection, permit, name.bucket);
    const auto found = find_readable(connection, name);
    if (!found) throw NoSuchKey(name.key);
    PartQuery one_more = query;
    ++one_more.limit;
    StoredPartPage page{.parts = rows::object_parts(connection, found->id, one_more)};
    page.truncated = std::ssize(page.parts) > query.limit;
    if (page.truncated) page.parts.pop_back();
    return page;
  });
}

}  // namespace millrace::objects
