// The hyperparameters of the built-in LDA, as AWS documents them; written once.
#pragma once

#include "learn/contract.hpp"

#include <array>
#include <string_view>

namespace millrace::learn::lda {

inline constexpr std::array objectives = std::to_array<std::string_view>({"", "test:pwll"});

using enum ParameterKind;

inline constexpr std::array parameters = std::to_array<ParameterDoc>({
    {.name = "num_topics",
     .kind = integer,
     .required = true,
     .least = 1,
     .most = 500,
     .tunable = true,
     .sentence = "How many topics are looked for."},
    {.name = "feature_dim",
     .kind = integer,
     .required = true,
     .least = 1,
     .sentence = "How many different words the documents have."},
    {.name = "mini_batch_size",
     .kind = integer,
     .required = true,
     .least = 1,
     .sentence = "AWS asks for the number of documents here; all are used whatever it says."},
    {.name = "alpha0",
     .kind = number,
     .otherwise = "1.0",
     .least = 0,
     .least_exclusive = true,
     .tunable = true,
     .scale = Scale::logarithmic,
     .sentence = "The sum of the Dirichlet prior of documents' topics: small values make documents "
                 "of few topics."},
    {.name = "max_restarts",
     .kind = integer,
     .otherwise = "10",
     .least = 1,
     .sentence = "From how many starts each topic is looked for in the tensor of moments."},
    {.name = "max_iterations",
     .kind = integer,
     .otherwise = "1000",
     .least = 1,
     .sentence = "How many iterations each start has at most."},
    {.name = "tol",
     .kind = number,
     .otherwise = "1e-8",
     .least = 0,
     .least_exclusive = true,
     .sentence = "A start's iterations end when its direction moves by less."},
    {.name = "_tuning_objective_metric",
     .kind = choice,
     .otherwise = "",
     .choices = objectives,
     .sentence = "Set by a tuning job: the metric that it compares."},
    {.name = "_refine_max_iter",
     .kind = integer,
     .otherwise = "30",
     .least = 0,
     .sentence = "Beyond AWS: how many passes of variational inference improve the topics at most; "
                 "0 leaves them as the tensor gave them."},
    {.name = "_seed",
     .kind = integer,
     .otherwise = "0",
     .least = 0,
     .sentence = "Beyond AWS: the same seed gives the same model."},
});

}  // namespace millrace::learn::lda
