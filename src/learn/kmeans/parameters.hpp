// The hyperparameters of the built-in K-Means, as AWS documents them; written once.
#pragma once

#include "learn/contract.hpp"

#include <array>
#include <string_view>

namespace millrace::learn::kmeans {

inline constexpr std::array starts = std::to_array<std::string_view>({"random", "kmeans++"});
inline constexpr std::array measures = std::to_array<std::string_view>({"msd", "ssd"});
inline constexpr std::array objectives =
    std::to_array<std::string_view>({"", "test:msd", "test:ssd"});

using enum ParameterKind;

inline constexpr std::array parameters = std::to_array<ParameterDoc>({
    {.name = "feature_dim",
     .kind = integer,
     .required = true,
     .least = 1,
     .sentence = "The number of features in the input data."},
    {.name = "k",
     .kind = integer,
     .required = true,
     .least = 1,
     .sentence = "The number of clusters."},
    {.name = "epochs",
     .kind = integer,
     .otherwise = "1",
     .least = 1,
     .tunable = true,
     .sentence = "How often the mini-batches of the training data are passed over."},
    {.name = "eval_metrics",
     .kind = json_list,
     .otherwise = R"(["msd"])",
     .choices = measures,
     .sentence = "What is measured on the test channel: the mean (msd) or the sum (ssd) of the "
                 "squared distances from the nearest center."},
    {.name = "extra_center_factor",
     .kind = integer,
     .otherwise = "auto",
     .least = 1,
     .word = "auto",
     .tunable = true,
     .sentence = "So many times k centers are kept while the data streams by, and made k at the "
                 "end; auto is 10, or less where there are few rows."},
    {.name = "half_life_time_size",
     .kind = integer,
     .otherwise = "0",
     .least = 0,
     .sentence = "After so many rows an earlier row counts half in its center; 0: for ever whole."},
    {.name = "init_method",
     .kind = choice,
     .otherwise = "random",
     .choices = starts,
     .tunable = true,
     .sentence = "How the first centers are chosen from a sample of rows."},
    {.name = "local_lloyd_init_method",
     .kind = choice,
     .otherwise = "kmeans++",
     .choices = starts,
     .sentence = "How Lloyd's procedure, which makes the extra centers k, chooses its first ones."},
    {.name = "local_lloyd_max_iter",
     .kind = integer,
     .otherwise = "300",
     .least = 1,
     .sentence = "How many iterations Lloyd's procedure has at most."},
    {.name = "local_lloyd_num_trials",
     .kind = integer,
     .otherwise = "auto",
     .least = 1,
     .word = "auto",
     .sentence = "How often Lloyd's procedure is tried, of which the best is kept; auto is 10."},
    {.name = "local_lloyd_tol",
     .kind = number,
     .otherwise = "0.0001",
     .least = 0,
     .most = 1,
     .sentence = "Lloyd's procedure ends when its loss changes by less than this part."},
    {.name = "mini_batch_size",
     .kind = integer,
     .otherwise = "5000",
     .least = 1,
     .tunable = true,
     .sentence = "The number of rows after which the centers move."},
    {.name = "force_dense",
     .kind = flag,
     .otherwise = "true",
     .sentence = "The Python SDK sends it; sparse rows are made dense whatever it says."},
    {.name = "_tuning_objective_metric",
     .kind = choice,
     .otherwise = "",
     .choices = objectives,
     .sentence = "Set by a tuning job: the metric that it compares."},
    {.name = "_refine_max_iter",
     .kind = integer,
     .otherwise = "20",
     .least = 0,
     .sentence = "Beyond AWS: how often at most the k centers are moved over all training rows at "
                 "the end; 0 leaves them where AWS's algorithm would."},
    {.name = "_seed",
     .kind = integer,
     .otherwise = "0",
     .least = 0,
     .sentence = "Beyond AWS: the same seed gives the same model."},
});

}  // namespace millrace::learn::kmeans
