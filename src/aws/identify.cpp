#include "aws/identify.hpp"

#include "aws/routes.hpp"
#include "aws/ties.hpp"
#include "base/assert.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace millrace::aws {

namespace {

constexpr std::string_view json_type = "application/x-amz-json-";

bool asks_by_query_string(const http::Request& request) {
  return request.query.starts_with("Action=") ||
         request.query.find("&Action=") != std::string::npos;
}

[[noreturn]] void unknown_operation(const std::string& message = "") {
  throw Error("UnknownOperationException", message);
}

[[noreturn]] void no_service(std::string_view signing_name) {
  throw Error("NotImplemented",
              "Millrace knows no service that signs as '" + std::string(signing_name) + "'.");
}

[[noreturn]] void not_spoken(const ModelHead& head, std::string_view protocol) {
  throw Error("NotImplemented", "Millrace does not speak the protocol " + std::string(protocol) +
                                    ", in which " + head.model + " was called.");
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
  unknown_operation();
}

}  // namespace

bool is_form(const http::Request& request) {
  return request.headers.get("content-type").starts_with("application/x-www-form-urlencoded");
}

Wire guess_wire(const http::Request& request) {
  Wire wire;
  wire.is_head = request.method == "HEAD";
  const std::string_view type = request.headers.get("content-type");
  if (request.headers.has("x-amz-target")) {
    wire.protocol = Protocol::json;
    wire.json_version = type.starts_with(json_type) ? type.substr(json_type.size(), 3) : "1.1";
    wire.query_mode = request.headers.get("x-amzn-query-mode") == "true";
  } else if ((is_form(request) && request.path == "/") || asks_by_query_string(request)) {
    wire.protocol = Protocol::query;
  } else {
    wire.is_s3 = true;
  }
  return wire;
}

Services::Services(Models& models, const std::vector<ServiceEntry>& entries) : models_(models) {
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

std::vector<const ModelHead*> Services::candidates(const Signature* signature,
                                                   std::string_view otherwise) const {
  const std::string_view signing_name =
      signature ? std::string_view(signature->scope.service) : otherwise;
  std::vector<const ModelHead*> heads;
  for (const auto& [name, head] : models_.heads()) {
    if (signing_name.empty() || head.signing_name == signing_name) heads.push_back(&head);
  }
  return heads;
}

void Services::complete(Identified& found) const {
  if (const auto service = built_.find(found.model->head.model); service != built_.end()) {
    found.service = &service->second;
    const auto operation = service->second.operations.find(found.shape->name);
    if (operation != service->second.operations.end()) found.operation = operation->second;
  }
}

Identified Services::by_head(const http::Request& request, const Signature* signature, Wire& wire) {
  if (request.headers.has("x-amz-target")) return by_target(request, signature, wire);
  if (wire.protocol == Protocol::query) {
    if (!asks_by_query_string(request)) return {.protocol = Protocol::query};
    const auto form = base::parse_query(request.query, true);
    if (!form) throw Error("MalformedQueryString", "The query string is not well-formed.", 400);
    return by_form(*form, signature);
  }
  return by_path(request, signature, wire);
}

Identified Services::by_target(const http::Request& request, const Signature* signature,
                               Wire& wire) {
  const std::string_view target = request.headers.get("x-amz-target");
  const auto dot = target.rfind('.');
  const std::string_view prefix = target.substr(0, dot);
  const std::string_view name =
      dot == std::string_view::npos ? std::string_view() : target.substr(dot + 1);
  const auto heads = candidates(signature, "");
  if (heads.empty()) no_service(signature->scope.service);
  for (const ModelHead* head : heads) {
    if (head->target_prefix != prefix || !head->speaks("json")) continue;
    Identified found{.model = &models_.model(head->model), .protocol = Protocol::json};
    found.shape = found.model->operation(name);
    if (!found.shape) continue;
    wire.query_mode = wire.query_mode && head->query_compatible;
    complete(found);
    return found;
  }
  unknown_operation();
}

Identified Services::by_form(const base::Pairs& form, const Signature* signature) {
  const auto value_of = [&form](std::string_view name) {
    const auto found = std::ranges::find(form, name, &base::Pairs::value_type::first);
    return found == form.end() ? std::string_view() : std::string_view(found->second);
  };
  const std::string_view action = value_of("Action");
  const std::string_view version = value_of("Version");
  if (action.empty())
    throw Error("MissingAction", "The request must contain the parameter Action.", 400);
  const auto heads = candidates(signature, "");
  if (heads.empty()) no_service(signature->scope.service);
  for (const ModelHead* head : heads) {
    if (!version.empty() && head->api_version != version) continue;
    if (head->speaks("ec2")) not_spoken(*head, "ec2");
    if (!head->speaks("query")) continue;
    Identified found{.model = &models_.model(head->model), .protocol = Protocol::query};
    found.shape = found.model->operation(action);
    if (!found.shape) continue;
    complete(found);
    return found;
  }
  throw Error(
      "InvalidAction",
      "Could not find operation " + std::string(action) + " for version " + std::string(version),
      400);
}

Identified Services::by_path(const http::Request& request, const Signature* signature, Wire& wire) {
  const auto query = base::parse_query(request.query, true);
  if (!query) throw Error("InvalidURI", "Couldn't parse the specified URI.", 400);
  const auto heads = candidates(signature, "s3");
  if (heads.empty()) no_service(signature->scope.service);
  if (request.headers.has("smithy-protocol"))
    not_spoken(*heads.front(), request.headers.get("smithy-protocol"));
  Identified best;
  int best_score = 0;
  for (const ModelHead* head : heads) {
    if (!speaks_rest(*head) || !may_serve_path(head->model, request)) continue;
    const bool is_s3 = head->model == "s3";
    std::string path = request.path;
    if (is_s3) {
      if (const auto bucket = bucket_of_host(request.headers.get("host")))
        path = "/" + *bucket + request.path;
    }
    const ServiceModel& model = models_.model(head->model);
    auto route = find_route(model, path, request, *query);
    if (!best.model) wire.is_s3 = is_s3;
    if (!route || (best.model && route->score <= best_score)) continue;
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
