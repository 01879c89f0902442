// Operations are named by method and subresource, as AWS does, so that what was refused before
// anybody knew its operation has a name too.
#include "service/s3/request_facts.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "service/s3/place.hpp"
#include "service/s3/website_rules.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3 {

namespace {

using policy::Principal;

struct Subresource {
  std::string_view parameter;
  std::string_view of_bucket;
  std::string_view of_object;
};

constexpr std::array subresources = {
    Subresource{"accelerate", "ACCELERATE", ""},
    Subresource{"acl", "ACL", "ACL"},
    Subresource{"analytics", "ANALYTICS", ""},
    Subresource{"attributes", "", "OBJECT_ATTRIBUTES"},
    Subresource{"cors", "CORS", ""},
    Subresource{"delete", "MULTI_OBJECT_DELETE", ""},
    Subresource{"encryption", "ENCRYPTION", ""},
    Subresource{"intelligent-tiering", "INTELLIGENT_TIERING", ""},
    Subresource{"inventory", "INVENTORY", ""},
    Subresource{"legal-hold", "", "LEGAL_HOLD"},
    Subresource{"lifecycle", "LIFECYCLE", ""},
    Subresource{"location", "LOCATION", ""},
    Subresource{"logging", "LOGGING_STATUS", ""},
    Subresource{"metrics", "METRICS", ""},
    Subresource{"notification", "NOTIFICATION", ""},
    Subresource{"object-lock", "OBJECT_LOCK_CONFIGURATION", ""},
    Subresource{"ownershipControls", "OWNERSHIP_CONTROLS", ""},
    Subresource{"policy", "BUCKETPOLICY", ""},
    Subresource{"policyStatus", "POLICY_STATUS", ""},
    Subresource{"publicAccessBlock", "PUBLIC_ACCESS_BLOCK", ""},
    Subresource{"replication", "REPLICATION", ""},
    Subresource{"requestPayment", "REQUEST_PAYMENT", ""},
    Subresource{"restore", "", "RESTORE"},
    Subresource{"retention", "", "RETENTION"},
    Subresource{"select", "", "SELECT"},
    Subresource{"tagging", "TAGGING", "OBJECT_TAGGING"},
    Subresource{"torrent", "", "TORRENT"},
    Subresource{"uploads", "UPLOADS", "UPLOADS"},
    Subresource{"versioning", "VERSIONING", ""},
    Subresource{"versions", "BUCKETVERSIONS", ""},
    Subresource{"website", "WEBSITE", ""},
};

const std::string* find(const base::Pairs& query, std::string_view name) {
  const auto found = std::ranges::find(query, name, &base::Pairs::value_type::first);
  return found == query.end() ? nullptr : &found->second;
}

// "OBJECT", "ACL", "BUCKETPOLICY"
std::string_view resource_of(const http::Request& head, const base::Pairs& query, bool has_key) {
  if (head.method == "OPTIONS") return "PREFLIGHT";
  const std::string_view whole = has_key ? "OBJECT" : "BUCKET";
  if (query.empty()) return whole;
  if (has_key && find(query, "uploadId")) return head.method == "PUT" ? "PART" : "UPLOAD";
  for (const Subresource& one : subresources) {
    const std::string_view name = has_key ? one.of_object : one.of_bucket;
    if (!name.empty() && find(query, one.parameter)) return name;
  }
  return whole;
}

RequestKind kind_of(std::string_view method, std::string_view resource, bool has_key) {
  if (resource == "MULTI_OBJECT_DELETE") return RequestKind::erase;
  if (resource == "SELECT") return RequestKind::select;
  if (method == "HEAD") return RequestKind::head;
  if (method == "POST") return RequestKind::post;
  if (method == "GET") {
    const bool lists = resource == "BUCKET" || resource == "BUCKETVERSIONS" ||
                       resource == "UPLOADS" || resource == "UPLOAD";
    if (lists) return RequestKind::list;
    return has_key ? RequestKind::get : RequestKind::other;
  }
  if (!has_key) return RequestKind::other;
  if (method == "PUT") return RequestKind::put;
  return method == "DELETE" ? RequestKind::erase : RequestKind::other;
}

// Those that say what is asked for: of most presigned requests none.
base::Pairs parameters_of(std::string_view query) {
  const auto parts = base::split(query, '&');
  const bool says_nothing = std::ranges::all_of(parts, [](std::string_view one) {
    return one.empty() || one.starts_with("X-Amz-") || one.starts_with("x-id=");
  });
  return says_nothing ? base::Pairs() : base::parse_query(query, false).value_or(base::Pairs());
}

void set_operation(const http::Request& head, bool is_website, RequestFacts& facts) {
  const base::Pairs query = parameters_of(head.query);
  const bool has_key = !facts.key.empty() || is_website;
  const std::string_view resource = is_website ? "OBJECT" : resource_of(head, query, has_key);
  const bool copies = head.method == "PUT" && head.headers.has("x-amz-copy-source");
  facts.operation.append(is_website ? "WEBSITE." : "REST.")
      .append(copies ? "COPY" : std::string_view(head.method))
      .append(".")
      .append(resource);
  facts.kind = kind_of(head.method, resource, has_key);
  if (const auto* version = find(query, "versionId")) facts.version = *version;
  if (const auto* prefix = find(query, "prefix")) facts.prefix = *prefix;
}

std::string requester_of(const Principal& principal) {
  switch (principal.kind) {
    case Principal::Kind::user:
    case Principal::Kind::role_session:
    case Principal::Kind::federated_user:
      return principal.arn;
    case Principal::Kind::service:
      return principal.name;
    case Principal::Kind::root:
    case Principal::Kind::federated_identity:
    case Principal::Kind::anonymous:
      break;
  }
  return {};
}

std::uint64_t taken_of(const http::Request& head) {
  const auto decoded = base::to_integer(head.headers.get("x-amz-decoded-content-length"));
  if (decoded && *decoded >= 0) return static_cast<std::uint64_t>(*decoded);
  return head.content_length.value_or(0);
}

// Of a part of an object, the answer says how large the whole is.
std::optional<std::uint64_t> size_of(const aws::Outcome& outcome, const RequestFacts& facts) {
  const bool is_object = facts.operation.ends_with(".OBJECT");
  if (!is_object || outcome.status >= 300) return std::nullopt;
  if (facts.operation == "REST.PUT.OBJECT") return facts.taken;
  if (facts.kind != RequestKind::get && facts.kind != RequestKind::head) return std::nullopt;
  const auto slash = outcome.content_range.rfind('/');
  if (slash == std::string::npos) return outcome.body_length;
  const auto whole = base::to_integer(std::string_view(outcome.content_range).substr(slash + 1));
  if (!whole || *whole < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*whole);
}

void set_proof(const aws::Outcome& outcome, RequestFacts& facts) {
  if (outcome.signed_by == aws::SignedBy::nothing) return;
  facts.signature = outcome.signature_is_old ? "SigV2" : "SigV4";
  if (outcome.signed_by == aws::SignedBy::header) facts.proof = "AuthHeader";
  if (outcome.signed_by == aws::SignedBy::query) facts.proof = "QueryString";
}

void set_outcome(const aws::Outcome& outcome, RequestFacts& facts) {
  facts.received = outcome.received;
  facts.request_id = outcome.request_id;
  facts.host_id = outcome.host_id;
  facts.status = outcome.status;
  facts.error = outcome.error;
  facts.sent = outcome.sent;
  facts.total = outcome.total;
  facts.turn = outcome.turn;
  facts.cipher = outcome.tls.cipher;
  facts.tls = outcome.tls.version;
  set_proof(outcome, facts);
}

}  // namespace

std::string bucket_in(const http::Request& head) {
  if (auto website = website_bucket(head.headers.get("host"))) return *std::move(website);
  auto place = place_of(head);
  return place ? std::move(place->bucket) : std::string();
}

RequestFacts facts_of(const aws::Outcome& outcome) {
  const aws::Call& call = *outcome.call;
  const http::Request& head = call.request;
  RequestFacts facts;
  auto website = website_bucket(head.headers.get("host"));
  const bool is_website = website.has_value();
  if (is_website) {
    facts.bucket = *std::move(website);
    const auto path = base::percent_decode(head.path);
    if (path && path->size() > 1) facts.key = path->substr(1);
  } else if (auto place = place_of(head)) {
    facts.bucket = std::move(place->bucket);
    facts.key = std::move(place->key);
  }
  set_operation(head, is_website, facts);
  set_outcome(outcome, facts);
  facts.remote_address = head.remote_address;
  facts.account = call.principal.account;
  facts.requester = requester_of(call.principal);
  facts.is_root = call.principal.kind == Principal::Kind::root;
  facts.line = head.method + " " + head.target + " HTTP/1.1";
  facts.has_body = head.has_body();
  facts.taken = taken_of(head);
  facts.object_size = size_of(outcome, facts);
  facts.referer = head.headers.get("referer");
  facts.user_agent = head.headers.get("user-agent");
  facts.host = head.headers.get("host");
  return facts;
}

RequestFacts facts_of(RequestFacts whole, const RequestNote::Part& part) {
  whole.operation = part.operation;
  whole.bucket = part.bucket;
  whole.key = part.key;
  whole.version = part.version;
  whole.status = part.status;
  whole.error = part.error;
  whole.sent = part.sent;
  whole.object_size = part.object_size;
  whole.key_encoded_once = part.operation == "BATCH.DELETE.OBJECT";
  return whole;
}

}  // namespace millrace::service::s3
