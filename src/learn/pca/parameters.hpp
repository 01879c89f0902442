// The hyperparameters of the built-in PCA, as AWS documents them; written once.
#pragma once

#include "learn/contract.hpp"

#include <array>
#include <string_view>

namespace millrace::learn::pca {

inline constexpr std::array modes = std::to_array<std::string_view>({"regular", "randomized"});

using enum ParameterKind;

inline constexpr std::array parameters = std::to_array<ParameterDoc>({
    {.name = "feature_dim",
     .kind = integer,
     .required = true,
     .least = 1,
     .sentence = "The number of features in the input data."},
    {.name = "mini_batch_size",
     .kind = integer,
     .required = true,
     .least = 1,
     .sentence =
         "The number of rows that are sketched at a time; regular mode has blocks of its own."},
    {.name = "num_components",
     .kind = integer,
     .required = true,
     .least = 1,
     .sentence = "The number of principal components to compute."},
    {.name = "algorithm_mode",
     .kind = choice,
     .otherwise = "regular",
     .choices = modes,
     .sentence = "regular: from the covariance of all features; randomized: from a sketch of it, "
                 "for many features."},
    {.name = "extra_components",
     .kind = integer,
     .otherwise = "-1",
     .least = -1,
     .sentence = "How many more components the sketch has; -1 is 10 or num_components, whichever "
                 "is more."},
    {.name = "subtract_mean",
     .kind = flag,
     .otherwise = "true",
     .sentence = "Whether the features' means are subtracted, in training and in inference."},
    {.name = "force_dense",
     .kind = flag,
     .otherwise = "true",
     .sentence = "Sparse rows are made dense whatever it says."},
    {.name = "_seed",
     .kind = integer,
     .otherwise = "0",
     .least = 0,
     .sentence = "Beyond AWS: the same seed gives the same model."},
});

}  // namespace millrace::learn::pca
