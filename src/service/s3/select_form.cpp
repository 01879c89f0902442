#include "service/s3/select_form.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

using aws::Error;
using aws::Map;
using aws::View;

// Of AWS's list of errors of this operation.
[[noreturn]] void refuse_parameter(std::string_view name) {
  throw Error("InvalidRequestParameter",
              "The value of a parameter in the SelectRequest element is not valid. Check the "
              "service API documentation and try again. (" +
                  std::string(name) + ")");
}

[[noreturn]] void refuse_missing(std::string_view name) {
  throw Error("MissingRequiredParameter",
              "The SelectRequest entity is missing a required parameter. Check the service "
              "documentation and try again. (" +
                  std::string(name) + ")");
}

[[noreturn]] void refuse_conflict() {
  throw Error("ObjectSerializationConflict",
              "InputSerialization specifies more than one format (CSV, JSON, or Parquet), or "
              "OutputSerialization specifies more than one format (CSV or JSON). For "
              "InputSerialization and OutputSerialization, you can specify only one format for "
              "each.");
}

[[noreturn]] void refuse_range() {
  throw Error("InvalidScanRange", "The provided scan range is not valid.");
}

SelectCsv read_csv_common(const View& in) {
  SelectCsv csv;
  csv.quote = in.take("QuoteCharacter").optional_text();
  csv.escape = in.take("QuoteEscapeCharacter").optional_text();
  csv.record_delimiter = in.take("RecordDelimiter").optional_text();
  csv.field_delimiter = in.take("FieldDelimiter").optional_text();
  return csv;
}

std::optional<SelectCsv> read_csv(const aws::Member& member) {
  const View in = member.view();
  SelectCsv csv = read_csv_common(in);
  csv.header = in.take("FileHeaderInfo").text_or("NONE");
  csv.comments = in.take("Comments").optional_text();
  csv.quoted_record_delimiters = in.take("AllowQuotedRecordDelimiter").flag_or(false);
  return member.present() ? std::optional(csv) : std::nullopt;
}

std::optional<SelectCsv> read_csv_output(const aws::Member& member) {
  const View in = member.view();
  SelectCsv csv = read_csv_common(in);
  csv.always_quotes = in.take("QuoteFields").text_or("ASNEEDED") == "ALWAYS";
  return member.present() ? std::optional(csv) : std::nullopt;
}

bool is_text_of(const std::optional<std::string>& text, std::size_t least, std::size_t most) {
  return !text || (text->size() >= least && text->size() <= most);
}

void check_csv(const SelectCsv& csv) {
  if (!is_text_of(csv.quote, 0, 1)) refuse_parameter("QuoteCharacter");
  if (!is_text_of(csv.escape, 0, 1)) refuse_parameter("QuoteEscapeCharacter");
  if (!is_text_of(csv.comments, 0, 1)) refuse_parameter("Comments");
  if (!is_text_of(csv.field_delimiter, 1, 1)) refuse_parameter("FieldDelimiter");
  if (!is_text_of(csv.record_delimiter, 1, 2)) refuse_parameter("RecordDelimiter");
  const std::string field = csv.field_delimiter.value_or(",");
  if (field == csv.record_delimiter.value_or("\n") || field == csv.quote.value_or("\""))
    refuse_parameter("FieldDelimiter");
}

void check_range(const SelectForm& form) {
  if (!form.has_range) return;
  const bool is_whole = form.compression != "NONE" || (form.json && *form.json == "DOCUMENT") ||
                        (form.csv && form.csv->quoted_record_delimiters);
  if (is_whole) {
    throw Error("UnsupportedScanRangeInput",
                "Scan range queries are not supported on this type of object.");
  }
  const std::int64_t start = form.start.value_or(0);
  if (start < 0 || form.end.value_or(0) < 0 || (form.start && form.end && *form.end < start))
    refuse_range();
}

Map csv_document(const SelectCsv& csv) {
  Map document{{"header", csv.header},
               {"quoted_record_delimiters", csv.quoted_record_delimiters},
               {"always_quotes", csv.always_quotes}};
  document.set_if("comments", csv.comments);
  document.set_if("quote", csv.quote);
  document.set_if("escape", csv.escape);
  document.set_if("record_delimiter", csv.record_delimiter);
  document.set_if("field_delimiter", csv.field_delimiter);
  return document;
}

std::string format_of(const SelectForm& form) {
  if (form.parquet) return "parquet";
  if (form.csv) return "csv";
  return *form.json == "DOCUMENT" ? "json_document" : "json_lines";
}

}  // namespace

SelectForm read_select_form(const View& in) {
  SelectForm form;
  const View input = in.take("InputSerialization").view();
  form.csv = read_csv(input.take("CSV"));
  const aws::Member json = input.take("JSON");
  const std::string type = json.view().take("Type").text_or("");
  if (json.present()) form.json = type;
  form.parquet = input.take("Parquet").present();
  form.compression = input.take("CompressionType").text_or("NONE");
  const View output = in.take("OutputSerialization").view();
  form.csv_output = read_csv_output(output.take("CSV"));
  const aws::Member json_output = output.take("JSON");
  const std::string delimiter = json_output.view().take("RecordDelimiter").text_or("\n");
  if (json_output.present()) form.json_output = delimiter;
  const aws::Member range = in.take("ScanRange");
  form.has_range = range.present();
  form.start = range.view().take("Start").optional_integer();
  form.end = range.view().take("End").optional_integer();
  return form;
}

void check_select_form(const SelectForm& form) {
  const int inputs = int{form.csv.has_value()} + int{form.json.has_value()} + int{form.parquet};
  const int outputs = int{form.csv_output.has_value()} + int{form.json_output.has_value()};
  if (inputs > 1 || outputs > 1) refuse_conflict();
  if (inputs == 0) refuse_missing("InputSerialization");
  if (outputs == 0) refuse_missing("OutputSerialization");
  if (form.json && form.json->empty()) refuse_missing("Type");
  if (form.parquet && form.compression != "NONE") refuse_parameter("CompressionType");
  if (form.csv) check_csv(*form.csv);
  if (form.csv_output) check_csv(*form.csv_output);
  if (form.json_output && form.json_output->empty()) refuse_parameter("RecordDelimiter");
  check_range(form);
}

ChosenRange choose_range(const SelectForm& form, std::uint64_t size) {
  if (!form.has_range) return {};
  const std::uint64_t last = size == 0 ? 0 : size - 1;
  if (!form.start && form.end) {
    const auto wanted = static_cast<std::uint64_t>(*form.end);
    return {.present = true, .start = wanted < size ? size - wanted : 0, .end = last};
  }
  const auto start = static_cast<std::uint64_t>(form.start.value_or(0));
  if (start > 0 && start >= size) refuse_range();
  const std::uint64_t end = form.end ? static_cast<std::uint64_t>(*form.end) : last;
  return {.present = true, .start = start, .end = std::min(end, last)};
}

std::uint64_t first_needed(const SelectForm& form, const ChosenRange& range) {
  const bool needs_all = form.parquet || (form.csv && form.csv->header == "USE");
  if (needs_all) return 0;
  const std::string delimiter = form.csv ? form.csv->record_delimiter.value_or("\n") : "\n";
  return range.start > delimiter.size() ? range.start - delimiter.size() : 0;
}

Map select_document(const SelectForm& form, const ChosenRange& range) {
  Map document{{"format", format_of(form)}, {"compression", form.compression}};
  if (form.csv) document.set("csv", csv_document(*form.csv));
  if (form.csv_output) document.set("csv_output", csv_document(*form.csv_output));
  if (form.json_output) document.set("json_output", Map{{"record_delimiter", *form.json_output}});
  if (range.present) {
    document.set(
        "range",
        Map{{"start", range.start}, {"end", range.end}, {"first", first_needed(form, range)}});
  }
  return document;
}

}  // namespace millrace::service::s3
