#include "learn/ip_insights/train.hpp"

#include "learn/channels.hpp"
#include "learn/hyperparameters.hpp"
#include "learn/ip_insights/contract.hpp"
#include "learn/ip_insights/evaluation.hpp"
#include "learn/ip_insights/fit.hpp"
#include "learn/ip_insights/model.hpp"
#include "learn/memory.hpp"
#include "learn/metric_log.hpp"

#include <string>

namespace millrace::learn::ip_insights {
namespace {

Settings read_settings(const HyperparameterMap& given) {
  const Hyperparameters values(contract(), given);
  return {.shape = Shape{.slots = values.count("num_entity_vectors"),
                         .dimensions = values.count("vector_dim"),
                         .layers = values.count("num_ip_encoder_layers")},
          .epochs = values.count("epochs"),
          .mini_batch_size = values.count("mini_batch_size"),
          .learning_rate = values.number("learning_rate"),
          .weight_decay = values.number("weight_decay"),
          .random_negatives = values.count("random_negative_sampling_rate"),
          .shuffled_negatives = values.count("shuffled_negative_sampling_rate"),
          .publish_interval = values.count("batch_metrics_publish_interval"),
          .seed = values.count("_seed")};
}

}  // namespace

void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training) {
  const Settings settings = read_settings(hyperparameters);
  check_channels(contract(), channels);
  check_memory(network_bytes(settings), "model", "reduce num_entity_vectors or vector_dim",
               training);
  check_peak(network_bytes(settings) + events_bytes(channels),
             "train on fewer rows, or reduce num_entity_vectors or vector_dim", training);
  const std::size_t slots = settings.shape.slots;
  std::vector<Event> events =
      read_events(*find_channel(channels, "train"), slots, training.threads);
  std::vector<Event> observed;
  if (const Channel* const channel = find_channel(channels, "validation"))
    observed = read_events(*channel, slots, training.threads);
  const std::vector<Event> made_up = make_up(observed, settings.seed);
  Parallel parallel(training.threads);
  const auto validate = [&](std::size_t epoch, const Network& network) {
    if (observed.empty()) return;
    training.info(quality_line(
        "epoch=" + std::to_string(epoch) + ", validation discriminator_auc <score>",
        area_under_curve(scores(network, observed, parallel), scores(network, made_up, parallel))));
  };
  save_network(training.model_folder,
               fit(std::move(events), settings, training, parallel, validate));
}

}  // namespace millrace::learn::ip_insights
