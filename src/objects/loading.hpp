// Many objects at once, as a copy of a folder brings them: one commit has thousands of them.
#pragma once

#include "objects/object_store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace millrace::objects {

// An object whose bytes were received.
struct NewObject {
  std::string key;
  Draft draft;
  PutOptions options = {};
};

// Reads to the end, and protects the bytes as a put into this bucket does.
[[nodiscard]] Draft receive_for(ObjectStore& objects, const identity::Permit& permit,
                                const Bucket& bucket, base::Reader& bytes);

// All of them in one write, each in the place of a former one; durable when it returns, and where
// it throws none of them is there. Small bodies wait in memory for their commit, so of these no
// more than 64 MiB may come at once.
void put_all(ObjectStore& objects, const identity::Permit& permit, std::string_view bucket,
             std::vector<NewObject> all);

}  // namespace millrace::objects
