// The hyperparameters of the built-in IP Insights, as AWS documents them; written once.
#pragma once

#include "learn/contract.hpp"

#include <array>
#include <string_view>

namespace millrace::learn::ip_insights {

inline constexpr std::array objectives =
    std::to_array<std::string_view>({"", "validation:discriminator_auc"});

using enum ParameterKind;

inline constexpr std::array parameters = std::to_array<ParameterDoc>({
    {.name = "num_entity_vectors",
     .kind = integer,
     .required = true,
     .least = 1,
     .most = 250000000,
     .tunable = true,
     .sentence = "The number of entity vectors; each entity has one by a hash of its name. Twice "
                 "the number of entities keeps most of them apart."},
    {.name = "vector_dim",
     .kind = integer,
     .required = true,
     .least = 4,
     .most = 4096,
     .tunable = true,
     .sentence = "The length of the vectors of entities and addresses."},
    {.name = "batch_metrics_publish_interval",
     .kind = integer,
     .otherwise = "1000",
     .least = 1,
     .sentence = "After so many mini-batches each time the log tells of one."},
    {.name = "epochs",
     .kind = integer,
     .otherwise = "10",
     .least = 1,
     .tunable = true,
     .sentence = "How often the training data is passed over."},
    {.name = "learning_rate",
     .kind = number,
     .otherwise = "0.001",
     .least = 1e-6,
     .most = 10,
     .tunable = true,
     .scale = Scale::logarithmic,
     .sentence = "The step size of the optimizer Adam."},
    {.name = "mini_batch_size",
     .kind = integer,
     .otherwise = "10000",
     .least = 1,
     .most = 500000,
     .tunable = true,
     .sentence = "The number of rows after which the network moves, and among which negative "
                 "samples are shuffled."},
    {.name = "num_ip_encoder_layers",
     .kind = integer,
     .otherwise = "1",
     .least = 0,
     .most = 100,
     .tunable = true,
     .sentence = "The number of fully connected layers that an address's vector goes through."},
    {.name = "random_negative_sampling_rate",
     .kind = integer,
     .otherwise = "1",
     .least = 0,
     .most = 500,
     .tunable = true,
     .sentence = "How many addresses drawn at random are made up for each row."},
    {.name = "shuffled_negative_sampling_rate",
     .kind = integer,
     .otherwise = "1",
     .least = 0,
     .most = 500,
     .tunable = true,
     .sentence = "How many addresses of other rows of the mini-batch are made up for each row."},
    {.name = "weight_decay",
     .kind = number,
     .otherwise = "0.00001",
     .least = 0,
     .most = 10,
     .tunable = true,
     .sentence = "How strongly the weights are drawn to zero."},
    {.name = "_tuning_objective_metric",
     .kind = choice,
     .otherwise = "",
     .choices = objectives,
     .sentence = "Set by a tuning job: the metric that it compares."},
    {.name = "_seed",
     .kind = integer,
     .otherwise = "0",
     .least = 0,
     .sentence = "Beyond AWS: the same seed gives the same model."},
});

}  // namespace millrace::learn::ip_insights
