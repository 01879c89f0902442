// The hyperparameters of the built-in LightGBM, as AWS documents them; written once.
#pragma once

#include "learn/contract.hpp"

#include <array>
#include <string_view>

namespace millrace::learn::lightgbm {

using Names = std::string_view;

inline constexpr std::array problem_types = std::to_array<Names>({"classification", "regression"});
inline constexpr std::array metrics = std::to_array<Names>(
    {"auto", "rmse", "l1", "l2", "huber", "fair", "binary_logloss", "binary_error", "auc",
     "average_precision", "multi_logloss", "multi_error", "auc_mu", "cross_entropy"});
inline constexpr std::array boostings = std::to_array<Names>({"gbdt", "rf", "dart", "goss"});
inline constexpr std::array tree_learners =
    std::to_array<Names>({"serial", "feature", "data", "voting"});

using enum ParameterKind;

inline constexpr std::array parameters = std::to_array<ParameterDoc>({
    {.name = "problem_type",
     .kind = choice,
     .otherwise = "classification",
     .choices = problem_types,
     .sentence = "Whether labels are classes or numbers. AWS has a model for each, "
                 "`lightgbm-classification-model` and `lightgbm-regression-model`; a job of theirs "
                 "needs not say it."},
    {.name = "num_boost_round",
     .kind = integer,
     .otherwise = "100",
     .least = 1,
     .sentence = "The largest number of rounds; of three classes and more, each round makes a tree "
                 "a class."},
    {.name = "early_stopping_rounds",
     .kind = integer,
     .otherwise = "10",
     .sentence = "Stop when the metric has not improved on the validation rows for so many rounds, "
                 "and keep the rounds up to the best one; 0 and less: do neither. Of no effect "
                 "with boosting=dart."},
    {.name = "metric",
     .kind = choice,
     .otherwise = "auto",
     .choices = metrics,
     .sentence = "What is measured; auto is rmse for a regression, binary_logloss for two classes, "
                 "multi_logloss for more."},
    {.name = "learning_rate",
     .kind = number,
     .otherwise = "0.1",
     .least = 0,
     .most = 1,
     .least_exclusive = true,
     .tunable = true,
     .scale = Scale::logarithmic,
     .sentence = "The step: each tree's leaves are multiplied by it."},
    {.name = "num_leaves",
     .kind = integer,
     .otherwise = "64",
     .least = 2,
     .most = 131072,
     .tunable = true,
     .sentence = "The largest number of leaves of a tree."},
    {.name = "feature_fraction",
     .kind = number,
     .otherwise = "0.9",
     .least = 0,
     .most = 1,
     .least_exclusive = true,
     .tunable = true,
     .sentence = "The part of the columns that is drawn for each tree."},
    {.name = "bagging_fraction",
     .kind = number,
     .otherwise = "0.9",
     .least = 0,
     .most = 1,
     .least_exclusive = true,
     .tunable = true,
     .sentence = "The part of the rows that is drawn every bagging_freq rounds."},
    {.name = "bagging_freq",
     .kind = integer,
     .otherwise = "1",
     .least = 0,
     .tunable = true,
     .sentence = "How many rounds rows stay drawn; 0: none are drawn."},
    {.name = "max_depth",
     .kind = integer,
     .otherwise = "6",
     .tunable = true,
     .sentence = "The largest depth of a tree; 0 and less: any."},
    {.name = "min_data_in_leaf",
     .kind = integer,
     .otherwise = "3",
     .least = 0,
     .tunable = true,
     .sentence = "The least number of rows in a leaf."},
    {.name = "max_delta_step",
     .kind = number,
     .otherwise = "0.0",
     .sentence = "The largest output of a leaf before the step; 0 and less: any."},
    {.name = "lambda_l1",
     .kind = number,
     .otherwise = "0.0",
     .least = 0,
     .sentence = "L1 regularisation of the leaves."},
    {.name = "lambda_l2",
     .kind = number,
     .otherwise = "0.0",
     .least = 0,
     .sentence = "L2 regularisation of the leaves."},
    {.name = "boosting",
     .kind = choice,
     .otherwise = "gbdt",
     .choices = boostings,
     .sentence = "Boosted trees, a random forest, trees with dropout, or boosting on the rows with "
                 "the largest gradients, which takes bagging_freq=0."},
    {.name = "min_gain_to_split",
     .kind = number,
     .otherwise = "0.0",
     .least = 0,
     .sentence = "The gain that a split must have to be made."},
    {.name = "scale_pos_weight",
     .kind = number,
     .otherwise = "1.0",
     .least = 0,
     .least_exclusive = true,
     .sentence = "The weight of the rows of class 1, where there are two classes."},
    {.name = "tree_learner",
     .kind = choice,
     .otherwise = "serial",
     .choices = tree_learners,
     .sentence = "How hosts share the work; of no effect on one."},
    {.name = "feature_fraction_bynode",
     .kind = number,
     .otherwise = "1.0",
     .least = 0,
     .most = 1,
     .least_exclusive = true,
     .sentence = "The part of the columns that is drawn for each node."},
    {.name = "is_unbalance",
     .kind = flag,
     .otherwise = "False",
     .sentence = "Whether two classes are weighted so that both count alike."},
    {.name = "max_bin",
     .kind = integer,
     .otherwise = "255",
     .least = 2,
     .sentence = "The largest number of bins that a column's values are sorted into."},
    {.name = "tweedie_variance_power",
     .kind = number,
     .otherwise = "1.5",
     .least = 1,
     .most = 2,
     .most_exclusive = true,
     .sentence = "The power of a Tweedie distribution's variance; of no effect, as with AWS, whose "
                 "objective for regression is always L2."},
    {.name = "num_threads",
     .kind = integer,
     .otherwise = "0",
     .least = 0,
     .sentence = "The number of threads; 0 is all, and not more than those of the job's slot are "
                 "used."},
    {.name = "verbosity",
     .kind = integer,
     .otherwise = "1",
     .sentence = "What the library prints: nothing but fatal errors below 0, warnings at 0, more "
                 "at 1, everything above."},
});

}  // namespace millrace::learn::lightgbm
