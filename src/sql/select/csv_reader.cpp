#include "sql/select/csv_reader.hpp"

#include "base/text.hpp"
#include "sql/select/error.hpp"

#include <algorithm>
#include <utility>

namespace millrace::sql::select {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_at(std::string_view bytes, std::size_t at, std::string_view delimiter) {
  return !delimiter.empty() && bytes.substr(at, delimiter.size()) == delimiter;
}

}  // namespace

void CsvReader::grow() {
  if (window_.bytes().size() > record_limit + form_.record_delimiter.size())
    throw SelectError("OverMaxRecordSize");
  window_.grow();
}

void CsvReader::skip_mark() {
  while (window_.bytes().size() < byte_order_mark.size() && !window_.has_ended()) window_.grow();
  if (window_.bytes().starts_with(byte_order_mark)) window_.drop(byte_order_mark.size());
}

void CsvReader::skip_comment(std::string_view bytes) {
  const std::size_t end = bytes.find(form_.record_delimiter);
  if (end != std::string_view::npos) {
    window_.drop(end + form_.record_delimiter.size());
  } else if (window_.has_ended()) {
    window_.drop(bytes.size());
  } else {
    grow();
  }
}

bool CsvReader::next(std::vector<std::string_view>& fields) {
  window_.drop(std::exchange(taken_, 0));
  if (window_.offset() == 0) skip_mark();
  while (true) {
    const std::string_view bytes = window_.bytes();
    if (bytes.empty() && window_.has_ended()) return false;
    if (is_at(bytes, 0, form_.comments)) {
      skip_comment(bytes);
      continue;
    }
    if (is_at(bytes, 0, form_.record_delimiter)) {
      window_.drop(form_.record_delimiter.size());
      continue;
    }
    const auto size = bytes.empty() ? std::nullopt : split(bytes, fields);
    if (!size) {
      grow();
      continue;
    }
    if (*size > record_limit + form_.record_delimiter.size())
      throw SelectError("OverMaxRecordSize");
    if (!base::is_utf8(bytes.substr(0, *size))) throw SelectError("InvalidTextEncoding");
    record_offset_ = window_.offset();
    taken_ = *size;
    return true;
  }
}

void CsvReader::skip_to(std::uint64_t offset) {
  window_.drop(std::exchange(taken_, 0));
  if (window_.offset() >= offset) return;
  const std::size_t size = form_.record_delimiter.size();
  // A delimiter that ends at `offset` begins so much before it.
  const std::uint64_t from = offset > size ? offset - size : 0;
  while (window_.offset() < from && !window_.has_ended()) {
    window_.drop(std::min<std::uint64_t>(window_.bytes().size(), from - window_.offset()));
    if (window_.bytes().empty()) window_.grow();
  }
  while (true) {
    const std::size_t end = window_.bytes().find(form_.record_delimiter);
    if (end != std::string_view::npos) return window_.drop(end + size);
    const std::size_t held = window_.bytes().size();
    if (window_.has_ended()) return window_.drop(held);
    window_.drop(held - std::min(held, size - 1));  // the beginning of one may stand at the end
    window_.grow();
  }
}

std::optional<std::size_t> CsvReader::split(std::string_view bytes,
                                            std::vector<std::string_view>& fields) {
  fields.clear();
  unquoted_.clear();
  for (std::size_t at = 0;;) {
    std::string_view field;
    const auto end = is_at(bytes, at, form_.quote) ? quoted_field(bytes, at, field)
                                                   : plain_field(bytes, at, field);
    if (!end) return std::nullopt;
    fields.push_back(field);
    if (*end == bytes.size()) return end;
    if (is_at(bytes, *end, form_.record_delimiter)) return *end + form_.record_delimiter.size();
    at = *end + form_.field_delimiter.size();
    if (at == bytes.size() && !window_.has_ended()) return std::nullopt;
  }
}

std::optional<std::size_t> CsvReader::plain_field(std::string_view bytes, std::size_t at,
                                                  std::string_view& field) const {
  const char of_record = form_.record_delimiter.front();
  const char of_field = form_.field_delimiter.front();
  std::size_t end = at;
  for (; end < bytes.size(); ++end) {
    const char c = bytes[end];
    if (c != of_record && c != of_field) continue;
    if (is_at(bytes, end, form_.record_delimiter) || is_at(bytes, end, form_.field_delimiter))
      break;
  }
  // A delimiter of two characters may be cut at the end.
  const bool may_go_on = end + form_.record_delimiter.size() > bytes.size();
  if (!window_.has_ended() && (end == bytes.size() || may_go_on)) return std::nullopt;
  field = bytes.substr(at, end - at);
  return end;
}

// What stands between a closing quotation mark and the next delimiter belongs to the field.
std::optional<std::size_t> CsvReader::after_quote(std::string_view bytes, std::size_t at,
                                                  std::string& text) const {
  std::string_view rest;
  const auto end = plain_field(bytes, at, rest);
  if (end) text += rest;
  return end;
}

std::optional<std::size_t> CsvReader::quoted_field(std::string_view bytes, std::size_t at,
                                                   std::string_view& field) {
  const char quote = form_.quote.front();
  std::string text;
  for (std::size_t i = at + 1; i < bytes.size(); ++i) {
    const char c = bytes[i];
    const bool at_end = i + 1 == bytes.size();
    if (is_at(bytes, i, form_.escape) && !at_end && bytes[i + 1] == quote) {
      text += quote;
      ++i;
    } else if (c == quote) {
      if (at_end && !window_.has_ended()) return std::nullopt;
      const auto end = after_quote(bytes, i + 1, text);
      if (!end) return std::nullopt;
      field = unquoted_.emplace_back(std::move(text));
      return end;
    } else {
      if (!form_.quoted_record_delimiters && is_at(bytes, i, form_.record_delimiter))
        throw SelectError("CSVEscapingRecordDelimiter");
      text += c;
    }
  }
  if (window_.has_ended()) throw SelectError("CSVUnescapedQuote");
  return std::nullopt;
}

}  // namespace millrace::sql::select
