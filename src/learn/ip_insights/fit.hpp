// Training of the network: mini-batches of observed events beside made-up ones, and Adam.
#pragma once

#include "learn/algorithm.hpp"
#include "learn/ip_insights/network.hpp"
#include "learn/kernels/kernels.hpp"
#include "learn/parallel.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace millrace::learn::ip_insights {

struct Settings {
  Shape shape;
  std::size_t epochs = 10;
  std::size_t mini_batch_size = 10000;
  double learning_rate = 0.001;
  double weight_decay = 0.00001;
  std::size_t random_negatives = 1;    // addresses drawn from all, for each event
  std::size_t shuffled_negatives = 1;  // addresses of the same mini-batch, for each event
  std::size_t publish_interval = 1000;
  std::uint64_t seed = 0;
};

// Adam as MXNet has it: the decay is part of the gradient, and entities that a mini-batch lacks
// stay as they are. `step` counts from 1.
[[nodiscard]] AdamStep adam_step(const Settings& settings, std::size_t step);

// In bytes: the network, what Adam remembers of it, and its gradients.
[[nodiscard]] double network_bytes(const Settings& settings);

// Called after each epoch.
using AfterEpoch = std::function<void(std::size_t epoch, const Network& network)>;

// The same from the same seed, whatever the number of threads. When stopped, the network so far.
[[nodiscard]] Network fit(std::vector<Event> events, const Settings& settings,
                          const Training& training, Parallel& parallel,
                          const AfterEpoch& after_epoch);

}  // namespace millrace::learn::ip_insights
