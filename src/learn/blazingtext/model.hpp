// A trained BlazingText model, or one of fastText's: words become vectors, sentences labels.
#pragma once

#include "learn/model.hpp"

#include <filesystem>
#include <memory>

namespace millrace::learn::blazingtext {

inline constexpr const char* classifier_file = "model.bin";
inline constexpr const char* vectors_file = "vectors.bin";

// Throws ModelError.
[[nodiscard]] std::unique_ptr<Model> load_model(const std::filesystem::path& folder);

}  // namespace millrace::learn::blazingtext
