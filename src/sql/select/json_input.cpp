// JSON as a table: each path that is asked for is a column of values.
#include "base/text.hpp"
#include "sql/select/error.hpp"
#include "sql/select/input.hpp"
#include "sql/select/json_text.hpp"
#include "sql/select/window.hpp"

#include <algorithm>
#include <deque>

namespace millrace::sql::select {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Values of a stream, one behind the other.
class JsonReader {
 public:
  JsonReader(base::Reader& reader, const Request& request)
      : window_(reader, request.first_offset),
        limit_(request.format == Format::json_lines ? record_limit : document_limit),
        range_(request.range) {
    if (range_ && range_->start > 0) skip_to(range_->start);
  }

  // The next one, compact, valid until the next call; false at the end.
  bool next(std::string& value) {
    skip_blanks();
    if (window_.bytes().empty() || (range_ && window_.offset() > range_->end)) return false;
    std::optional<std::size_t> end;
    while (!(end = json_value_end(window_.bytes(), 0, window_.has_ended()))) {
      if (window_.bytes().size() > limit_) throw SelectError("OverMaxRecordSize");
      window_.grow();
    }
    if (*end > limit_) throw SelectError("OverMaxRecordSize");
    const std::string_view bytes = window_.bytes().substr(0, *end);
    if (!base::is_utf8(bytes)) throw SelectError("InvalidTextEncoding");
    compact_json(bytes, value);
    window_.drop(*end);
    return true;
  }

 private:
  void skip_blanks() {
    while (true) {
      const std::string_view bytes = window_.bytes();
      const std::size_t count =
          static_cast<std::size_t>(std::ranges::find_if_not(bytes, is_blank) - bytes.begin());
      window_.drop(count);
      if (count < bytes.size() || window_.has_ended()) return;
      window_.grow();
    }
  }

  // On to the first line that begins at `offset` or behind it; the bytes begin at most one before.
  void skip_to(std::uint64_t offset) {
    if (window_.offset() >= offset) return;
    while (true) {
      const std::size_t end = window_.bytes().find('\n');
      if (end != std::string_view::npos) return window_.drop(end + 1);
      window_.drop(window_.bytes().size());
      if (window_.has_ended()) return;
      window_.grow();
    }
  }

  Window window_;
  std::size_t limit_;
  std::optional<ScanRange> range_;
};

using Rows = std::deque<Text>;

void expand(std::string_view value, std::span<const Step> steps, Rows& rows);

// A wildcard always yields something: MISSING where nothing fits.
void expand_all(std::string_view value, std::span<const Step> steps, Rows& rows) {
  const std::size_t before = rows.size();
  const auto deeper = [&](std::string_view inner) {
    expand(inner, steps.subspan(1), rows);
    return true;
  };
  if (steps.front().kind == Step::Kind::elements && value.front() == '[')
    for_each_element(value, deeper);
  if (steps.front().kind == Step::Kind::members && value.front() == '{') {
    for_each_member(value, [&](std::string_view, std::string_view inner) { return deeper(inner); });
  }
  if (rows.size() == before) rows.emplace_back();
}

void expand(std::string_view value, std::span<const Step> steps, Rows& rows) {
  const auto is_wild = [](const Step& step) {
    return step.kind == Step::Kind::elements || step.kind == Step::Kind::members;
  };
  const auto wild = std::ranges::find_if(steps, is_wild);
  const auto plain = static_cast<std::size_t>(wild - steps.begin());
  const auto inner = follow(value, steps.first(plain));
  if (!inner || plain == steps.size()) {
    rows.push_back(inner);
  } else {
    expand_all(*inner, steps.subspan(plain), rows);
  }
}

class JsonTable final : public Input, private RowSource {
 public:
  JsonTable(base::Reader& reader, const Request& request, Path from)
      : reader_(reader, request), from_(std::move(from)) {}

  Written column(const Path& path) override { return {.sql = column_at(path)}; }

  std::vector<Column> everything() override {
    return {{.name = "", .written = Written{.sql = column_at({}), .kind = Written::Kind::record}}};
  }

  std::string table(Engine& engine) override {
    if (paths_.empty()) paths_.emplace_back();
    std::vector<std::string> columns;
    for (std::size_t i = 0; i < paths_.size(); ++i) columns.push_back("c" + std::to_string(i));
    engine.add("s3_object", columns, *this);
    return "s3_object()";
  }

 private:
  std::string column_at(const Path& path) {
    const auto found = std::ranges::find(paths_, path);
    const auto at = static_cast<std::size_t>(found - paths_.begin());
    if (found == paths_.end()) paths_.push_back(path);
    return "c" + std::to_string(at);
  }

  bool next(std::vector<Text>& row) override {
    while (rows_.empty()) {
      if (!reader_.next(value_)) return false;
      expand(value_, from_, rows_);
    }
    const Text value = rows_.front();
    rows_.pop_front();
    texts_.resize(paths_.size());
    for (std::size_t i = 0; i < paths_.size() && value; ++i) {
      const auto found = follow(*value, paths_[i]);
      if (!found) continue;
      texts_[i] = tagged_json(*found);
      row[i] = texts_[i];
    }
    return true;
  }

  JsonReader reader_;
  Path from_;
  std::vector<Path> paths_;
  std::string value_;
  Rows rows_;  // views of value_
  std::vector<std::string> texts_;
};

}  // namespace

std::unique_ptr<Input> make_json_input(base::Reader& reader, const Request& request,
                                       const Statement& statement) {
  return std::make_unique<JsonTable>(reader, request, statement.from);
}

}  // namespace millrace::sql::select
