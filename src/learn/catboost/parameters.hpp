// The hyperparameters of the built-in CatBoost, as AWS documents them; written once.
#pragma once

#include "learn/contract.hpp"

#include <array>
#include <string_view>

namespace millrace::learn::catboost {

using Names = std::string_view;

inline constexpr std::array problem_types = std::to_array<Names>({"classification", "regression"});
inline constexpr std::array sampling_frequencies =
    std::to_array<Names>({"PerTreeLevel", "PerTree"});
inline constexpr std::array boosting_types = std::to_array<Names>({"Auto", "Ordered", "Plain"});
inline constexpr std::array grow_policies =
    std::to_array<Names>({"SymmetricTree", "Depthwise", "Lossguide"});

using enum ParameterKind;

inline constexpr std::array parameters = std::to_array<ParameterDoc>({
    {.name = "problem_type",
     .kind = choice,
     .otherwise = "classification",
     .choices = problem_types,
     .sentence = "Whether labels are classes or numbers. AWS has a model for each, "
                 "`catboost-classification-model` and `catboost-regression-model`; a job of theirs "
                 "needs not say it."},
    {.name = "iterations",
     .kind = integer,
     .otherwise = "500",
     .least = 1,
     .sentence = "The largest number of trees."},
    {.name = "early_stopping_rounds",
     .kind = integer,
     .otherwise = "5",
     .sentence = "Stop when the metric has not improved on the validation rows for so many rounds; "
                 "0 and less: do not."},
    {.name = "eval_metric",
     .kind = text,
     .otherwise = "auto",
     .sentence = "What is measured on the validation rows, as CatBoost names it; auto is RMSE for "
                 "a regression, AUC for two classes, MultiClass for more."},
    {.name = "learning_rate",
     .kind = number,
     .otherwise = "0.009",
     .least = 0,
     .most = 1,
     .least_exclusive = true,
     .tunable = true,
     .scale = Scale::logarithmic,
     .sentence = "The step: each tree's leaves are multiplied by it."},
    {.name = "depth",
     .kind = integer,
     .otherwise = "6",
     .least = 1,
     .most = 16,
     .tunable = true,
     .sentence = "The depth of a tree."},
    {.name = "l2_leaf_reg",
     .kind = integer,
     .otherwise = "3",
     .least = 1,
     .tunable = true,
     .sentence = "The weight of the squared values of the leaves in the loss."},
    {.name = "random_strength",
     .kind = number,
     .otherwise = "1.0",
     .least = 0,
     .tunable = true,
     .sentence = "How much chance there is in the scores of splits."},
    {.name = "max_leaves",
     .kind = integer,
     .otherwise = "31",
     .least = 2,
     .most = 64,
     .sentence = "grow_policy=Lossguide: the largest number of leaves of a tree."},
    {.name = "rsm",
     .kind = number,
     .otherwise = "1.0",
     .least = 0,
     .most = 1,
     .least_exclusive = true,
     .sentence = "The part of the columns that is drawn for each choice of a split."},
    {.name = "sampling_frequency",
     .kind = choice,
     .otherwise = "PerTreeLevel",
     .choices = sampling_frequencies,
     .sentence = "When rows are weighted anew; grow_policy=Lossguide knows PerTree alone, which is "
                 "its value where none is given."},
    {.name = "min_data_in_leaf",
     .kind = integer,
     .otherwise = "1",
     .least = 1,
     .sentence = "grow_policy=Depthwise and Lossguide: leaves of fewer rows are not split."},
    {.name = "bagging_temperature",
     .kind = number,
     .otherwise = "1.0",
     .least = 0,
     .sentence = "How unequal the random weights of rows are in the Bayesian bootstrap: 0, all "
                 "alike; 1, exponentially distributed."},
    {.name = "boosting_type",
     .kind = choice,
     .otherwise = "Auto",
     .choices = boosting_types,
     .sentence = "The boosting scheme; Auto leaves it to CatBoost."},
    {.name = "scale_pos_weight",
     .kind = number,
     .otherwise = "1.0",
     .least = 0,
     .least_exclusive = true,
     .sentence = "Two classes: the weight of the rows of the second one."},
    {.name = "max_bin",
     .kind = integer,
     .otherwise = "Auto",
     .least = 1,
     .most = 65535,
     .word = "Auto",
     .sentence = "The number of borders between the values of a column; Auto leaves it to "
                 "CatBoost."},
    {.name = "grow_policy",
     .kind = choice,
     .otherwise = "SymmetricTree",
     .choices = grow_policies,
     .sentence = "SymmetricTree: all nodes of a level ask the same; Depthwise: level by level; "
                 "Lossguide: the leaf that gains most is split first."},
    {.name = "random_seed",
     .kind = integer,
     .otherwise = "1",
     .least = 0,
     .sentence = "The same seed and number of threads give the same trees."},
    {.name = "thread_count",
     .kind = integer,
     .otherwise = "-1",
     .least = -1,
     .sentence = "The number of threads, no more than the job has; -1: as many as it has."},
    {.name = "verbose",
     .kind = integer,
     .otherwise = "1",
     .least = 1,
     .sentence = "The log has a line for every so many trees."},
});

}  // namespace millrace::learn::catboost
