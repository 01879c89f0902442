// Objects as S3 Select reads them: CSV by the forms that the first line asks for, and JSON; each
// the same however its bytes come.
#include "fuzz.hpp"
#include "sql/select/bunzip.hpp"
#include "sql/select/csv_reader.hpp"
#include "sql/select/error.hpp"
#include "sql/select/json_text.hpp"
#include "sql/select/timestamp.hpp"

namespace millrace::fuzz {
namespace {

namespace dialect = sql::select;

std::string read_csv(std::string_view bytes, const dialect::CsvInput& form, std::size_t step) {
  SteppedReader reader(bytes, step);
  dialect::CsvReader records(reader, form, 0);
  std::vector<std::string_view> fields;
  std::string all;
  try {
    while (records.next(fields)) {
      for (const std::string_view field : fields) all.append(field).append("\1");
      all += '\2';
    }
  } catch (const dialect::SelectError& error) {
    all += error.code();
  }
  return all;
}

void check_json(std::string_view text) {
  try {
    const auto end = dialect::json_value_end(text, 0, true);
    MILLRACE_ASSERT(end.has_value());
    std::string compact;
    dialect::compact_json(text.substr(0, *end), compact);
    static_cast<void>(dialect::tagged_json(compact));
    const dialect::Path path = {{.name = "a"}, {.kind = dialect::Step::Kind::index}};
    static_cast<void>(dialect::follow(compact, path));
    MILLRACE_ASSERT(dialect::json_value_end(compact, 0, true) == compact.size());
  } catch (const dialect::SelectError&) {
  }
}

void unpack(std::string_view bytes) {
  SteppedReader packed(bytes, 7);
  dialect::Bunzip unpacked(packed);
  std::string buffer(4096, '\0');
  try {
    for (std::size_t all = 0; all < (1U << 20);) {
      const std::size_t got = unpacked.read(buffer.data(), buffer.size());
      if (got == 0) return;
      all += got;
    }
  } catch (const dialect::BunzipError&) {
  }
}

}  // namespace

void run(std::string_view input) {
  const std::string_view asked = take_line(input);
  dialect::CsvInput form;
  form.quoted_record_delimiters = asked.find('q') != std::string_view::npos;
  if (asked.find('r') != std::string_view::npos) form.record_delimiter = "\r\n";
  if (asked.find('e') != std::string_view::npos) form.escape = "\\";
  MILLRACE_ASSERT(read_csv(input, form, 1) == read_csv(input, form, 1 << 20));
  check_json(input);
  unpack(input);
  if (const auto timestamp = dialect::parse_timestamp(input))
    MILLRACE_ASSERT(dialect::parse_timestamp(dialect::to_text(*timestamp)).has_value());
}

}  // namespace millrace::fuzz
