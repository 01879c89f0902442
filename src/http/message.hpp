// What an HTTP request and a reply are made of, without a network library in sight.
#pragma once

#include "base/stream.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace millrace::http {

// In the order received; names compare without case.
class Headers {
 public:
  void add(std::string name, std::string value) {
    entries_.emplace_back(std::move(name), std::move(value));
  }
  void set(std::string_view name, std::string value);
  void erase(std::string_view name);
  [[nodiscard]] const std::string* find(std::string_view name) const;
  [[nodiscard]] std::string_view get(std::string_view name) const;  // empty when absent
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  [[nodiscard]] auto begin() const { return entries_.begin(); }
  [[nodiscard]] auto end() const { return entries_.end(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

struct Request {
  std::string method;
  std::string target;  // as on the wire, undecoded; an absolute form is reduced to path and query
  std::string path;    // the target before '?', undecoded
  std::string query;   // after '?', undecoded, without it
  Headers headers;
  std::string remote_address;  // without port
  bool tls = false;
  std::string proxied_host;  // the host of the CONNECT through which it came, empty otherwise
  std::optional<std::uint64_t> content_length;
  bool chunked = false;

  [[nodiscard]] bool has_body() const { return chunked || (content_length && *content_length > 0); }
};

// A part of an open file, sent by sendfile where there is no TLS. `owner` keeps the descriptor
// open.
struct FileSlice {
  int descriptor = -1;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::shared_ptr<const void> owner;  // shared: the reply outlives the handler that opened the file
};

// A body made while it is sent; length unknown means chunked. Read by a worker, never on the loop.
struct Streamed {
  std::shared_ptr<base::Reader> reader;  // shared: handed between loop and worker
  std::optional<std::uint64_t> length;
};

struct Reply {
  int status = 200;
  Headers headers;  // Content-Length, Date, Server and Connection are added when sent
  std::variant<std::string, FileSlice, Streamed> body;
  // For HEAD: the length that the body would have had.
  std::optional<std::uint64_t> head_length;
};

[[nodiscard]] std::string_view reason(int status);

}  // namespace millrace::http
