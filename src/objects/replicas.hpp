// Versions as replication reads and writes them: with their rows and bodies, under names and times
// of their own. Whether it may is the replicator's to ask.
#pragma once

#include "objects/feed.hpp"
#include "objects/store.hpp"
#include "store/blobs.hpp"

#include <cstdint>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::objects {

// A version or delete marker that is to be copied. An object put whole has one body, of number 0, a
// marker none.
struct Original {
  rows::StoredObject object;
  std::vector<Part> bodies;
};

// What one destination is to get: a new version, with bodies in flight, or the changes of one that
// it has.
struct NewReplica {
  identity::Permit permit;
  rows::StoredObject object;
  std::vector<Part> bodies;
  bool is_change = false;
};

struct CopiedBody {
  store::BlobId blob;
  std::string etag;  // where it cannot be the original's
};

// Finished bodies that no row names yet: discarded, unless they were kept.
class BodiesInFlight {
 public:
  explicit BodiesInFlight(store::Blobs& blobs) : blobs_(blobs) {}
  BodiesInFlight(const BodiesInFlight&) = delete;
  BodiesInFlight& operator=(const BodiesInFlight&) = delete;
  ~BodiesInFlight();

  void add(const store::BlobId& blob) { bodies_.push_back(blob); }
  void kept() { bodies_.clear(); }

 private:
  store::Blobs& blobs_;
  std::vector<store::BlobId> bodies_;
};

// The version or a destination is not any more what was decided upon.
struct Overtaken : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// Its bytes cannot be read.
struct UnreadableOriginal : std::runtime_error {
  UnreadableOriginal(const std::string& why, bool is_for_good)
      : std::runtime_error(why), for_good(is_for_good) {}
  bool for_good;  // they are damaged
};
struct ReplicationStopped : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace millrace::objects
