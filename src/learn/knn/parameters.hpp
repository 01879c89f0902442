// The hyperparameters of the built-in k-NN, as AWS documents them; written once.
#pragma once

#include "learn/contract.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace millrace::learn::knn {

inline constexpr std::array predictors =
    std::to_array<std::string_view>({"classifier", "regressor"});
inline constexpr std::array reductions = std::to_array<std::string_view>({"sign", "fjlt"});
inline constexpr std::array index_types =
    std::to_array<std::string_view>({"faiss.Flat", "faiss.IVFFlat", "faiss.IVFPQ"});
inline constexpr std::array index_metrics =
    std::to_array<std::string_view>({"L2", "INNER_PRODUCT", "COSINE"});
inline constexpr std::array objectives =
    std::to_array<std::string_view>({"", "test:accuracy", "test:mse"});

// What faiss_index_pq_m may be.
inline constexpr std::array code_parts =
    std::to_array<std::size_t>({1, 2, 3, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 96});

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
     .tunable = true,
     .sentence = "The number of nearest neighbors."},
    {.name = "predictor_type",
     .kind = choice,
     .required = true,
     .choices = predictors,
     .sentence = "classifier: the most frequent label of the neighbors; regressor: their labels' "
                 "mean."},
    {.name = "sample_size",
     .kind = integer,
     .required = true,
     .least = 1,
     .tunable = true,
     .sentence = "The number of rows that are sampled from the training data."},
    {.name = "dimension_reduction_target",
     .kind = integer,
     .otherwise = "",
     .least = 1,
     .sentence = "The number of dimensions to reduce to, less than feature_dim; required with "
                 "dimension_reduction_type."},
    {.name = "dimension_reduction_type",
     .kind = choice,
     .otherwise = "",
     .choices = reductions,
     .sentence = "sign: a projection of random signs; fjlt: the fast Johnson-Lindenstrauss "
                 "transform; none where it is not given."},
    {.name = "faiss_index_ivf_nlists",
     .kind = integer,
     .otherwise = "auto",
     .least = 1,
     .word = "auto",
     .sentence = "The number of centroids of faiss.IVFFlat and faiss.IVFPQ; auto: the square root "
                 "of the number of sampled rows."},
    {.name = "faiss_index_pq_m",
     .kind = integer,
     .otherwise = "",
     .least = 1,
     .most = 96,
     .sentence =
         "The number of sub-components of faiss.IVFPQ, a byte each: 1, 2, 3, 4, 8, 12, 16, "
         "20, 24, 28, 32, 40, 48, 56, 64 or 96. Where it does not divide the dimensions, "
         "zeros are added to the rows, or dimension_reduction_target is raised; where it is "
         "not given, it is the greatest of these that is at most half of the dimensions."},
    {.name = "index_metric",
     .kind = choice,
     .otherwise = "L2",
     .choices = index_metrics,
     .sentence = "L2: the Euclidean distance; INNER_PRODUCT; COSINE: the cosine of the angle."},
    {.name = "index_type",
     .kind = choice,
     .otherwise = "faiss.Flat",
     .choices = index_types,
     .sentence = "faiss.Flat: every row is compared; faiss.IVFFlat: those near the same centroids; "
                 "faiss.IVFPQ: these told by a byte for each sub-component, with L2 only."},
    {.name = "mini_batch_size",
     .kind = integer,
     .otherwise = "5000",
     .least = 1,
     .sentence = "The Python SDK sends it; the rows are read whole whatever it says."},
    {.name = "_faiss_index_nprobe",
     .kind = integer,
     .otherwise = "5",
     .least = 1,
     .sentence = "Beyond AWS: the number of centroids whose rows a search of faiss.IVFFlat and "
                 "faiss.IVFPQ compares."},
    {.name = "_tuning_objective_metric",
     .kind = choice,
     .otherwise = "",
     .choices = objectives,
     .sentence = "Set by a tuning job: the metric that it compares."},
    {.name = "_seed",
     .kind = integer,
     .otherwise = "0",
     .least = 0,
     .sentence = "Beyond AWS: the same seed gives the same sample and the same projection."},
});

}  // namespace millrace::learn::knn
