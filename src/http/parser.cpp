// llhttp behind a small class, and the checks that it leaves to us.
#include "http/parser.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstring>

namespace millrace::http {

namespace {

constexpr std::size_t trailer_limit_bytes = 8 * 1024;

// An absolute form, as a proxy's client sends it, is reduced to its path; its authority then names
// the host.
void resolve_target(Request& request) {
  if (const std::size_t scheme = request.target.find("://");
      scheme != std::string::npos && request.target.front() != '/' && request.method != "CONNECT") {
    const std::size_t host = scheme + 3;
    const std::size_t end =
        std::min(request.target.find_first_of("/?", host), request.target.size());
    request.headers.set("Host", request.target.substr(host, end - host));
    request.target.erase(0, end);
    if (request.target.empty() || request.target.front() == '?') request.target.insert(0, "/");
  }
  const std::size_t mark = request.target.find('?');
  request.path = request.target.substr(0, mark);
  if (mark != std::string::npos) request.query = request.target.substr(mark + 1);
}

bool speaks_http(std::uint8_t method) { return method < HTTP_PRI || method == HTTP_QUERY; }

}  // namespace

HeadSearch find_head(std::string_view bytes, std::size_t from) {
  std::size_t line = from;
  while (line < bytes.size()) {
    const std::size_t end = bytes.find('\n', line);
    if (end == std::string_view::npos) break;
    if (end == 0 || bytes[end - 1] != '\r') return {HeadSearch::State::malformed, line};
    if (end == line + 1 && line > 0) return {HeadSearch::State::complete, end + 1};
    line = end + 1;
  }
  return {HeadSearch::State::incomplete, line};
}

// llhttp's callbacks: C functions that find their parser in `data`.
struct ParserCallbacks {
  static Parser& self(llhttp_t* raw) { return *static_cast<Parser*>(raw->data); }

  static int url(llhttp_t* raw, const char* at, std::size_t size) {
    self(raw).target_.append(at, size);
    return 0;
  }

  static int field(llhttp_t* raw, const char* at, std::size_t size) {
    self(raw).name_.append(at, size);
    return count_trailer(self(raw), size);
  }

  static int value(llhttp_t* raw, const char* at, std::size_t size) {
    self(raw).value_.append(at, size);
    return count_trailer(self(raw), size);
  }

  static int value_complete(llhttp_t* raw) {
    Parser& parser = self(raw);
    if (parser.in_head_) {
      if (parser.headers_.size() == parser.fields_limit_) {
        parser.too_many_fields_ = true;
        return -1;
      }
      if (const std::string_view held = base::trim(parser.value_);
          held.size() != parser.value_.size())
        parser.value_ = std::string(held);
      parser.headers_.add(std::move(parser.name_), std::move(parser.value_));
    }
    parser.name_.clear();
    parser.value_.clear();
    return 0;
  }

  static int headers_complete(llhttp_t* raw) {
    Parser& parser = self(raw);
    parser.in_head_ = false;
    parser.head_complete_ = true;
    parser.keep_alive_ = llhttp_should_keep_alive(raw) != 0;
    parser.chunked_ = (raw->flags & F_CHUNKED) != 0;
    if ((raw->flags & F_CONTENT_LENGTH) != 0) parser.content_length_ = raw->content_length;
    return HPE_PAUSED;
  }

  static int body(llhttp_t* raw, const char* at, std::size_t size) {
    Parser& parser = self(raw);
    std::memcpy(parser.body_out_ + parser.body_count_, at, size);
    parser.body_count_ += size;
    return 0;
  }

  static int message_complete(llhttp_t* raw) {
    self(raw).message_complete_ = true;
    return HPE_PAUSED;
  }

  static const llhttp_settings_t& settings() {
    static const llhttp_settings_t table = [] {
      llhttp_settings_t made;
      llhttp_settings_init(&made);
      made.on_url = url;
      made.on_header_field = field;
      made.on_header_value = value;
      made.on_header_value_complete = value_complete;
      made.on_headers_complete = headers_complete;
      made.on_body = body;
      made.on_message_complete = message_complete;
      return made;
    }();
    return table;
  }

 private:
  static int count_trailer(Parser& parser, std::size_t size) {
    if (parser.in_head_) return 0;
    parser.trailer_bytes_ += size;
    return parser.trailer_bytes_ > trailer_limit_bytes ? -1 : 0;
  }
};

bool Parser::read_head(std::string_view head, std::size_t fields_limit) {
  llhttp_init(&raw_, kind_ == Kind::request ? HTTP_REQUEST : HTTP_RESPONSE,
              &ParserCallbacks::settings());
  raw_.data = this;
  target_.clear();
  headers_ = {};
  name_.clear();
  value_.clear();
  fields_limit_ = fields_limit;
  trailer_bytes_ = 0;
  in_head_ = true;
  head_complete_ = too_many_fields_ = chunked_ = message_complete_ = false;
  content_length_.reset();
  const llhttp_errno_t error = llhttp_execute(&raw_, head.data(), head.size());
  if (error != HPE_PAUSED || !head_complete_) return false;
  const bool whole = llhttp_get_error_pos(&raw_) == head.data() + head.size();
  llhttp_resume(&raw_);
  return whole;
}

int Parser::read_request(std::string_view head, std::size_t fields_limit, Request& out) {
  if (!read_head(head, fields_limit)) return refusal();
  out.method = llhttp_method_name(static_cast<llhttp_method_t>(raw_.method));
  out.target = std::move(target_);
  // llhttp overlooks further blanks before the target.
  if (!head.substr(head.find(' ') + 1).starts_with(out.target)) return 400;
  out.headers = std::move(headers_);
  out.chunked = chunked_;
  out.content_length = content_length_;
  return check_request(out);
}

bool Parser::read_response(std::string_view head, std::size_t fields_limit, int& status,
                           Headers& headers) {
  if (!read_head(head, fields_limit) || raw_.http_major != 1) return false;
  status = raw_.status_code;
  headers = std::move(headers_);
  return !(chunked_ && content_length_);
}

int Parser::refusal() const {
  if (too_many_fields_) return 431;
  if (llhttp_get_errno(&raw_) == HPE_INVALID_METHOD) return 501;
  return llhttp_get_errno(&raw_) == HPE_INVALID_VERSION ? 505 : 400;
}

int Parser::check_request(Request& out) const {
  if (!speaks_http(raw_.method)) return 501;
  if (raw_.http_major != 1) return 505;
  if (out.target.empty()) return 400;
  int hosts = 0;
  int codings = 0;
  for (const auto& [name, value] : out.headers) {
    if (base::equal_ignoring_case(name, "host")) ++hosts;
    if (!base::equal_ignoring_case(name, "transfer-encoding")) continue;
    ++codings;
    if (!base::equal_ignoring_case(value, "chunked")) return 501;
  }
  if (hosts > 1 || (hosts == 0 && !http_1_0())) return 400;
  // The shapes by which two readers of one connection come to disagree about where a request ends.
  if (codings > 1 || (codings == 1 && (http_1_0() || content_length_))) return 400;
  if ((codings == 1) != chunked_) return 400;
  resolve_target(out);
  return 0;
}

Parser::Decoded Parser::decode(std::string_view input, char* out) {
  Decoded result;
  body_out_ = out;
  body_count_ = 0;
  const llhttp_errno_t error = llhttp_execute(&raw_, input.data(), input.size());
  result.produced = body_count_;
  result.consumed = input.size();
  if (error == HPE_OK) return result;
  result.consumed = static_cast<std::size_t>(llhttp_get_error_pos(&raw_) - input.data());
  result.end = error == HPE_PAUSED && message_complete_;
  result.failed = !result.end;
  return result;
}

}  // namespace millrace::http
