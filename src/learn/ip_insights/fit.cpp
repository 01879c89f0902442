#include "learn/ip_insights/fit.hpp"

#include "learn/metric_log.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

namespace millrace::learn::ip_insights {
namespace {

// Parts of a mini-batch that are summed apart, so that the sums do not depend on the threads.
constexpr std::size_t lane_count = 4;

// Addresses whose vectors stay in the nearer caches.
constexpr std::size_t chunk_addresses = 1024;

template <class T>
void shuffle(std::vector<T>& things, Draw& draw) {
  for (std::size_t i = things.size(); i > 1; --i) std::swap(things[i - 1], things[draw.below(i)]);
}

struct Batch {
  std::vector<std::uint32_t> slots;
  std::vector<std::uint32_t> addresses;
  std::size_t addresses_each = 1;

  [[nodiscard]] Pairs part(std::size_t first, std::size_t last) const {
    return {.slots = std::span(slots).subspan(first, last - first),
            .addresses = std::span(addresses).subspan(first * addresses_each,
                                                      (last - first) * addresses_each),
            .addresses_each = addresses_each};
  }
};

Batch make_batch(std::span<const Event> events, const Settings& settings, Draw& draw) {
  Batch batch{.addresses_each = 1 + settings.random_negatives + settings.shuffled_negatives};
  batch.addresses.resize(events.size() * batch.addresses_each);
  std::vector<std::uint32_t> own;
  for (const Event& event : events) {
    batch.slots.push_back(event.slot);
    own.push_back(event.address);
  }
  const auto set = [&](std::size_t place, auto address) {
    for (std::size_t i = 0; i < events.size(); ++i)
      batch.addresses[i * batch.addresses_each + place] = address(i);
  };
  std::size_t place = 0;
  set(place++, [&](std::size_t i) { return own[i]; });
  for (std::size_t i = 0; i < settings.random_negatives; ++i)
    set(place++, [&](std::size_t) { return static_cast<std::uint32_t>(draw.next() >> 32); });
  for (std::size_t i = 0; i < settings.shuffled_negatives; ++i) {
    shuffle(own, draw);
    set(place++, [&](std::size_t event) { return own[event]; });
  }
  return batch;
}

void clear(Encoder& encoder) {
  std::ranges::fill(encoder.octets, 0.0F);
  for (Layer& layer : encoder.layers) {
    std::ranges::fill(layer.weights, 0.0F);
    std::ranges::fill(layer.bias, 0.0F);
  }
}

// All tables of an encoder, in one order.
std::vector<std::span<float>> tables(Encoder& encoder) {
  std::vector<std::span<float>> all = {encoder.octets};
  for (Layer& layer : encoder.layers) {
    all.emplace_back(layer.weights);
    all.emplace_back(layer.bias);
  }
  return all;
}

struct Lane {
  Encoder gradient;
  Scratch scratch;
  Loss loss;
};

class Trainer {
 public:
  Trainer(const Settings& settings, const Training& training, Parallel& parallel)
      : settings_(settings),
        training_(training),
        parallel_(parallel),
        draw_(settings.seed),
        network_(make_network(settings.shape, draw_)),
        entity_means_(network_.entities.size()),
        entity_squares_(network_.entities.size()),
        encoder_means_(zero_encoder(settings.shape)),
        encoder_squares_(zero_encoder(settings.shape)) {
    for (Lane& lane : lanes_) lane.gradient = zero_encoder(settings.shape);
  }

  [[nodiscard]] const Network& network() const { return network_; }
  Network take() { return std::move(network_); }

  // False when stopped.
  bool run_epoch(std::size_t epoch, std::vector<Event>& events) {
    shuffle(events, draw_);
    Loss loss;
    std::size_t pairs = 0;
    std::size_t number = 0;
    for (std::size_t first = 0; first < events.size(); first += settings_.mini_batch_size) {
      const std::size_t count = std::min(settings_.mini_batch_size, events.size() - first);
      const Batch batch = make_batch(std::span(events).subspan(first, count), settings_, draw_);
      const Loss batch_loss = learn(batch);
      loss += batch_loss;
      pairs += batch.addresses.size();
      if (++number % settings_.publish_interval == 0)
        say("epoch=" + std::to_string(epoch) + ", batch=" + std::to_string(number) + " train ",
            batch_loss, batch.addresses.size());
      if (training_.stopped()) return false;
    }
    say("epoch=" + std::to_string(epoch) + ", train ", loss, pairs);
    return true;
  }

 private:
  Loss learn(const Batch& batch) {
    const std::size_t events = batch.slots.size();
    entity_rows_.resize(events * settings_.shape.dimensions);
    parallel_.run(lane_count, [&](std::size_t lane) { differentiate(batch, lane); });
    const AdamStep step = adam_step(settings_, ++steps_);
    Loss loss;
    for (Lane& lane : lanes_) loss += lane.loss;
    move_encoder(step);
    move_entities(batch.slots, step);
    return loss;
  }

  // Every fourth chunk of the batch.
  void differentiate(const Batch& batch, std::size_t number) {
    Lane& lane = lanes_[number];
    clear(lane.gradient);
    lane.loss = {};
    const std::size_t events = batch.slots.size();
    const std::size_t chunk = std::max<std::size_t>(1, chunk_addresses / batch.addresses_each);
    const auto scale = static_cast<float>(1.0 / static_cast<double>(events));
    for (std::size_t first = number * chunk; first < events; first += lane_count * chunk) {
      const std::size_t last = std::min(events, first + chunk);
      const std::size_t dimensions = settings_.shape.dimensions;
      lane.loss += add_gradients(
          network_, batch.part(first, last), scale, lane.scratch, lane.gradient,
          std::span(entity_rows_).subspan(first * dimensions, (last - first) * dimensions));
    }
  }

  void move_encoder(const AdamStep& step) {
    const auto sums = tables(lanes_[0].gradient);
    for (std::size_t lane = 1; lane < lane_count; ++lane) {
      const auto others = tables(lanes_[lane].gradient);
      for (std::size_t i = 0; i < sums.size(); ++i)
        kernels().add(sums[i].data(), others[i].data(), sums[i].size());
    }
    const auto values = tables(network_.encoder);
    const auto means = tables(encoder_means_);
    const auto squares = tables(encoder_squares_);
    parallel_.run(values.size(), [&](std::size_t i) {
      kernels().adam_step(step, {.gradient = sums[i].data(),
                                 .weights = values[i].data(),
                                 .means = means[i].data(),
                                 .squares = squares[i].data(),
                                 .count = values[i].size()});
    });
  }

  // The events' rows of one entity are summed in their order.
  void move_entities(const std::vector<std::uint32_t>& slots, const AdamStep& step) {
    std::vector<std::size_t> order(slots.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t event) { return slots[event]; });
    std::vector<std::size_t> begins;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i == 0 || slots[order[i]] != slots[order[i - 1]]) begins.push_back(i);
    }
    begins.push_back(order.size());
    parallel_.split(begins.size() - 1, [&](std::size_t, std::size_t first, std::size_t last) {
      for (std::size_t group = first; group < last; ++group)
        move_entity(slots,
                    std::span(order).subspan(begins[group], begins[group + 1] - begins[group]),
                    step);
    });
  }

  void move_entity(const std::vector<std::uint32_t>& slots, std::span<const std::size_t> events,
                   const AdamStep& step) {
    const std::size_t dimensions = settings_.shape.dimensions;
    const auto row_of = [&](std::size_t event) {
      return std::span(entity_rows_).subspan(event * dimensions, dimensions);
    };
    const auto sum = row_of(events.front());
    for (const std::size_t event : events.subspan(1))
      kernels().add(sum.data(), row_of(event).data(), dimensions);
    const std::size_t at = slots[events.front()] * dimensions;
    kernels().adam_step(step, {.gradient = sum.data(),
                               .weights = network_.entities.data() + at,
                               .means = entity_means_.data() + at,
                               .squares = entity_squares_.data() + at,
                               .count = dimensions});
  }

  void say(const std::string& where, const Loss& loss, std::size_t pairs) const {
    const auto count = static_cast<double>(pairs);
    training_.info(quality_line(where + "binary_classification_accuracy <score>",
                                static_cast<double>(loss.right) / count));
    training_.info(quality_line(where + "binary_classification_cross_entropy <loss>",
                                loss.cross_entropy / count));
  }

  const Settings& settings_;
  const Training& training_;
  Parallel& parallel_;
  Draw draw_;
  Network network_;
  std::vector<float> entity_means_;
  std::vector<float> entity_squares_;
  Encoder encoder_means_;
  Encoder encoder_squares_;
  std::array<Lane, lane_count> lanes_;
  std::vector<float> entity_rows_;
  std::size_t steps_ = 0;
};

}  // namespace

AdamStep adam_step(const Settings& settings, std::size_t step) {
  AdamStep made{.rescale = 1,
                .decay = static_cast<float>(settings.weight_decay),
                .clip = std::numeric_limits<float>::infinity(),
                .epsilon = 1e-8F};
  const auto steps = static_cast<double>(step);
  const double square_start = 1 - std::pow(static_cast<double>(made.square_decay), steps);
  const double mean_start = 1 - std::pow(static_cast<double>(made.mean_decay), steps);
  made.rate = static_cast<float>(settings.learning_rate * std::sqrt(square_start) / mean_start);
  return made;
}

double network_bytes(const Settings& settings) {
  const auto width = static_cast<double>(settings.shape.width());
  const double encoder = width * static_cast<double>(octets * octet_values) +
                         static_cast<double>(settings.shape.layers) * (width + 1) * width;
  const double entities =
      static_cast<double>(settings.shape.slots) * static_cast<double>(settings.shape.dimensions);
  constexpr double tables = 3;  // the values, and what Adam remembers of them
  return sizeof(float) * (tables * entities + (tables + lane_count) * encoder);
}

Network fit(std::vector<Event> events, const Settings& settings, const Training& training,
            Parallel& parallel, const AfterEpoch& after_epoch) {
  Trainer trainer(settings, training, parallel);
  for (std::size_t epoch = 0; epoch < settings.epochs; ++epoch) {
    const auto began = std::chrono::steady_clock::now();
    if (!trainer.run_epoch(epoch, events)) break;
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
    constexpr double percent = 100;
    training.info(progress_line(percent * static_cast<double>(epoch + 1) /
                                static_cast<double>(settings.epochs)));
    training.info(
        throughput_line(static_cast<double>(events.size()) / std::max(taken.count(), 1e-9)));
    after_epoch(epoch, trainer.network());
  }
  return trainer.take();
}

}  // namespace millrace::learn::ip_insights
