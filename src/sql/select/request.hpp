// What a query is asked for: the statement, the form of the object and of the result.
#pragma once

#include "base/value.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace millrace::sql::select {

constexpr std::size_t record_limit = 1024 * 1024;         // bytes of a record, read or written
constexpr std::size_t document_limit = 64 * 1024 * 1024;  // bytes of a JSON document

enum class Header { none, use, ignore };

struct CsvInput {
  Header header = Header::none;
  std::string comments = "#";  // one character, or none; so the others
  std::string quote = "\"";
  std::string escape = "\"";
  std::string record_delimiter = "\n";
  std::string field_delimiter = ",";
  bool quoted_record_delimiters = false;
};

struct CsvOutput {
  bool always_quotes = false;
  std::string quote = "\"";
  std::string escape = "\"";
  std::string record_delimiter = "\n";
  std::string field_delimiter = ",";
};

enum class Format { csv, json_lines, json_document, parquet };
enum class Compression { none, gzip, bzip2 };

struct ScanRange {
  std::uint64_t start = 0;  // records that begin from here
  std::uint64_t end = 0;    // to here, inclusive
};

struct Request {
  std::string expression;
  Format format = Format::csv;
  Compression compression = Compression::none;
  CsvInput csv;
  bool writes_json = false;
  CsvOutput csv_output;
  std::string json_delimiter = "\n";
  std::optional<ScanRange> range;
  std::uint64_t first_offset = 0;  // of the object, where its bytes begin
  std::string now;                 // UTCNOW()
};

// From the document that src/work/README.md describes.
[[nodiscard]] Request request_from(const base::Value& document);

}  // namespace millrace::sql::select
