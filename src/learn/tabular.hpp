// The channels of the algorithms that AWS ships as JumpStart models: CSV with the label first, for
// training and validation in two channels or in two folders of one, and a file that names the
// categorical columns.
#pragma once

#include "learn/algorithm.hpp"
#include "table/csv.hpp"
#include "table/matrix.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace millrace::learn {

inline constexpr std::array tabular_types = std::to_array<std::string_view>({"text/csv"});

// AWS's documentation calls the first one `training`; its newer notebooks call it `train`.
inline constexpr std::array tabular_channels = std::to_array<ChannelDoc>({
    {"training", false, tabular_types,
     "The rows to learn from, with the label in the first column; or folders `training/` (or "
     "`train/`) and `validation/`, and beside them `categorical_index.json`."},
    {"train", false, tabular_types, "Another name of `training`; one of them is required."},
    {"validation", false, tabular_types,
     "Rows that are only measured, and that early stopping follows; a fifth of the training rows "
     "where there are none."},
});

struct TabularFiles {
  std::vector<table::Input> training;
  std::vector<table::Input> validation;  // may be none
  std::vector<std::size_t> categorical;  // columns, the label being 0; ascending
};

// Throws ClientError for channels that are not the contract's or have no rows, and for an index of
// categorical columns that is not as AWS documents it.
[[nodiscard]] TabularFiles find_tabular_files(const Contract& contract,
                                              const std::vector<Channel>& channels);

// All rows as numbers, or with columns of `texts`. Throws ClientError for what cannot be read, for
// labels that are missing, and for categorical columns that the rows do not have.
[[nodiscard]] table::Dataset read_tabular(const std::vector<table::Input>& files,
                                          const TabularFiles& all, int threads,
                                          const table::TextColumns* texts = nullptr);

// Takes a fifth of the rows, drawn from the seed, out of `training`; both keep their order.
[[nodiscard]] table::Dataset hold_out_validation(table::Dataset& training, std::uint64_t seed);

}  // namespace millrace::learn
