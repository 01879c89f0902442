// Rows gathered into batches of a bounded size, each of which Arrow writes as a row group of
// Parquet or hands to ORC's writer.
#include "table/columnar_module.hpp"

#include "table/matrix.hpp"

#include <arrow/adapters/orc/adapter.h>
#include <arrow/api.h>
#include <arrow/io/interfaces.h>
#include <parquet/arrow/writer.h>
#include <parquet/exception.h>

#include <charconv>
#include <memory>
#include <optional>
#include <string>

namespace millrace::table {
namespace {

constexpr std::size_t batch_rows = 65'536;
constexpr std::size_t batch_bytes = 16 * 1024 * 1024;
constexpr std::int64_t stripe_bytes = 16 * 1024 * 1024;

void check(const arrow::Status& status) {
  if (!status.ok()) throw DataError(status.message());
}

template <class T>
T checked(arrow::Result<T> result) {
  check(result.status());
  return std::move(result).ValueUnsafe();
}

class Output final : public arrow::io::OutputStream {
 public:
  explicit Output(const TakeBytes& take) : take_(take) {}

  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  [[nodiscard]] bool closed() const override { return closed_; }
  [[nodiscard]] arrow::Result<std::int64_t> Tell() const override { return at_; }
  arrow::Status Write(const void* bytes, std::int64_t size) override {
    take_({static_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    at_ += size;
    return arrow::Status::OK();
  }
  using arrow::io::OutputStream::Write;

 private:
  const TakeBytes& take_;
  std::int64_t at_ = 0;
  bool closed_ = false;
};

// Parquet's times say that they are of UTC; ORC's type for that is another than a plain timestamp.
std::shared_ptr<arrow::DataType> arrow_type(ColumnType type, ColumnarFile::Format format) {
  switch (type) {
    case ColumnType::whole:
      return arrow::int64();
    case ColumnType::flag:
      return arrow::boolean();
    case ColumnType::time:
      if (format == ColumnarFile::Format::orc) return arrow::timestamp(arrow::TimeUnit::MILLI);
      return arrow::timestamp(arrow::TimeUnit::MILLI, "UTC");
    case ColumnType::text:
      break;
  }
  return arrow::utf8();
}

std::shared_ptr<arrow::Schema> schema_of(const ColumnarFile& file) {
  arrow::FieldVector fields;
  for (const Column& column : file.columns) {
    fields.push_back(
        arrow::field(column.name, arrow_type(column.type, file.format), !column.required));
  }
  return arrow::schema(std::move(fields));
}

class Writer {
 public:
  virtual ~Writer() = default;
  virtual void write(const arrow::RecordBatch& batch) = 0;
  virtual void close() = 0;
};

class ParquetWriter final : public Writer {
 public:
  ParquetWriter(const arrow::Schema& schema, const std::shared_ptr<Output>& output)
      : file_(checked(parquet::arrow::FileWriter::Open(schema, arrow::default_memory_pool(), output,
                                                       parquet::WriterProperties::Builder()
                                                           .compression(arrow::Compression::SNAPPY)
                                                           ->build()))) {}

  void write(const arrow::RecordBatch& batch) override {
    check(file_->NewBufferedRowGroup());
    check(file_->WriteRecordBatch(batch));
  }
  void close() override { check(file_->Close()); }

 private:
  std::unique_ptr<parquet::arrow::FileWriter> file_;
};

arrow::adapters::orc::WriteOptions orc_options() {
  arrow::adapters::orc::WriteOptions options;
  options.compression = arrow::Compression::GZIP;  // by which Arrow means ORC's zlib
  options.stripe_size = stripe_bytes;
  return options;
}

class OrcWriter final : public Writer {
 public:
  explicit OrcWriter(const std::shared_ptr<Output>& output)
      : output_(output),
        file_(checked(arrow::adapters::orc::ORCFileWriter::Open(output.get(), orc_options()))) {}

  void write(const arrow::RecordBatch& batch) override { check(file_->Write(batch)); }
  void close() override { check(file_->Close()); }

 private:
  std::shared_ptr<Output> output_;
  std::unique_ptr<arrow::adapters::orc::ORCFileWriter> file_;
};

std::unique_ptr<Writer> open_writer(const ColumnarFile& file, const arrow::Schema& schema,
                                    const std::shared_ptr<Output>& output) {
  if (file.format == ColumnarFile::Format::orc) return std::make_unique<OrcWriter>(output);
  return std::make_unique<ParquetWriter>(schema, output);
}

std::int64_t number_in(const Column& column, const std::string& cell) {
  std::int64_t number = 0;
  const char* const end = cell.data() + cell.size();
  const auto [stopped, error] = std::from_chars(cell.data(), end, number);
  if (error != std::errc() || stopped != end)
    throw DataError("a cell of column '" + column.name + "' is not a number");
  return number;
}

template <class Builder, class T>
void append(arrow::ArrayBuilder& builder, const T& value) {
  check(static_cast<Builder&>(builder).Append(value));
}

void add_cell(const Column& column, const std::optional<std::string>& cell,
              arrow::ArrayBuilder& builder) {
  if (!cell) {
    if (column.required) throw DataError("a cell of column '" + column.name + "' is absent");
    return check(builder.AppendNull());
  }
  switch (column.type) {
    case ColumnType::text:
      return append<arrow::StringBuilder>(builder, *cell);
    case ColumnType::flag:
      return append<arrow::BooleanBuilder>(builder, *cell == "true");
    case ColumnType::whole:
      return append<arrow::Int64Builder>(builder, number_in(column, *cell));
    case ColumnType::time:
      return append<arrow::TimestampBuilder>(builder, number_in(column, *cell));
  }
}

class Batches {
 public:
  Batches(const ColumnarFile& file, const TakeBytes& take)
      : file_(file),
        schema_(schema_of(file)),
        output_(std::make_shared<Output>(take)),
        writer_(open_writer(file, *schema_, output_)),
        builder_(checked(arrow::RecordBatchBuilder::Make(schema_, arrow::default_memory_pool()))) {}

  void add(const base::CellRow& row) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      add_cell(file_.columns[at], row[at], *builder_->GetField(static_cast<int>(at)));
      bytes_ += row[at] ? row[at]->size() : 0;
    }
    if (++rows_ == batch_rows || bytes_ >= batch_bytes) flush();
  }

  void finish() {
    if (rows_ > 0 || is_empty_) flush();  // a file without rows has its columns all the same
    writer_->close();
  }

 private:
  void flush() {
    writer_->write(*checked(builder_->Flush()));
    rows_ = 0;
    bytes_ = 0;
    is_empty_ = false;
  }

  const ColumnarFile& file_;
  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<Output> output_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<arrow::RecordBatchBuilder> builder_;
  std::size_t rows_ = 0;
  std::size_t bytes_ = 0;
  bool is_empty_ = true;
};

}  // namespace

void write_columnar_file(const ColumnarFile& file, const NextRow& next, const TakeBytes& take,
                         std::uint64_t& rows) {
  try {
    Batches batches(file, take);
    base::CellRow row(file.columns.size());
    for (rows = 0; next(row); ++rows) batches.add(row);
    batches.finish();
  } catch (const parquet::ParquetException& error) {
    throw DataError(error.what());
  }
}

}  // namespace millrace::table
