// Ordered listings with prefix and delimiter, as a walk that leaps over what a common prefix hides.
#pragma once

#include "objects/objects.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace millrace::objects {

// The least text above all texts with this prefix; empty when there is none.
[[nodiscard]] std::string above(std::string_view prefix);
// The common prefix under which a key is hidden, empty when it is listed itself.
[[nodiscard]] std::string common_prefix(std::string_view key, std::string_view prefix,
                                        std::string_view delimiter);

// Walks objects from a key on (inclusive), below another (exclusive, empty: no bound), until told
// to stop.
using Walk = std::function<void(std::string_view from, std::string_view until,
                                const std::function<bool(const ObjectInfo&)>& each)>;
// One walk per common prefix, whatever the number of keys under it.
[[nodiscard]] Listing list_by(const Walk& walk, const ListQuery& query);

}  // namespace millrace::objects
