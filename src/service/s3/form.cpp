#include "service/s3/form.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

constexpr std::size_t read_step = 64 * 1024;
constexpr std::size_t longest_boundary = 70;  // as MIME has it

// A parameter of a header's value: NAME="..." with backslashes before quotes, or NAME=token.
std::optional<std::string> parameter(std::string_view value, std::string_view wanted) {
  std::size_t at = value.find(';');
  while (at != std::string_view::npos) {
    const std::size_t equals = value.find('=', at);
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = base::trim(value.substr(at + 1, equals - at - 1));
    std::size_t next = equals + 1;
    std::string text;
    if (next < value.size() && value[next] == '"') {
      for (++next; next < value.size() && value[next] != '"'; ++next) {
        if (value[next] == '\\' && next + 1 < value.size() && value[next + 1] == '"') ++next;
        text += value[next];
      }
      if (next == value.size()) return std::nullopt;
      at = value.find(';', next);
    } else {
      at = value.find(';', next);
      text = base::trim(value.substr(next, at == std::string_view::npos ? at : at - next));
    }
    if (base::equal_ignoring_case(name, wanted)) return text;
  }
  return std::nullopt;
}

struct PartHead {
  std::string name;
  std::string file_name;
};

PartHead read_head(std::string_view head) {
  constexpr std::string_view disposition = "content-disposition:";
  for (std::string_view line : base::split(head, '\n')) {
    line = base::trim(line);
    if (!base::equal_ignoring_case(line.substr(0, disposition.size()), disposition)) continue;
    auto name = parameter(line, "name");
    if (!name) break;
    return {.name = *std::move(name), .file_name = parameter(line, "filename").value_or("")};
  }
  throw FormError("a part of the form has no name");
}

// Old browsers sent whole paths.
std::string last_piece(const std::string& path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

}  // namespace

std::optional<std::string> form_boundary(std::string_view content_type) {
  const std::string_view type = base::trim(content_type.substr(0, content_type.find(';')));
  if (!base::equal_ignoring_case(type, "multipart/form-data")) return std::nullopt;
  auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > longest_boundary) return std::nullopt;
  return boundary;
}

FormReader::FormReader(base::Reader& body, std::string_view boundary)
    : body_(body), delimiter_("\r\n--" + std::string(boundary)) {}

void FormReader::fill() {
  held_.erase(0, at_);
  at_ = 0;
  const std::size_t before = held_.size();
  held_.resize(before + read_step);
  const std::size_t count = body_.read(held_.data() + before, read_step);
  held_.resize(before + count);
  if (count == 0) throw FormError("the form ends too early");
}

// What stands before the mark, which is left behind.
std::string FormReader::until(std::string_view mark) {
  std::size_t searched = at_;
  while (true) {
    const std::size_t found = held_.find(mark, searched);
    const std::size_t end = found == std::string::npos ? held_.size() : found + mark.size();
    if (taken_ + end - at_ > form_fields_limit) throw FormTooLarge("too much before the file");
    if (found != std::string::npos) {
      std::string text = held_.substr(at_, found - at_);
      taken_ += end - at_;
      at_ = end;
      return text;
    }
    const std::size_t left = held_.size() - at_;
    fill();
    searched = left < mark.size() ? 0 : left - mark.size() + 1;
  }
}

// What follows a delimiter: another part, or the form's end.
bool FormReader::begin_part() {
  while (held_.size() - at_ < 2) fill();
  if (held_.compare(at_, 2, "--") == 0) return false;
  if (!base::trim(until("\r\n")).empty()) throw FormError("more than a line end after a boundary");
  return true;
}

std::vector<FormField> FormReader::read_fields() {
  std::vector<FormField> fields;
  static_cast<void>(until(delimiter_));
  while (begin_part()) {
    PartHead head = read_head(until("\r\n\r\n"));
    if (base::equal_ignoring_case(head.name, "file")) {
      file_name_ = last_piece(head.file_name);
      in_file_ = true;
      break;
    }
    fields.push_back({.name = std::move(head.name), .value = until(delimiter_)});
  }
  return fields;
}

// Bytes at hand before the delimiter; the last ones may be one's beginning.
std::size_t FormReader::surely_of_file(std::size_t delimiter) const {
  if (delimiter != std::string::npos) return delimiter - at_;
  const std::size_t left = held_.size() - at_;
  return left - std::min(left, delimiter_.size() - 1);
}

std::size_t FormReader::read(char* out, std::size_t size) {
  if (!in_file_ || ended_ || size == 0) return 0;
  while (true) {
    const std::size_t delimiter = held_.find(delimiter_, at_);
    ended_ = delimiter == at_;
    if (ended_) return 0;
    if (const std::size_t ready = surely_of_file(delimiter); ready > 0) {
      const std::size_t count = held_.copy(out, std::min(size, ready), at_);
      at_ += count;
      return count;
    }
    fill();
  }
}

}  // namespace millrace::service::s3
