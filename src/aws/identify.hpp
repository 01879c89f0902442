// Which operation of which service a request asks for, and in which protocol: from its credential
// scope, target, form or path.
#pragma once

#include "aws/operation.hpp"
#include "aws/protocol.hpp"
#include "aws/protocol_rest.hpp"
#include "aws/sigv4.hpp"
#include "base/encoding.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace millrace::aws {

// A service that this program offers: its entry and its operations by name.
struct BuiltService {
  const ServiceEntry* entry;
  std::unordered_map<std::string_view, const Operation*> operations;
};

struct Identified {
  const ServiceModel* model = nullptr;  // null: not found (yet)
  const OperationShape* shape = nullptr;
  const BuiltService* service = nullptr;  // null: no table has this service
  const Operation* operation = nullptr;   // null: no table has this operation
  Protocol protocol = Protocol::rest_xml;
  Labels labels;
};

class Services {
 public:
  // Asserts that each table's operations exist in the model.
  Services(Models& models, const std::vector<ServiceEntry>& entries, bool signatures_checked);

  // The form of a refusal as far as the services' heads tell it: for who may not have a model read.
  void settle_form(const http::Request& request, const Signature* signature, Wire& wire) const;

  // By the head alone. A request in the query protocol names its operation in the body: then
  // nothing but the protocol is known. Throws Error; SignatureError where a signature is missing.
  [[nodiscard]] Identified by_head(const http::Request& request, const Signature* signature,
                                   Wire& wire);
  // Of a form: the body's pairs, or the query string's.
  [[nodiscard]] Identified by_form(const base::Pairs& form, const http::Request& request,
                                   const Signature* signature);
  [[nodiscard]] const std::map<std::string, BuiltService, std::less<>>& built() const {
    return built_;
  }

 private:
  [[nodiscard]] Identified by_target(const http::Request& request, const Signature* signature,
                                     Wire& wire);
  [[nodiscard]] Identified by_path(const http::Request& request, const Signature* signature,
                                   Wire& wire);
  [[nodiscard]] Identified by_service_path(const http::Request& request, const Signature* signature,
                                           Wire& wire);
  using Heads = std::vector<const ModelHead*>;
  // None where no service signs by that name.
  [[nodiscard]] const Heads& heads_of(const Signature* signature) const;
  // The services that the request may be meant for, the preferred ones first.
  [[nodiscard]] Heads meant(const http::Request& request, const Signature* signature) const;
  // Those of them whose models the request may have read: without a signature only services that
  // somebody may call so. Never none.
  [[nodiscard]] Heads candidates(const http::Request& request, const Signature* signature) const;
  [[nodiscard]] Heads path_candidates(const http::Request& request,
                                      const Signature* signature) const;
  [[nodiscard]] Identified operation_of(const ModelHead& head, std::string_view name,
                                        Protocol protocol);
  void complete(Identified& found) const;
  [[noreturn]] void unknown_operation(const Signature* signature) const;

  Models& models_;
  bool signatures_checked_;
  const Heads no_heads_;
  // The preferred ones first, also those of one signing name.
  Heads all_heads_;
  std::unordered_map<std::string_view, Heads> heads_;
  std::map<std::string, BuiltService, std::less<>> built_;
};

// A first guess of the form in which a refusal must be written, before the service is known.
[[nodiscard]] Wire guess_wire(const http::Request& request);
[[nodiscard]] bool is_form(const http::Request& request);

}  // namespace millrace::aws
