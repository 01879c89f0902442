// Multipart uploads: begun, filled, listed, completed or aborted.
#include "base/assert.hpp"
#include "base/encoding.hpp"
#include "objects/engine.hpp"
#include "objects/listing.hpp"

#include <set>

namespace millrace::objects {

namespace {

constexpr std::size_t time_digits = 12;
constexpr std::size_t random_digits = 32;

// Ids sort by the time of their beginning, so that listings by key and id are in AWS's order.
std::string make_upload_id(base::Timestamp now, base::Random& random) {
  std::string bytes;
  for (std::size_t shift = time_digits * 4; shift > 0; shift -= 8) {
    bytes.push_back(static_cast<char>((now.time_since_epoch().count() >> (shift - 8)) & 0xFF));
  }
  return base::hex(bytes) + base::random_hex(random, random_digits);
}

// The upload as it is now: NoSuchUpload when it was completed or aborted meanwhile.
Upload current(store::Connection& connection, const identity::Permit& permit,
               std::string_view bucket, std::string_view key, std::string_view id) {
  own_bucket(connection, permit, bucket);
  auto found = rows::find_upload(connection, id);
  const bool same = found && found->bucket == bucket && found->key == key;
  if (!same) throw NoSuchUpload("no upload " + std::string(id));
  return *std::move(found);
}

Upload current(store::Connection& connection, const identity::Permit& permit,
               const Upload& upload) {
  return current(connection, permit, upload.bucket, upload.key, upload.id);
}

rows::StoredObject to_stored(const Upload& upload, const Assembly& whole, base::Timestamp now) {
  rows::StoredObject object;
  object.detail.info = {.bucket = upload.bucket,
                        .key = upload.key,
                        .size = whole.size,
                        .etag = whole.etag,
                        .modified = now,
                        .content_type = upload.options.content_type,
                        .system = upload.options.system,
                        .user = upload.options.user,
                        .tags = upload.options.tags,
                        .checksums = whole.checksums,
                        .checksum_type = whole.checksum_type,
                        .traits = upload.options.traits};
  object.detail.info.traits.upload = upload.id;
  object.detail.parts = std::ssize(whole.parts);
  return object;
}

void insert_pieces(store::Connection& connection, std::int64_t object,
                   const std::vector<Part>& parts) {
  std::uint64_t offset = 0;
  for (const Part& part : parts) {
    rows::insert_piece(connection, object, part, offset);
    offset += part.size;
  }
}

// The blobs of parts that the completing request left out.
std::vector<std::string> left_out(const std::vector<std::string>& all,
                                  const std::vector<Part>& used) {
  std::set<std::string_view> kept;
  for (const Part& part : used) kept.insert(part.blob.text);
  std::vector<std::string> rest;
  for (const std::string& blob : all) {
    if (!kept.contains(blob)) rest.push_back(blob);
  }
  return rest;
}

class UploadCollector {
 public:
  explicit UploadCollector(const UploadQuery& query) : query_(query) {}

  bool take(const Upload& upload) {
    if (!upload.key.starts_with(query_.prefix)) return upload.key < query_.prefix;
    const std::string hidden = common_prefix(upload.key, query_.prefix, query_.delimiter);
    const bool seen = !hidden.empty() && (hidden == last_prefix() || hidden <= query_.key_after);
    if (seen) return true;
    if (std::ssize(listing_.uploads) + std::ssize(listing_.common_prefixes) >= query_.limit) {
      listing_.truncated = query_.limit > 0;
      return false;
    }
    add(upload, hidden);
    return true;
  }

  [[nodiscard]] UploadListing finish() { return std::move(listing_); }

 private:
  [[nodiscard]] std::string_view last_prefix() const {
    return listing_.common_prefixes.empty() ? std::string_view() : listing_.common_prefixes.back();
  }

  void add(const Upload& upload, const std::string& hidden) {
    listing_.last_key = hidden.empty() ? upload.key : hidden;
    listing_.last_upload = hidden.empty() ? upload.id : std::string();
    if (hidden.empty()) {
      listing_.uploads.push_back(upload);
    } else {
      listing_.common_prefixes.push_back(hidden);
    }
  }

  const UploadQuery& query_;
  UploadListing listing_;
};

}  // namespace

Upload Engine::begin_upload(const identity::Permit& permit, Upload upload) {
  upload.initiated = now();
  upload.initiator = permit.principal().arn;
  upload.id = make_upload_id(clock_.service(), random_);
  database_.write([&](store::Connection& connection) {
    own_bucket(connection, permit, upload.bucket);
    rows::insert_upload(connection, upload);
  });
  return upload;
}

Upload Engine::upload(const identity::Permit& permit, std::string_view bucket, std::string_view key,
                      std::string_view id) {
  return database_.read(
      [&](store::Connection& connection) { return current(connection, permit, bucket, key, id); });
}

Part Engine::put_part(const identity::Permit& permit, const Upload& upload, int number,
                      Draft draft) {
  Part part{.number = number,
            .size = draft.size,
            .etag = draft.etag,
            .modified = now(),
            .checksums = draft.checksums,
            .blob = {}};
  MILLRACE_ASSERT(draft.encryption == to_encryption(upload.options.traits.encryption));
  commit(draft, [&](store::Connection& connection, const store::BlobId& blob) {
    static_cast<void>(current(connection, permit, upload));
    part.blob = blob;
    const std::string former = rows::replace_part(connection, upload.id, part);
    if (!former.empty()) erase_blobs(connection, {former});
  });
  return part;
}

PartPage Engine::list_parts(const identity::Permit& permit, const Upload& upload,
                            const PartQuery& query) {
  return database_.read([&](store::Connection& connection) {
    static_cast<void>(current(connection, permit, upload));
    PartQuery one_more = query;
    ++one_more.limit;
    PartPage page{.parts = rows::upload_parts(connection, upload.id, one_more)};
    page.truncated = std::ssize(page.parts) > query.limit;
    if (page.truncated) page.parts.pop_back();
    return page;
  });
}

ObjectInfo Engine::complete_upload(const identity::Permit& permit, const Upload& asked,
                                   const std::vector<AskedPart>& parts,
                                   const Precondition& precondition, const Verify& verify) {
  return database_.write([&](store::Connection& connection) {
    const Upload upload = current(connection, permit, asked);
    const auto stored =
        rows::upload_parts(connection, upload.id, {.after = 0, .limit = last_part_number});
    const Assembly whole = assemble(upload, stored, parts);
    verify(whole);
    rows::StoredObject object = to_stored(upload, whole, now());
    const Bucket bucket = own_bucket(connection, permit, upload.bucket);
    insert_pieces(connection, add_version(connection, bucket, object, precondition), whole.parts);
    erase_blobs(connection, left_out(rows::delete_upload(connection, upload.id), whole.parts));
    return object.detail.info;
  });
}

std::optional<ObjectInfo> Engine::completed_upload(const identity::Permit& permit,
                                                   const ObjectName& name, std::string_view id,
                                                   const std::vector<AskedPart>& parts) {
  const auto found = find(permit, name, std::nullopt);
  if (!found || found->detail.info.traits.upload != id) return std::nullopt;
  std::vector<std::string> etags;
  for (const AskedPart& part : parts) etags.push_back(part.etag);
  if (multipart_etag(etags) != found->detail.info.etag) return std::nullopt;
  return found->detail.info;
}

void Engine::abort_upload(const identity::Permit& permit, const Upload& upload) {
  database_.write([&](store::Connection& connection) {
    static_cast<void>(current(connection, permit, upload));
    erase_blobs(connection, rows::delete_upload(connection, upload.id));
  });
}

UploadListing Engine::list_uploads(const identity::Permit& permit, const UploadQuery& query) {
  return database_.read([&](store::Connection& connection) {
    own_bucket(connection, permit, query.bucket);
    UploadCollector collector(query);
    rows::each_upload(connection, query,
                      [&](const Upload& upload) { return collector.take(upload); });
    return collector.finish();
  });
}

}  // namespace millrace::objects
