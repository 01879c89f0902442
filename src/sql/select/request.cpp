#include "sql/select/request.hpp"

#include "sql/select/error.hpp"

namespace millrace::sql::select {
namespace {

using base::Value;

void take(const Value& in, std::string_view name, std::string& into) {
  if (const Value* found = in.find(name)) into = found->text();
}

void take(const Value& in, std::string_view name, bool& into) {
  if (const Value* found = in.find(name)) into = found->flag();
}

std::string text_or(const Value& in, std::string_view name, std::string_view otherwise) {
  const Value* found = in.find(name);
  return found ? found->text() : std::string(otherwise);
}

CsvInput csv_input(const Value& in) {
  CsvInput csv;
  const std::string header = text_or(in, "header", "NONE");
  if (header == "USE") csv.header = Header::use;
  if (header == "IGNORE") csv.header = Header::ignore;
  take(in, "comments", csv.comments);
  take(in, "quote", csv.quote);
  take(in, "escape", csv.escape);
  take(in, "record_delimiter", csv.record_delimiter);
  take(in, "field_delimiter", csv.field_delimiter);
  take(in, "quoted_record_delimiters", csv.quoted_record_delimiters);
  return csv;
}

CsvOutput csv_output(const Value& in) {
  CsvOutput csv;
  take(in, "always_quotes", csv.always_quotes);
  take(in, "quote", csv.quote);
  take(in, "escape", csv.escape);
  take(in, "record_delimiter", csv.record_delimiter);
  take(in, "field_delimiter", csv.field_delimiter);
  return csv;
}

Format format_of(const std::string& name) {
  if (name == "csv") return Format::csv;
  if (name == "json_lines") return Format::json_lines;
  return name == "json_document" ? Format::json_document : Format::parquet;
}

Compression compression_of(const std::string& name) {
  if (name == "GZIP") return Compression::gzip;
  return name == "BZIP2" ? Compression::bzip2 : Compression::none;
}

}  // namespace

Request request_from(const Value& document) {
  Request request{.expression = document.find("expression")->text(),
                  .format = format_of(text_or(document, "format", "csv")),
                  .compression = compression_of(text_or(document, "compression", "NONE")),
                  .now = text_or(document, "now", "")};
  if (const Value* csv = document.find("csv")) request.csv = csv_input(*csv);
  if (const Value* csv = document.find("csv_output")) request.csv_output = csv_output(*csv);
  if (const Value* json = document.find("json_output")) {
    request.writes_json = true;
    take(*json, "record_delimiter", request.json_delimiter);
  }
  if (const Value* range = document.find("range")) {
    request.range = ScanRange{.start = static_cast<std::uint64_t>(range->find("start")->integer()),
                              .end = static_cast<std::uint64_t>(range->find("end")->integer())};
    request.first_offset = static_cast<std::uint64_t>(range->find("first")->integer());
  }
  return request;
}

}  // namespace millrace::sql::select
