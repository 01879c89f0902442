#include "sql/select/query.hpp"

#include "base/gunzip.hpp"
#include "sql/engine.hpp"
#include "sql/select/bunzip.hpp"
#include "sql/select/error.hpp"
#include "sql/select/functions.hpp"
#include "sql/select/output.hpp"
#include "sql/select/parser.hpp"
#include "sql/select/writer.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <new>

namespace millrace::sql::select {
namespace {

constexpr std::uint64_t progress_bytes = 4 * 1024 * 1024;  // between two words of progress

class CountedReader final : public base::Reader {
 public:
  CountedReader(base::Reader& from, std::uint64_t& count, std::function<void()> tell)
      : from_(from), count_(count), tell_(std::move(tell)) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t got = from_.read(out, size);
    count_ += got;
    if (count_ - told_ >= progress_bytes) {
      told_ = count_;
      tell_();
    }
    return got;
  }

 private:
  base::Reader& from_;
  std::uint64_t& count_;
  std::function<void()> tell_;
  std::uint64_t told_ = 0;
};

// Packed bytes that are not sound are told from those of another format.
class UnpackedReader final : public base::Reader {
 public:
  UnpackedReader(base::Reader& packed, Compression compression) {
    if (compression == Compression::gzip) unpacked_ = std::make_unique<base::Gunzip>(packed);
    if (compression == Compression::bzip2) unpacked_ = std::make_unique<Bunzip>(packed);
    if (!unpacked_) plain_ = &packed;
  }
  std::size_t read(char* out, std::size_t size) override {
    try {
      return plain_ ? plain_->read(out, size) : unpacked_->read(out, size);
    } catch (const base::GunzipError& error) {
      refuse(error.what());
    } catch (const BunzipError& error) {
      refuse(error.what());
    }
  }

 private:
  [[noreturn]] static void refuse(std::string_view why) {
    const bool other = why.find("is not in") != std::string_view::npos;
    throw SelectError(other ? "InvalidCompressionFormat" : "TruncatedInput");
  }
  std::unique_ptr<base::Reader> unpacked_;
  base::Reader* plain_ = nullptr;
};

SelectError refusal(const EngineError& error, Format format) {
  const std::string_view why = error.what();
  if (why.find("expression depth") != std::string_view::npos)
    return SelectError("MaxOperatorsExceeded");
  if (why.starts_with("Out of Memory"))
    return SelectError("ExternalEvalException", "it needs too much memory");
  if (format == Format::parquet) return SelectError("ParquetParsingError");
  return SelectError("ExternalEvalException");
}

class Run {
 public:
  Run(const Request& request, base::Reader& object, const std::string& parquet_file,
      Results& results)
      : request_(request),
        results_(results),
        file_(parquet_file),
        packed_(object, progress_.scanned, [] {}),
        unpacked_(packed_, request.compression),
        reader_(unpacked_, progress_.processed, [this] { results_.progress(progress_); }) {}

  Progress operator()() {
    const Statement statement = parse(request_.expression);
    const auto engine = make_engine({.readable_file = file_});
    add_functions(*engine);
    try {
      answer(statement, *engine);
    } catch (const EngineError& error) {
      throw refusal(error, request_.format);
    }
    if (request_.format == Format::parquet)
      progress_.scanned = progress_.processed = std::filesystem::file_size(file_);
    return progress_;
  }

 private:
  std::unique_ptr<Input> input(const Statement& statement, Engine& engine) {
    if (request_.format == Format::parquet) return make_parquet_input(engine, file_, request_);
    if (request_.format == Format::csv) return make_csv_input(reader_, request_);
    return make_json_input(reader_, request_, statement);
  }

  void answer(const Statement& statement, Engine& engine) {
    const auto from = input(statement, engine);
    const Query query = write(statement, *from, engine, request_);
    RecordWriter writer(request_, query, [&](std::string_view piece) {
      progress_.returned += piece.size();
      results_.records(piece);
    });
    engine.query(query.sql, [&](std::span<const Text> row) {
      writer.add(row);
      return true;
    });
    writer.flush();
  }

  const Request& request_;
  Results& results_;
  std::string file_;
  Progress progress_;
  CountedReader packed_;
  UnpackedReader unpacked_;
  CountedReader reader_;
};

}  // namespace

Progress run(const Request& request, base::Reader& object, const std::string& parquet_file,
             Results& results) {
  return Run(request, object, parquet_file, results)();
}

}  // namespace millrace::sql::select
