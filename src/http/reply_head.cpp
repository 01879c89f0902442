// A reply's framing by RFC 9112, section 6, and its head as text.
#include "http/reply_head.hpp"

#include "base/text.hpp"

namespace millrace::http {

namespace {

std::optional<std::uint64_t> body_length(const Reply& reply) {
  if (const auto* text = std::get_if<std::string>(&reply.body)) return text->size();
  if (const auto* file = std::get_if<FileSlice>(&reply.body)) return file->length;
  return std::get<Streamed>(reply.body).length;
}

// What the server writes itself.
bool is_ours(std::string_view name) {
  return base::equal_ignoring_case(name, "content-length") ||
         base::equal_ignoring_case(name, "connection") ||
         base::equal_ignoring_case(name, "transfer-encoding");
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  const std::size_t begin = out.size();
  out.append(name).append(": ").append(value);
  // Each search by itself reads many characters at a time.
  for (const char breaking : {'\r', '\n', '\0'}) {
    for (std::size_t at = out.find(breaking, begin); at != std::string::npos;
         at = out.find(breaking, at)) {
      out[at] = ' ';
    }
  }
  out.append("\r\n");
}

}  // namespace

Framing frame(const Reply& reply, bool head, bool http_1_0, bool keep_alive) {
  Framing framing;
  framing.close =
      !keep_alive || base::equal_ignoring_case(reply.headers.get("connection"), "close");
  const bool bodiless = reply.status == 204 || reply.status == 304;
  framing.body = !head && !bodiless;
  framing.length = framing.body || !reply.head_length ? body_length(reply) : reply.head_length;
  if (bodiless && !(reply.status == 304 && reply.head_length)) framing.length.reset();
  if (framing.body && !framing.length) {
    framing.chunked = !http_1_0;
    framing.close = framing.close || http_1_0;
  }
  return framing;
}

void write_head(std::string& out, const Reply& reply, const Framing& framing, bool http_1_0,
                std::string_view date) {
  out.append("HTTP/1.1 ").append(std::to_string(reply.status)).append(" ");
  out.append(reason(reply.status)).append("\r\n");
  for (const auto& [name, value] : reply.headers) {
    if (!is_ours(name)) append_field(out, name, value);
  }
  if (!date.empty() && !reply.headers.has("date")) append_field(out, "Date", date);
  if (!reply.headers.has("server")) append_field(out, "Server", "Millrace");
  if (framing.length) append_field(out, "Content-Length", std::to_string(*framing.length));
  if (framing.chunked) append_field(out, "Transfer-Encoding", "chunked");
  if (framing.close) append_field(out, "Connection", "close");
  if (!framing.close && http_1_0) append_field(out, "Connection", "keep-alive");
  out.append("\r\n");
}

}  // namespace millrace::http
