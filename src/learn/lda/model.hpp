// A trained LDA model: documents become mixtures of topics.
#pragma once

#include "learn/lda/topics.hpp"
#include "learn/model.hpp"

#include <filesystem>
#include <memory>

namespace millrace::learn::lda {

// model_algo-1 holds two arrays without names, as AWS's does: alpha, and beta with a row a topic.
void save_topics(const std::filesystem::path& folder, const Topics& topics);

// Throws ModelError.
[[nodiscard]] std::unique_ptr<Model> load_model(const std::filesystem::path& folder);

}  // namespace millrace::learn::lda
