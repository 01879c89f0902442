// Bodies of any size under random ids. Small ones share a segment and its sync; large ones are
// files of their own.
#pragma once

#include "base/files.hpp"
#include "base/random.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::store {

constexpr std::size_t small_blob_limit = 16 * 1024;

// Where a blob lies; a row keeps it as text. An engine may append a dot and a note of its own,
// which blobs leave aside.
struct BlobId {
  std::string text;
  bool operator==(const BlobId&) const = default;
};

// A body being written: not a blob until it is finished and its row is committed; dropped
// otherwise.
class BlobWriter : public base::Sink {
 public:
  // Contents are durable when it returns (small ones: with the commit that follows). Call `keep` in
  // the same write as the row.
  virtual BlobId finish() = 0;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
};

// A blob open for reading. The bytes stay readable while it is open, though the blob be erased.
class Blob : public base::Source {
 public:
  // The file and the place of the first byte in it, for sendfile and for children; descriptor -1 in
  // simulations.
  [[nodiscard]] virtual int descriptor() const = 0;
  [[nodiscard]] virtual std::uint64_t offset() const = 0;
  // All bytes of a small one, which came with opening it and were found to be whole; none of a
  // large one.
  [[nodiscard]] virtual std::optional<std::string_view> held() const = 0;
};

class Blobs {
 public:
  virtual ~Blobs() = default;
  [[nodiscard]] virtual std::unique_ptr<BlobWriter> create() = 0;
  // Inside the write that makes the row: from here on the blob lives until it is erased. Throws
  // StoreError when the blob is not in flight: kept before, or discarded.
  virtual void keep(Connection& connection, const BlobId& id) = 0;
  // A finished body whose row will not come after all, so that its space is free before the next
  // start.
  virtual void discard(const BlobId& id) = 0;
  // Inside the write that drops the row: the bytes go afterwards.
  virtual void erase(Connection& connection, const BlobId& id) = 0;
  [[nodiscard]] virtual std::unique_ptr<Blob> open(
      const BlobId& id) = 0;  // throws StoreError when absent or damaged
  // Compares the bytes with the stored checksum.
  [[nodiscard]] virtual bool verify(const BlobId& id) = 0;
};

// Start-up finishes what was in flight: unkept blobs are removed, erased ones too.
[[nodiscard]] std::unique_ptr<Blobs> open_blobs(base::Files& files, base::Random& random,
                                                Database& database, const std::string& folder);

}  // namespace millrace::store
