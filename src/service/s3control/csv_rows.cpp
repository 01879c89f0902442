#include "service/s3control/csv_rows.hpp"

namespace millrace::service::s3control {

namespace {

constexpr std::size_t read_step = 64 * 1024;
constexpr int at_end = -1;

}  // namespace

int CsvRows::peek() {
  if (at_ == buffer_.size()) {
    buffer_.resize(read_step);
    buffer_.resize(bytes_.read(buffer_.data(), buffer_.size()));
    at_ = 0;
    if (buffer_.empty()) return at_end;
  }
  return static_cast<unsigned char>(buffer_[at_]);
}

int CsvRows::get() {
  const int c = peek();
  if (c == at_end) return c;
  ++at_;
  check(++row_size_);
  return c;
}

void CsvRows::check(std::size_t size) const {
  if (size > row_limit) throw CsvError("line " + std::to_string(line_) + " is too long");
}

// After its opening quote; a quote inside stands twice.
void CsvRows::read_quoted(std::string& field) {
  for (;;) {
    const int c = get();
    if (c == at_end) throw CsvError("a quote in line " + std::to_string(line_) + " has no end");
    if (c == '"') {
      if (peek() != '"') return;
      static_cast<void>(get());
    }
    field += static_cast<char>(c);
  }
}

bool CsvRows::next(std::vector<std::string>& row) {
  while (peek() == '\n' || peek() == '\r') {
    row_size_ = 0;
    if (get() == '\n') ++line_;
  }
  row.clear();
  row_size_ = 0;
  if (peek() == at_end) return false;
  ++line_;
  row.emplace_back();
  for (int c = get(); c != at_end && c != '\n'; c = get()) {
    if (c == '"' && row.back().empty()) {
      read_quoted(row.back());
    } else if (c == ',') {
      row.emplace_back();
    } else if (c != '\r' || peek() != '\n') {
      row.back() += static_cast<char>(c);
    }
  }
  return true;
}

}  // namespace millrace::service::s3control
