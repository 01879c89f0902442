// CSV as a table: each field that is asked for is a column of texts.
#include "base/text.hpp"
#include "sql/select/csv_reader.hpp"
#include "sql/select/error.hpp"
#include "sql/select/input.hpp"

#include <algorithm>
#include <charconv>

namespace millrace::sql::select {
namespace {

constexpr std::size_t whole_record = 0;  // among positions that count from 1

class CsvTable final : public Input, private RowSource {
 public:
  CsvTable(base::Reader& reader, const Request& request)
      : reader_(reader, request.csv, request.first_offset), range_(request.range) {
    const bool from_start = !range_ || range_->start == 0;
    std::vector<std::string_view> first;
    if (request.csv.header == Header::use && reader_.next(first))
      names_.assign(first.begin(), first.end());
    if (request.csv.header == Header::ignore && from_start) skip_header();
    has_names_ = request.csv.header == Header::use;
    if (!from_start) reader_.skip_to(range_->start);
  }

  Written column(const Path& path) override {
    if (path.size() != 1 || path.front().kind != Step::Kind::name)
      throw SelectError("InvalidKeyPath", "CSV has no values inside of values");
    return {.sql = column_at(position(path.front())), .kind = Written::Kind::text};
  }

  std::vector<Column> everything() override {
    return {{.name = "",
             .written = Written{.sql = column_at(whole_record), .kind = Written::Kind::fields}}};
  }

  [[nodiscard]] std::vector<std::string> field_names() const override { return names_; }

  std::string table(Engine& engine) override {
    // A table needs a column even where none is asked for.
    if (positions_.empty()) positions_.push_back(1);
    std::vector<std::string> columns;
    for (std::size_t i = 0; i < positions_.size(); ++i) columns.push_back("c" + std::to_string(i));
    engine.add("s3_object", columns, *this);
    return "s3_object()";
  }

 private:
  void skip_header() {
    std::vector<std::string_view> ignored;
    [[maybe_unused]] const bool any = reader_.next(ignored);
  }

  [[nodiscard]] std::size_t position(const Step& step) const {
    const auto named = [&](const std::string& name) {
      return step.is_quoted ? name == step.name : base::equal_ignoring_case(name, step.name);
    };
    const auto found = std::ranges::find_if(names_, named);
    if (found != names_.end()) {
      if (std::find_if(found + 1, names_.end(), named) != names_.end())
        throw SelectError("AmbiguousFieldName", step.name);
      return static_cast<std::size_t>(found - names_.begin()) + 1;
    }
    if (const std::size_t number = position_in_name(step.name)) return number;
    if (step.name.starts_with("_") && position_in_name("_1" + step.name.substr(1)) > 0)
      throw SelectError("InvalidColumnIndex", step.name);
    throw SelectError(has_names_ ? "MissingHeaderName" : "InvalidColumnIndex", step.name);
  }

  std::string column_at(std::size_t position) {
    const auto found = std::ranges::find(positions_, position);
    const auto at = static_cast<std::size_t>(found - positions_.begin());
    if (found == positions_.end()) positions_.push_back(position);
    return "c" + std::to_string(at);
  }

  bool next(std::vector<Text>& row) override {
    if (!reader_.next(fields_) || (range_ && reader_.record_offset() > range_->end)) return false;
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      const std::size_t position = positions_[i];
      if (position == whole_record) {
        whole_ = encode_fields(fields_);
        row[i] = whole_;
      } else if (position <= fields_.size()) {
        row[i] = fields_[position - 1];
      }
    }
    return true;
  }

  CsvReader reader_;
  std::optional<ScanRange> range_;
  bool has_names_ = false;
  std::vector<std::string> names_;
  std::vector<std::size_t> positions_;
  std::vector<std::string_view> fields_;
  std::string whole_;
};

}  // namespace

std::unique_ptr<Input> make_csv_input(base::Reader& reader, const Request& request) {
  return std::make_unique<CsvTable>(reader, request);
}

std::string encode_fields(std::span<const std::string_view> fields) {
  std::string out;
  for (const std::string_view field : fields)
    out.append(std::to_string(field.size())).append(":").append(field);
  return out;
}

std::vector<std::string_view> decode_fields(std::string_view text) {
  std::vector<std::string_view> fields;
  while (!text.empty()) {
    std::size_t size = 0;
    std::from_chars(text.data(), text.data() + text.size(), size);
    text.remove_prefix(text.find(':') + 1);
    fields.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return fields;
}

std::size_t position_in_name(std::string_view name) {
  if (!name.starts_with('_') || name.size() < 2 || name[1] == '0') return 0;
  std::size_t position = 0;
  const char* const end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data() + 1, end, position);
  return error == std::errc{} && stopped == end ? position : 0;
}

}  // namespace millrace::sql::select
