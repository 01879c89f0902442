// Which rows of this engine hold blobs, for whoever looks after all blobs of the data folder.
#pragma once

#include "objects/object_store.hpp"
#include "store/blob_tables.hpp"

#include <span>

namespace millrace::objects {

[[nodiscard]] std::span<const store::BlobTable> blob_tables();
// Inside a write of whoever gives the blobs of rows other places: what is kept of rows is read
// again.
void blobs_move(ObjectStore& objects);

}  // namespace millrace::objects
