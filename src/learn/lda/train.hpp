// A whole training: from channels to the file of the model.
#pragma once

#include "learn/algorithm.hpp"

namespace millrace::learn::lda {

// Throws ClientError and AlgorithmError.
void train(const HyperparameterMap& given, const std::vector<Channel>& channels,
           const Training& training);

}  // namespace millrace::learn::lda
