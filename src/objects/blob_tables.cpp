// The tables are declared in store.cpp.
#include "objects/blob_tables.hpp"

#include "objects/engine.hpp"

namespace millrace::objects {

std::span<const store::BlobTable> blob_tables() {
  static constexpr store::BlobTable tables[] = {
      {.name = "objects_object", .key = "id", .column = "blob", .holder = "bucket || '/' || key"},
      {.name = "objects_piece",
       .key = "object, number",
       .column = "blob",
       .holder = "coalesce((SELECT bucket || '/' || key FROM objects_object WHERE id = object), "
                 "'an object that is not there') || ', part ' || number"},
      {.name = "objects_part",
       .key = "upload, number",
       .column = "blob",
       .holder =
           "coalesce((SELECT bucket || '/' || key FROM objects_upload WHERE id = upload), "
           "'an upload that is not there') || ', part ' || number || ' of upload ' || upload"},
  };
  return tables;
}

void blobs_move(ObjectStore& objects) { static_cast<Engine&>(objects).blobs_move(); }

}  // namespace millrace::objects
