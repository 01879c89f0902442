// The statistics of categories (CTRs) in a file .cbm: which ones the trees ask for, and the tables
// of counts that lie behind its core.
#pragma once

#include "learn/catboost/flat_buffer.hpp"
#include "learn/catboost/stored_model.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string_view>

namespace millrace::learn::catboost {

// Columns by the numbers that features have among those of their kind.
struct FeatureColumns {
  std::map<std::int32_t, std::size_t> numbers;
  std::map<std::int32_t, std::size_t> categories;
};

// `features` are the core's, `parts` the bytes behind it. Throws learn::ModelError for what is
// damaged, and for statistics without a table.
void read_statistics(std::span<const FlatTable> features, std::string_view parts,
                     const FeatureColumns& columns, StoredModel& model);

}  // namespace millrace::learn::catboost
