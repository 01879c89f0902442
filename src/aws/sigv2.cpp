#include "aws/sigv2.hpp"

#include "aws/routes.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace millrace::aws {

namespace {

constexpr auto signed_parameters = std::to_array<std::string_view>({"accelerate",
                                                                    "acl",
                                                                    "analytics",
                                                                    "cors",
                                                                    "defaultObjectAcl",
                                                                    "delete",
                                                                    "inventory",
                                                                    "lifecycle",
                                                                    "location",
                                                                    "logging",
                                                                    "metrics",
                                                                    "notification",
                                                                    "object-lock",
                                                                    "partNumber",
                                                                    "policy",
                                                                    "replication",
                                                                    "requestPayment",
                                                                    "response-cache-control",
                                                                    "response-content-disposition",
                                                                    "response-content-encoding",
                                                                    "response-content-language",
                                                                    "response-content-type",
                                                                    "response-expires",
                                                                    "restore",
                                                                    "select",
                                                                    "select-type",
                                                                    "storageClass",
                                                                    "tagging",
                                                                    "torrent",
                                                                    "uploadId",
                                                                    "uploads",
                                                                    "versionId",
                                                                    "versioning",
                                                                    "versions",
                                                                    "website"});

base::Pairs pairs_of(std::string_view query) {
  auto pairs = base::parse_query(query, false);
  if (!pairs)
    throw SignatureError(SignatureFault::incomplete, "The query string is not well-formed.");
  return std::move(*pairs);
}

std::string_view value_of(const base::Pairs& query, std::string_view name) {
  const auto found = std::ranges::find(query, name, &base::Pairs::value_type::first);
  return found == query.end() ? std::string_view() : std::string_view(found->second);
}

// A header, which a presigned URL may carry as a parameter.
std::string header_or_parameter(const http::Request& request, const base::Pairs& query,
                                std::string_view name) {
  if (const std::string* value = request.headers.find(name)) return *value;
  return std::string(value_of(query, name));
}

std::string canonical_headers(const http::Request& request, const base::Pairs& query) {
  std::map<std::string, std::string> headers;
  const auto add = [&headers](std::string_view name, std::string_view value) {
    const std::string lower_name = base::lower(name);
    if (!lower_name.starts_with("x-amz-")) return;
    std::string& joined = headers[lower_name];
    if (!joined.empty()) joined += ',';
    joined += base::trim(value);
  };
  for (const auto& [name, value] : request.headers) add(name, value);
  for (const auto& [name, value] : query) add(name, value);
  std::string text;
  for (const auto& [name, value] : headers) text += name + ":" + value + "\n";
  return text;
}

std::string canonical_resource(const http::Request& request, const base::Pairs& query) {
  std::string text;
  if (const auto bucket = bucket_of_host(request.headers.get("host"))) text = "/" + *bucket;
  text += request.path;
  // A bucket ends in a slash, which a client may leave out of the path alone.
  if (text.size() > 1 && text.find('/', 1) == std::string::npos) text += '/';
  std::vector<std::string> kept;
  for (const std::string_view piece : base::split(request.query, '&')) {
    const std::string_view name = piece.substr(0, piece.find('='));
    if (std::ranges::find(signed_parameters, name) == signed_parameters.end()) continue;
    const bool has_value = piece.find('=') != std::string_view::npos;
    kept.push_back(std::string(name) + (has_value ? "=" + std::string(value_of(query, name)) : ""));
  }
  std::ranges::sort(kept);
  if (!kept.empty()) text += "?" + base::join(kept, "&");
  return text;
}

std::string hmac_sha1(std::string_view key, std::string_view message) {
  constexpr std::size_t block_size = 64;
  std::string inner =
      key.size() > block_size ? base::digest(base::HashKind::sha1, key) : std::string(key);
  inner.resize(block_size, '\0');
  std::string outer = inner;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  inner += message;
  return base::digest(base::HashKind::sha1, outer + base::digest(base::HashKind::sha1, inner));
}

}  // namespace

bool is_old_presigned(const http::Request& request) {
  return request.query.find("AWSAccessKeyId=") != std::string::npos &&
         request.query.find("Signature=") != std::string::npos;
}

Signature parse_old_presigned(const http::Request& request) {
  const base::Pairs query = pairs_of(request.query);
  const auto expires = base::to_integer(value_of(query, "Expires"));
  if (!expires) {
    throw SignatureError(SignatureFault::incomplete,
                         "Query-string authentication requires the Signature, Expires and "
                         "AWSAccessKeyId parameters");
  }
  Signature signature;
  signature.in_query = true;
  signature.is_old = true;
  signature.access_key_id = value_of(query, "AWSAccessKeyId");
  signature.signature = value_of(query, "Signature");
  signature.expires_at_seconds = *expires;
  signature.session_token = header_or_parameter(request, query, "x-amz-security-token");
  signature.scope.service = "s3";
  return signature;
}

std::string old_string_to_sign(const http::Request& request) {
  const base::Pairs query = pairs_of(request.query);
  return request.method + "\n" + header_or_parameter(request, query, "content-md5") + "\n" +
         header_or_parameter(request, query, "content-type") + "\n" +
         std::string(value_of(query, "Expires")) + "\n" + canonical_headers(request, query) +
         canonical_resource(request, query);
}

bool is_signed_of_old(const OperationShape& operation) {
  return std::ranges::all_of(operation.query, [](const auto& literal) {
    // Both of its ways to list a bucket's objects ask for the same leave.
    return literal.first == "list-type" ||
           std::ranges::find(signed_parameters, literal.first) != signed_parameters.end();
  });
}

std::string old_sign(std::string_view secret, std::string_view text) {
  return base::base64(hmac_sha1(secret, text));
}

}  // namespace millrace::aws
