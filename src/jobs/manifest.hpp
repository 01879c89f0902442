// Manifests: objects that name a channel's objects, and the order in which a channel's objects
// come.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::jobs {

// The text is none; the message says why, and on which line.
struct BadManifest : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// [{"prefix": "s3://..."}, "name", ...]
struct Manifest {
  std::string prefix;
  std::vector<std::string> names;
};

[[nodiscard]] Manifest parse_manifest(std::string_view text);

// Whether an attribute of an augmented manifest's lines is the URI of an object that holds it.
[[nodiscard]] bool is_reference(std::string_view attribute);

// Line by line the URIs that stand under these names, in their order.
[[nodiscard]] std::vector<std::string> parse_references(std::string_view json_lines,
                                                        std::span<const std::string> attributes);

// The numbers from 0 on in an order that depends on the seed alone.
[[nodiscard]] std::vector<std::size_t> shuffled_order(std::size_t count, std::int64_t seed);

}  // namespace millrace::jobs
