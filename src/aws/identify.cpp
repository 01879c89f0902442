#include "aws/identify.hpp"

#include "aws/routes.hpp"
#include "aws/ties.hpp"
#include "base/assert.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <iterator>

namespace millrace::aws {

namespace {

constexpr std::string_view json_type = "application/x-amz-json-";

bool asks_by_query_string(const http::Request& request) {
  return request.query.starts_with("Action=") ||
         request.query.find("&Action=") != std::string::npos;
}

[[noreturn]] void no_service(std::string_view signing_name) {
  throw Error("NotImplemented",
              "Millrace knows no service that signs as '" + std::string(signing_name) + "'.");
}

Protocol rest_protocol(const ModelHead& head) {
  return head.speaks("rest-json") ? Protocol::rest_json : Protocol::rest_xml;
}

bool speaks_rest(const ModelHead& head) {
  return head.speaks("rest-json") || head.speaks("rest-xml");
}

// Refused in the form of the service that was meant.
[[noreturn]] void no_such_path(const std::vector<const ModelHead*>& heads, Wire& wire) {
  const auto rest =
      std::ranges::find_if(heads, [](const auto* head) { return speaks_rest(*head); });
  if (rest != heads.end() && wire.is_s3) {
    throw Error("MethodNotAllowed", "The specified method is not allowed against this resource.",
                405);
  }
  wire.is_s3 = false;
  if (rest != heads.end()) {
    wire.protocol = rest_protocol(**rest);
  } else {
    wire.protocol = heads.front()->speaks("json") ? Protocol::json : Protocol::query;
  }
  throw Error("UnknownOperationException", "");
}

bool has_bearer(const http::Request& request) {
  return request.headers.get("authorization").starts_with("Bearer ");
}

// Few: these are the models that a request without a signature may have read.
void keep_open(std::vector<const ModelHead*>& heads, const http::Request& request) {
  const bool bearer = has_bearer(request);
  std::erase_if(heads, [bearer](const ModelHead* head) {
    const bool is_open =
        head->model == "s3" || head->has_unsigned_operations || head->signs_in_form;
    return bearer ? !head->takes_bearer : !is_open;
  });
}

// Without a signature only the path speaks for a service other than S3: the operation must be one
// for everybody, and what it requires in the head must be there.
bool may_be_unsigned(const ModelHead& head, const Route& route) {
  if (head.model == "s3" || head.takes_bearer) return true;
  return route.operation->unsigned_call && route.score > 0;
}

// RPC v2 names both in the path, after whatever prefix: /service/SERVICE/operation/OPERATION.
struct ServicePath {
  std::string_view service;
  std::string_view operation;
};
std::optional<ServicePath> service_path(std::string_view path) {
  const auto pieces = base::split(path, '/');
  if (pieces.size() < 5) return std::nullopt;
  const auto last = pieces.end();
  if (last[-4] != "service" || last[-2] != "operation") return std::nullopt;
  return ServicePath{.service = last[-3], .operation = last[-1]};
}

}  // namespace

bool is_form(const http::Request& request) {
  return request.headers.get("content-type").starts_with("application/x-www-form-urlencoded");
}

Wire guess_wire(const http::Request& request) {
  Wire wire;
  wire.is_head = request.method == "HEAD";
  const bool in_query_mode = request.headers.get("x-amzn-query-mode") == "true";
  const std::string_view type = request.headers.get("content-type");
  if (request.headers.has("smithy-protocol")) {
    wire.protocol = Protocol::cbor;
    wire.query_mode = in_query_mode;
  } else if (request.headers.has("x-amz-target")) {
    wire.protocol = Protocol::json;
    wire.json_version = type.starts_with(json_type) ? type.substr(json_type.size(), 3) : "1.1";
    wire.query_mode = in_query_mode;
  } else if ((is_form(request) && request.path == "/") || asks_by_query_string(request)) {
    wire.protocol = Protocol::query;
  } else {
    wire.is_s3 = true;
  }
  return wire;
}

Services::Services(Models& models, const std::vector<ServiceEntry>& entries,
                   bool signatures_checked)
    : models_(models), signatures_checked_(signatures_checked) {
  for (const auto& [name, head] : models.heads()) all_heads_.push_back(&head);
  std::ranges::sort(all_heads_, goes_before, &ModelHead::model);
  for (const ModelHead* head : all_heads_) heads_[head->signing_name].push_back(head);
  for (const ServiceEntry& entry : entries) {
    MILLRACE_ASSERT(models.heads().contains(entry.model));
    BuiltService built{.entry = &entry};
    for (const auto& table : entry.tables) {
      for (const Operation& operation : table) {
        MILLRACE_ASSERT(built.operations.emplace(operation.name, &operation).second);
      }
    }
    built_.emplace(entry.model, std::move(built));
  }
}

const Services::Heads& Services::heads_of(const Signature* signature) const {
  if (!signature) return all_heads_;
  const auto found = heads_.find(model_signing_name(signature->scope.service));
  return found == heads_.end() ? no_heads_ : found->second;
}

Services::Heads Services::meant(const http::Request& request, const Signature* signature) const {
  const Heads& heads = heads_of(signature);
  const std::string_view host = request.headers.get("host");
  Heads meant;
  std::ranges::copy_if(heads, std::back_inserter(meant),
                       [host](const ModelHead* head) { return is_host_of(*head, host); });
  return meant.empty() ? heads : meant;
}

Services::Heads Services::candidates(const http::Request& request,
                                     const Signature* signature) const {
  Heads heads = meant(request, signature);
  if (signature && heads.empty()) no_service(signature->scope.service);
  if (signature || !signatures_checked_) return heads;
  keep_open(heads, request);
  if (heads.empty()) throw SignatureError(SignatureFault::missing, "unsigned");
  return heads;
}

Services::Heads Services::path_candidates(const http::Request& request,
                                          const Signature* signature) const {
  auto heads = candidates(request, signature);
  if (!signature && heads.size() == models_.heads().size()) keep_open(heads, request);
  return heads;
}

void Services::unknown_operation(const Signature* signature) const {
  if (!signature && signatures_checked_) throw SignatureError(SignatureFault::missing, "unsigned");
  throw Error("UnknownOperationException", "");
}

void Services::settle_form(const http::Request& request, const Signature* signature,
                           Wire& wire) const {
  const Heads heads = meant(request, signature);
  if (heads.empty() || heads.size() == all_heads_.size()) return;
  wire.query_mode = wire.query_mode && std::ranges::any_of(heads, &ModelHead::query_compatible);
  if (wire.protocol == Protocol::query && heads.front()->speaks("ec2"))
    wire.protocol = Protocol::ec2;
  if (!is_rest(wire.protocol)) return;
  const auto rest = std::ranges::find_if(heads, [&request](const ModelHead* head) {
    return speaks_rest(*head) && may_serve_path(head->model, request);
  });
  wire.is_s3 = rest != heads.end() && (*rest)->model == "s3";
  if (rest != heads.end()) wire.protocol = rest_protocol(**rest);
}

Identified Services::operation_of(const ModelHead& head, std::string_view name, Protocol protocol) {
  Identified found{.model = &models_.model(head), .protocol = protocol};
  found.shape = found.model->operation(name);
  if (found.shape) complete(found);
  return found;
}

void Services::complete(Identified& found) const {
  if (const auto service = built_.find(found.model->head.model); service != built_.end()) {
    found.service = &service->second;
    const auto operation = service->second.operations.find(found.shape->name);
    if (operation != service->second.operations.end()) found.operation = operation->second;
  }
}

Identified Services::by_head(const http::Request& request, const Signature* signature, Wire& wire) {
  if (wire.protocol == Protocol::cbor) return by_service_path(request, signature, wire);
  if (request.headers.has("x-amz-target")) return by_target(request, signature, wire);
  if (wire.protocol != Protocol::query) return by_path(request, signature, wire);
  if (candidates(request, signature).front()->speaks("ec2")) wire.protocol = Protocol::ec2;
  if (!asks_by_query_string(request)) return {.protocol = wire.protocol};
  const auto form = base::parse_query(request.query, true);
  if (!form) throw Error("MalformedQueryString", "The query string is not well-formed.", 400);
  return by_form(*form, request, signature);
}

Identified Services::by_service_path(const http::Request& request, const Signature* signature,
                                     Wire& wire) {
  const auto path = service_path(request.path);
  if (!path || request.method != "POST" ||
      request.headers.get("smithy-protocol") != "rpc-v2-cbor") {
    unknown_operation(signature);
  }
  for (const ModelHead* head : candidates(request, signature)) {
    if (head->target_prefix != path->service || !head->speaks("smithy-rpc-v2-cbor")) continue;
    Identified found = operation_of(*head, path->operation, Protocol::cbor);
    if (!found.shape) continue;
    wire.query_mode = wire.query_mode && head->query_compatible;
    return found;
  }
  unknown_operation(signature);
}

Identified Services::by_target(const http::Request& request, const Signature* signature,
                               Wire& wire) {
  const std::string_view target = request.headers.get("x-amz-target");
  const auto dot = target.rfind('.');
  const std::string_view prefix = target.substr(0, dot);
  const std::string_view name =
      dot == std::string_view::npos ? std::string_view() : target.substr(dot + 1);
  for (const ModelHead* head : candidates(request, signature)) {
    if (head->target_prefix != prefix || !head->speaks("json")) continue;
    Identified found = operation_of(*head, name, Protocol::json);
    if (!found.shape) continue;
    wire.query_mode = wire.query_mode && head->query_compatible;
    return found;
  }
  unknown_operation(signature);
}

Identified Services::by_form(const base::Pairs& form, const http::Request& request,
                             const Signature* signature) {
  const auto value_of = [&form](std::string_view name) {
    const auto found = std::ranges::find(form, name, &base::Pairs::value_type::first);
    return found == form.end() ? std::string_view() : std::string_view(found->second);
  };
  const std::string_view action = value_of("Action");
  const std::string_view version = value_of("Version");
  if (action.empty())
    throw Error("MissingAction", "The request must contain the parameter Action.", 400);
  for (const ModelHead* head : candidates(request, signature)) {
    if (!version.empty() && head->api_version != version) continue;
    const bool is_ec2 = head->speaks("ec2");
    if (!is_ec2 && !head->speaks("query")) continue;
    Identified found = operation_of(*head, action, is_ec2 ? Protocol::ec2 : Protocol::query);
    if (found.shape) return found;
  }
  if (!signature && signatures_checked_) throw SignatureError(SignatureFault::missing, "unsigned");
  throw Error(
      "InvalidAction",
      "Could not find operation " + std::string(action) + " for version " + std::string(version),
      400);
}

Identified Services::by_path(const http::Request& request, const Signature* signature, Wire& wire) {
  const auto query = base::parse_query(request.query, true);
  if (!query) throw Error("InvalidURI", "Couldn't parse the specified URI.", 400);
  const auto heads = path_candidates(request, signature);
  Identified best;
  int best_score = 0;
  for (const ModelHead* head : heads) {
    if (!speaks_rest(*head) || !may_serve_path(head->model, request)) continue;
    if (const auto name = operation_beside_routes(head->model, request); !name.empty()) {
      wire.is_s3 = false;
      return operation_of(*head, name, rest_protocol(*head));
    }
    const bool is_s3 = head->model == "s3";
    const auto bucket = is_s3 ? bucket_of_host(request.headers.get("host")) : std::nullopt;
    const std::string below = bucket ? "/" + *bucket + request.path : "";
    const ServiceModel& model = models_.model(*head);
    auto route = find_route(model, bucket ? below : request.path, request, *query);
    if (!best.model) wire.is_s3 = is_s3;
    if (!route || (best.model && route->score <= best_score)) continue;
    if (!signature && !may_be_unsigned(*head, *route)) continue;
    best = {.model = &model,
            .shape = route->operation,
            .protocol = rest_protocol(*head),
            .labels = std::move(route->labels)};
    best_score = route->score;
    wire.is_s3 = is_s3;
    wire.protocol = best.protocol;
  }
  if (!best.model) no_such_path(heads, wire);
  complete(best);
  return best;
}

}  // namespace millrace::aws
