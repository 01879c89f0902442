// What is asked of blobs by whoever looks after all of them, beside what engines ask.
#pragma once

#include "store/blobs.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace millrace::store {

class UncheckedReads;

// The bytes are not those that were stored, and are not given out.
struct DamagedBlob : StoreError {
  using StoreError::StoreError;
};

// A blob that is known to be damaged.
struct Damage {
  BlobId id;
  std::string what;
};

class CaredBlobs : public Blobs {
 public:
  // While it is held no blob's bytes go, though it be erased: who copies rows first and blobs then
  // finds each of them.
  struct Pin {
    virtual ~Pin() = default;
  };
  [[nodiscard]] virtual std::unique_ptr<Pin> pin() = 0;
  // Reads that nobody compared with the checksum.
  [[nodiscard]] virtual UncheckedReads& unchecked() = 0;
  // From here on reading it is refused with DamagedBlob. Its bytes are moved aside, below
  // `quarantine`, and kept there for ever.
  virtual void set_aside(const BlobId& id, const std::string& what) = 0;
  [[nodiscard]] virtual std::vector<Damage> damage() = 0;
  // Segments that get no more bodies and have so many bytes of erased ones. Who moves what is alive
  // there elsewhere frees their room.
  [[nodiscard]] virtual std::vector<std::uint32_t> sparse_segments(std::uint64_t dead_bytes) = 0;
};

// For who hands a descriptor on and waits for nobody's look: throws DamagedBlob where the bytes do
// not match their checksum. Those that were compared since the start are not read again.
void expect_whole(const Blob& blob);

// A segment this long gets no more.
constexpr std::uint64_t segment_length = 64 * 1024 * 1024;

// As `open_blobs`.
[[nodiscard]] std::unique_ptr<CaredBlobs> open_cared_blobs(
    base::Files& files, base::Random& random, Database& database, const std::string& folder,
    std::uint64_t full_segment = segment_length);

}  // namespace millrace::store
