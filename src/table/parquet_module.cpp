// One Parquet file through Arrow. A library of its own, loaded when a file is read: loading Arrow
// costs more than a small training.
#include "table/parquet_module.hpp"

#include <arrow/api.h>
#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>
#include <parquet/arrow/reader.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <memory>
#include <string>

namespace millrace::table {
namespace {

// What a file's columns may take in memory: so much, and so many bytes for each of its own.
constexpr std::uint64_t expansion_floor = 256 * 1024 * 1024;
constexpr std::uint64_t expansion_limit = 1000;

// A source as Arrow reads files; it must outlive the reader.
class SourceFile final : public arrow::io::RandomAccessFile {
 public:
  explicit SourceFile(const base::Source& source) : source_(source) {}

  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  [[nodiscard]] bool closed() const override { return closed_; }
  [[nodiscard]] arrow::Result<std::int64_t> Tell() const override { return at_; }
  arrow::Result<std::int64_t> GetSize() override {
    return static_cast<std::int64_t>(source_.size());
  }

  arrow::Status Seek(std::int64_t position) override {
    at_ = position;
    return arrow::Status::OK();
  }

  arrow::Result<std::int64_t> ReadAt(std::int64_t position, std::int64_t bytes,
                                     void* out) override {
    return static_cast<std::int64_t>(source_.read_at(static_cast<std::uint64_t>(position),
                                                     static_cast<char*>(out),
                                                     static_cast<std::size_t>(bytes)));
  }

  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(std::int64_t position,
                                                       std::int64_t bytes) override {
    // What a damaged file says is longer than the file.
    const auto left = static_cast<std::int64_t>(source_.size()) - position;
    bytes = std::clamp<std::int64_t>(left, 0, std::max<std::int64_t>(bytes, 0));
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(bytes));
    ARROW_ASSIGN_OR_RAISE(const std::int64_t got, ReadAt(position, bytes, buffer->mutable_data()));
    ARROW_RETURN_NOT_OK(buffer->Resize(got));
    return std::shared_ptr<arrow::Buffer>(std::move(buffer));
  }

  arrow::Result<std::int64_t> Read(std::int64_t bytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const std::int64_t got, ReadAt(at_, bytes, out));
    at_ += got;
    return got;
  }

  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(std::int64_t bytes) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(at_, bytes));
    at_ += buffer->size();
    return buffer;
  }

 private:
  const base::Source& source_;
  std::int64_t at_ = 0;
  bool closed_ = false;
};

template <class T>
T checked(arrow::Result<T> result) {
  if (!result.ok()) throw DataError(result.status().message());
  return std::move(result).ValueUnsafe();
}

void check(const arrow::Status& status) {
  if (!status.ok()) throw DataError(status.message());
}

// Reads nothing ahead: columns are taken one after another.
std::unique_ptr<parquet::arrow::FileReader> open_file(const base::Source& source,
                                                      arrow::MemoryPool& pool) {
  parquet::ArrowReaderProperties properties;
  properties.set_pre_buffer(false);
  parquet::arrow::FileReaderBuilder builder;
  check(builder.Open(std::make_shared<SourceFile>(source), parquet::ReaderProperties(&pool)));
  return checked(builder.memory_pool(&pool)->properties(properties)->Build());
}

// Writes one column of a chunk into `out`, a place every `stride` numbers.
template <class Array>
void copy_numbers(const arrow::Array& array, float* out, std::size_t stride) {
  const auto& numbers = static_cast<const Array&>(array);
  for (std::int64_t row = 0; row < numbers.length(); ++row, out += stride) {
    *out = numbers.IsNull(row) ? missing : static_cast<float>(numbers.Value(row));
  }
}

using Copy = void (*)(const arrow::Array&, float*, std::size_t);

Copy copier(arrow::Type::type type) {
  switch (type) {
    case arrow::Type::BOOL:
      return copy_numbers<arrow::BooleanArray>;
    case arrow::Type::INT8:
      return copy_numbers<arrow::Int8Array>;
    case arrow::Type::INT16:
      return copy_numbers<arrow::Int16Array>;
    case arrow::Type::INT32:
      return copy_numbers<arrow::Int32Array>;
    case arrow::Type::INT64:
      return copy_numbers<arrow::Int64Array>;
    case arrow::Type::UINT8:
      return copy_numbers<arrow::UInt8Array>;
    case arrow::Type::UINT16:
      return copy_numbers<arrow::UInt16Array>;
    case arrow::Type::UINT32:
      return copy_numbers<arrow::UInt32Array>;
    case arrow::Type::UINT64:
      return copy_numbers<arrow::UInt64Array>;
    case arrow::Type::FLOAT:
      return copy_numbers<arrow::FloatArray>;
    case arrow::Type::DOUBLE:
      return copy_numbers<arrow::DoubleArray>;
    default:
      return nullptr;
  }
}

void copy_column(const arrow::ChunkedArray& column, const std::string& name, float* out,
                 std::size_t stride) {
  const Copy copy = copier(column.type()->id());
  if (!copy)
    throw DataError("column '" + name + "' of type " + column.type()->ToString() +
                    " is not numeric");
  for (const auto& chunk : column.chunks()) {
    copy(*chunk, out, stride);
    out += static_cast<std::size_t>(chunk->length()) * stride;
  }
}

std::shared_ptr<arrow::ChunkedArray> read_column(parquet::arrow::FileReader& file, int column) {
  std::shared_ptr<arrow::ChunkedArray> read;
  check(file.ReadColumn(column, &read));
  return read;
}

// No more than one column is in memory beside the rows, for which there is room for so many bytes.
Dataset read_columns(parquet::arrow::FileReader& file, std::uint64_t bytes) {
  std::shared_ptr<arrow::Schema> schema;
  check(file.GetSchema(&schema));
  const int columns = schema->num_fields();
  if (columns < 2) throw DataError("there are no features beside the label");
  const auto labels = read_column(file, 0);
  const auto rows = static_cast<std::size_t>(labels->length());
  Dataset data;
  data.features = {.rows = rows, .columns = static_cast<std::size_t>(columns) - 1};
  if (rows > bytes / sizeof(float) / data.features.columns)
    throw DataError("its rows take more than " + std::to_string(bytes) + " bytes of memory");
  data.labels.resize(rows);
  copy_column(*labels, schema->field(0)->name(), data.labels.data(), 1);
  if (rows == 0) return data;
  data.features.values.resize(rows * data.features.columns);
  for (int column = 1; column < columns; ++column) {
    const auto read = read_column(file, column);
    if (static_cast<std::size_t>(read->length()) != rows)
      throw DataError("its columns have different numbers of rows");
    copy_column(*read, schema->field(column)->name(), data.features.values.data() + column - 1,
                data.features.columns);
  }
  return data;
}

}  // namespace

void read_parquet_file(const base::Source& source, Dataset& rows) {
  // A file of some hundred bytes may say that it holds a billion rows.
  const std::uint64_t bytes = expansion_floor + source.size() * expansion_limit;
  arrow::CappedMemoryPool pool(arrow::default_memory_pool(), static_cast<std::int64_t>(bytes));
  try {
    rows = read_columns(*open_file(source, pool), bytes);
    arrow::default_memory_pool()->ReleaseUnused();
  } catch (const parquet::ParquetException& error) {
    throw DataError(error.what());
  }
}

void read_parquet_shape(const base::Source& source, ParquetShape& shape) {
  try {
    const auto file = parquet::ParquetFileReader::Open(std::make_shared<SourceFile>(source));
    const auto whole = [](std::int64_t count) {
      return static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
    };
    shape = {.rows = whole(file->metadata()->num_rows()),
             .columns = whole(file->metadata()->num_columns())};
  } catch (const parquet::ParquetException& error) {
    throw DataError(error.what());
  }
}

}  // namespace millrace::table
