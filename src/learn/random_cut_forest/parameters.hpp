// The hyperparameters of the built-in Random Cut Forest, as AWS documents them; written once.
#pragma once

#include "learn/contract.hpp"

#include <array>
#include <string_view>

namespace millrace::learn::random_cut_forest {

inline constexpr std::array measures =
    std::to_array<std::string_view>({"accuracy", "precision_recall_fscore"});
inline constexpr std::array objectives = std::to_array<std::string_view>({"", "test:f1"});

using enum ParameterKind;

inline constexpr std::array parameters = std::to_array<ParameterDoc>({
    {.name = "feature_dim",
     .kind = integer,
     .required = true,
     .least = 1,
     .most = 10000,
     .sentence = "The number of features in the input data."},
    {.name = "eval_metrics",
     .kind = json_list,
     .otherwise = R"(["accuracy", "precision_recall_fscore"])",
     .choices = measures,
     .sentence = "What is measured on the labelled test channel, where rows whose score is more "
                 "than three standard deviations above the mean are taken for anomalies."},
    {.name = "num_samples_per_tree",
     .kind = integer,
     .otherwise = "256",
     .least = 1,
     .most = 2048,
     .tunable = true,
     .sentence = "The number of rows drawn for each tree; about one over the part of the rows that "
                 "are anomalies."},
    {.name = "num_trees",
     .kind = integer,
     .otherwise = "100",
     .least = 50,
     .most = 1000,
     .tunable = true,
     .sentence = "The number of trees in the forest."},
    {.name = "force_dense",
     .kind = flag,
     .otherwise = "true",
     .sentence = "Part of AWS's own defaults; sparse rows are made dense whatever it says."},
    {.name = "mini_batch_size",
     .kind = integer,
     .otherwise = "1000",
     .least = 1,
     .sentence = "The Python SDK sends it; the rows are read whole whatever it says."},
    {.name = "_tuning_objective_metric",
     .kind = choice,
     .otherwise = "",
     .choices = objectives,
     .sentence = "Set by a tuning job: the metric that it compares."},
    {.name = "_own_samples",
     .kind = flag,
     .otherwise = "true",
     .sentence = "Beyond AWS: where there are fewer rows than all trees' samples together, each "
                 "tree draws from all rows; false deals the rows out among the trees as AWS's "
                 "algorithm does, so that each gets fewer."},
    {.name = "_shingle_size",
     .kind = integer,
     .otherwise = "1",
     .least = 1,
     .most = 1000,
     .sentence =
         "Beyond AWS: rows are points of a stream, and so many consecutive ones, the oldest "
         "first, are a window that is learned and scored as one; feature_dim times "
         "_shingle_size is 10000 at most."},
    {.name = "_seed",
     .kind = integer,
     .otherwise = "0",
     .least = 0,
     .sentence = "Beyond AWS: the same seed gives the same model."},
});

}  // namespace millrace::learn::random_cut_forest
