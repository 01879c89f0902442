// A copy of a store while it is served: the database as it is at one instant, and every blob that
// its rows name. What the copy has already is not copied again.
#pragma once

#include "base/files.hpp"
#include "store/blob_tables.hpp"
#include "store/grouped_database.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace millrace::store {

// A store's two places, in the folder of its data or of its copy.
struct StorePlaces {
  std::string database;  // the path of the file
  std::string blobs;     // the folder
};

struct CopyCounts {
  std::uint64_t blobs = 0;           // that the copy has whole
  std::uint64_t copied = 0;          // of them, now
  std::uint64_t bytes = 0;           // of those
  std::uint64_t dropped = 0;         // files that the rows name no more
  std::vector<std::string> damaged;  // what could not be copied; a former copy of it is kept
};

// `source` is open; whoever serves it holds a pin on its blobs meanwhile. The copy is the former
// one until all is durable, then the new one. Throws StoreError, base::FileError.
[[nodiscard]] CopyCounts copy_store(GroupedDatabase& source, base::Files& files,
                                    const std::string& source_blobs, const StorePlaces& to,
                                    std::span<const BlobTable> tables);

}  // namespace millrace::store
