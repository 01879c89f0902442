// Taking a signature out of the Authorization header or the query string of a presigned URL.
#include "aws/sigv4.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace millrace::aws {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::int64_t longest_expiry_seconds = 7 * 24 * 3600;

[[noreturn]] void refuse(SignatureFault fault, const std::string& message) {
  throw SignatureError(fault, message);
}

// KEY/DATE/REGION/SERVICE/aws4_request
void read_credential(std::string_view credential, Signature& into) {
  const auto parts = base::split(credential, '/');
  if (parts.size() != 5) {
    refuse(SignatureFault::incomplete,
           "Credential must have exactly 5 slash-delimited elements, e.g. "
           "keyid/date/region/service/term, got '" +
               std::string(credential) + "'");
  }
  if (parts[4] != "aws4_request") {
    refuse(SignatureFault::bad_scope,
           "Credential should be scoped with a valid terminator: 'aws4_request', not '" +
               std::string(parts[4]) + "'.");
  }
  into.access_key_id = std::string(parts[0]);
  into.scope = {std::string(parts[1]), std::string(parts[2]), std::string(parts[3])};
}

void read_signed_headers(std::string_view list, Signature& into) {
  const auto names = base::split(list, ';');
  into.signed_headers.reserve(names.size());
  for (const std::string_view name : names) {
    into.signed_headers.push_back(base::lower(base::trim(name)));
  }
  if (std::ranges::find(into.signed_headers, "host") == into.signed_headers.end()) {
    refuse(SignatureFault::mismatch,
           "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
}

// The parts of "Name=value, Name=value" after the algorithm.
std::string_view part(std::string_view list, std::string_view wanted) {
  for (std::string_view rest = list; !rest.empty();) {
    const std::size_t end = rest.find(',');
    const std::string_view pair = base::trim(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == wanted) {
      return pair.substr(equals + 1);
    }
  }
  refuse(SignatureFault::incomplete, "Authorization header requires '" + std::string(wanted) +
                                         "' parameter. Authorization=" + std::string(list));
}

// Every X-Amz-* header must be signed, or someone between could add one that changes the request.
void check_all_signed(const http::Headers& headers, const Signature& signature) {
  constexpr std::string_view prefix = "x-amz-";
  for (const auto& [name, value] : headers) {
    if (!base::equal_ignoring_case(std::string_view(name).substr(0, prefix.size()), prefix)) {
      continue;
    }
    const std::string lower_name = base::lower(name);
    if (lower_name == "x-amz-security-token") continue;
    if (std::ranges::find(signature.signed_headers, lower_name) == signature.signed_headers.end()) {
      refuse(SignatureFault::mismatch,
             "There were headers present in the request which were not signed");
    }
  }
}

std::string header_time(const http::Headers& headers) {
  if (const std::string* stamp = headers.find("x-amz-date")) return *stamp;
  const std::string_view date = headers.get("date");
  if (const auto time = base::parse_http_date(date)) return base::basic_iso8601(*time);
  if (!date.empty()) return std::string(date);
  refuse(SignatureFault::incomplete,
         "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
}

Signature from_header(const http::Request& request, std::string_view authorization) {
  Signature signature;
  const std::string_view list = authorization.substr(algorithm.size());
  read_credential(part(list, "Credential"), signature);
  read_signed_headers(part(list, "SignedHeaders"), signature);
  signature.signature = part(list, "Signature");
  signature.timestamp = header_time(request.headers);
  signature.session_token = request.headers.get("x-amz-security-token");
  check_all_signed(request.headers, signature);
  return signature;
}

std::string query_part(const base::Pairs& query, std::string_view wanted) {
  for (const auto& [name, value] : query) {
    if (name == wanted) return value;
  }
  refuse(SignatureFault::incomplete,
         "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
         "X-Amz-Signature, "
         "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
}

bool has(const base::Pairs& query, std::string_view wanted) {
  return std::ranges::find(query, wanted, &base::Pairs::value_type::first) != query.end();
}

std::int64_t expiry(const base::Pairs& query) {
  const auto seconds = base::to_integer(query_part(query, "X-Amz-Expires"));
  if (!seconds) refuse(SignatureFault::incomplete, "X-Amz-Expires should be a number");
  if (*seconds < 0) refuse(SignatureFault::incomplete, "X-Amz-Expires must be non-negative");
  if (*seconds > longest_expiry_seconds) {
    refuse(SignatureFault::incomplete,
           "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
           "must be less than 604800 seconds");
  }
  return *seconds;
}

Signature from_query(const http::Request& request, const base::Pairs& query) {
  if (query_part(query, "X-Amz-Algorithm") != algorithm) {
    refuse(SignatureFault::incomplete, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
  }
  Signature signature;
  signature.in_query = true;
  read_credential(query_part(query, "X-Amz-Credential"), signature);
  read_signed_headers(query_part(query, "X-Amz-SignedHeaders"), signature);
  signature.signature = query_part(query, "X-Amz-Signature");
  signature.timestamp = query_part(query, "X-Amz-Date");
  signature.expires_seconds = expiry(query);
  if (has(query, "X-Amz-Security-Token"))
    signature.session_token = query_part(query, "X-Amz-Security-Token");
  check_all_signed(request.headers, signature);
  return signature;
}

}  // namespace

std::optional<Signature> parse_signature(const http::Request& request) {
  if (const std::string* authorization = request.headers.find("authorization")) {
    if (!authorization->starts_with(algorithm)) {
      refuse(SignatureFault::unsupported,
             "The authorization mechanism you have provided is not supported. Please use "
             "AWS4-HMAC-SHA256.");
    }
    return from_header(request, *authorization);
  }
  if (request.query.find("X-Amz-") == std::string::npos) return std::nullopt;
  const auto query = base::parse_query(request.query, false);
  if (!query) refuse(SignatureFault::incomplete, "The query string is not well-formed.");
  if (!has(*query, "X-Amz-Algorithm") && !has(*query, "X-Amz-Signature")) return std::nullopt;
  try {
    return from_query(request, *query);
  } catch (const SignatureError& error) {
    const bool is_form =
        error.fault == SignatureFault::incomplete || error.fault == SignatureFault::bad_scope;
    if (!is_form) throw;
    refuse(SignatureFault::bad_query, error.what());
  }
}

}  // namespace millrace::aws
