// The training of a classifier from channels to the file model.bin.
#pragma once

#include "learn/algorithm.hpp"
#include "learn/blazingtext/settings.hpp"

namespace millrace::learn::blazingtext {

// `validation` may be null. Throws ClientError and AlgorithmError.
void train_supervised(const Settings& settings, const Channel& data, const Channel* validation,
                      const Training& training);

}  // namespace millrace::learn::blazingtext
