// A sealed body's data key, wrapped, as a row keeps it beside the body's place: without the row,
// and without the key that it is wrapped under, the bytes on the disk tell nothing.
#pragma once

#include "base/random.hpp"
#include "objects/sealed_blob.hpp"
#include "store/blobs.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::objects {

// The wrapped key as text. Each wrapping draws a salt from `random`. `told` is what is known of the
// encryption besides: the key opens for the same alone.
[[nodiscard]] std::string wrap(const DataKey& key, base::Random& random,
                               std::string_view wrapping_key, std::string_view told);
// Throws StoreError: not a wrapped key, altered, or wrapped under another key.
[[nodiscard]] DataKey unwrap(std::string_view wrapped, std::string_view wrapping_key,
                             std::string_view told);

// The id of a sealed body: its place, and behind a dot its wrapped key, which blobs do not look at.
[[nodiscard]] store::BlobId with_key(const store::BlobId& place, std::string_view wrapped);
// What stands behind the dot; none in the id of a body that lies plain.
[[nodiscard]] std::optional<std::string_view> wrapped_key_in(const store::BlobId& id);

}  // namespace millrace::objects
