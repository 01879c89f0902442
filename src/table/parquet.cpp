// Several Parquet files as one, each read by the library that has Arrow.
#include "table/parquet.hpp"

#include "table/arrow_library.hpp"
#include "table/parquet_module.hpp"

#include <string>
#include <utility>

namespace millrace::table {
namespace {

using ReadFile = decltype(&read_parquet_file);
using ReadShape = decltype(&read_parquet_shape);

template <class Function>
Function load(const char* name) {
  return reinterpret_cast<Function>(arrow_function(name));
}

void add_file(Dataset& all, const Input& input, ReadFile read_file) {
  Dataset next;
  read_file(*input.source, next);
  if (all.features.rows > 0 && next.features.columns != all.features.columns) {
    throw DataError("expected " + std::to_string(all.features.columns + 1) + " columns, found " +
                    std::to_string(next.features.columns + 1));
  }
  append(all, std::move(next));
}

}  // namespace

Dataset read_parquet(std::span<const Input> inputs) {
  const auto read_file = load<ReadFile>("read_parquet_file");
  Dataset all;
  for (const Input& input : inputs) {
    try {
      add_file(all, input, read_file);
    } catch (const DataError& error) {
      throw DataError(input.name + ": " + error.what());
    }
  }
  return all;
}

ParquetShape parquet_shape(std::span<const Input> inputs) {
  const auto read_shape = load<ReadShape>("read_parquet_shape");
  ParquetShape all;
  for (const Input& input : inputs) {
    ParquetShape shape;
    read_shape(*input.source, shape);
    all.rows += shape.rows;
    if (all.columns == 0) all.columns = shape.columns;
  }
  return all;
}

}  // namespace millrace::table
