// A linear classifier of texts with a narrow hidden layer (Joulin and others, 2017): the mean of a
// line's rows against a row for each label, by softmax.
#pragma once

#include "learn/blazingtext/examples.hpp"
#include "learn/blazingtext/progress.hpp"
#include "learn/blazingtext/weights.hpp"
#include "learn/parallel.hpp"

#include <cstddef>
#include <cstdint>

namespace millrace::learn::blazingtext {

struct ClassifierNet {
  Weights inputs;   // words at random, then buckets at 0
  Weights outputs;  // a row for each label, at 0
};

[[nodiscard]] ClassifierNet first_classifier(const Vocabulary& vocabulary, std::size_t buckets,
                                             std::size_t dimensions, std::uint64_t seed);

// One pass over the examples. Of a line's labels a random one is taken as the right one. Threads
// share the net without locks.
void train_epoch(ClassifierNet& net, const Examples& examples, std::uint64_t seed,
                 Progress& progress, Parallel& parallel);

// The part of the lines whose most probable label is one of theirs; 0 where there are no lines.
[[nodiscard]] double accuracy(const ClassifierNet& net, const Examples& examples,
                              Parallel& parallel);

}  // namespace millrace::learn::blazingtext
