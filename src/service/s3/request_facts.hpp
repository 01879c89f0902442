// What there is to say of a request on a bucket when it is over, for access logs and request
// metrics both.
#pragma once

#include "aws/observer.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::s3 {

// As S3's metrics tell requests apart.
enum class RequestKind { get, put, erase, head, post, select, list, other };

struct RequestFacts {
  std::string bucket;
  std::string key;        // empty where there is none
  std::string operation;  // "REST.GET.OBJECT"
  RequestKind kind = RequestKind::other;
  std::string prefix;  // that a list asks for
  base::Timestamp received;
  std::string remote_address;
  std::string account;    // of who asks; empty for nobody
  std::string requester;  // user or session; empty for nobody, and for the root of an account,
  bool is_root = false;   // whose canonical id the record has
  std::string request_id;
  std::string line;  // "GET /bucket/key HTTP/1.1"
  int status = 0;    // 0: there is none
  std::string error;
  std::uint64_t sent = 0;
  std::uint64_t taken = 0;  // bytes of the request's body, without its framing
  bool has_body = false;
  std::optional<std::uint64_t> object_size;
  std::optional<std::chrono::nanoseconds> total;
  std::optional<std::chrono::nanoseconds> turn;
  std::string referer;
  std::string user_agent;
  std::string version;
  std::string host_id;
  std::string_view signature;  // "SigV4"
  std::string_view proof;      // "AuthHeader"
  std::string_view cipher;
  std::string_view tls;
  std::string host;
  std::string access_point;
  bool needs_acl = false;
  bool key_encoded_once = false;  // in logs; AWS does most twice
};

// What an operation says of its request beyond what the request and its answer show.
struct RequestNote {
  // A deed on one object of many, or on the source of a copy: a record of its own.
  struct Part {
    std::string operation;
    std::string bucket;
    std::string key;
    std::string version = {};
    int status = 0;
    std::string error = {};
    std::uint64_t sent = 0;
    std::optional<std::uint64_t> object_size = std::nullopt;
  };
  // Where the request came by an access point: the bucket behind it and the point's ARN.
  std::string bucket;
  std::string access_point;
  std::optional<std::uint64_t> object_size;
  std::vector<Part> parts;
  std::optional<std::uint64_t> scanned;   // by a query
  std::optional<std::uint64_t> returned;  // of it
};

// The bucket that a request names, in its host or path; empty where it names none.
[[nodiscard]] std::string bucket_in(const http::Request& head);

[[nodiscard]] RequestFacts facts_of(const aws::Outcome& outcome);
// The same request as a record of the part.
[[nodiscard]] RequestFacts facts_of(RequestFacts whole, const RequestNote::Part& part);

}  // namespace millrace::service::s3
