// The steps from a request's first byte to its parsed input.
#include "aws/request_life.hpp"

#include "aws/authentication.hpp"
#include "aws/bad_input.hpp"
#include "aws/event_stream.hpp"
#include "aws/protocol_cbor.hpp"
#include "aws/protocol_json.hpp"
#include "aws/protocol_query.hpp"
#include "aws/session_limits.hpp"
#include "aws/sigv2.hpp"
#include "aws/validation.hpp"
#include "base/hash.hpp"
#include "identity/uses.hpp"

namespace millrace::aws {

namespace {

// S3's presigned URLs may carry x-amz-* headers in the query string, where they are signed too.
http::Request with_query_headers(const http::Request& request) {
  http::Request joined = request;
  const auto query = base::parse_query(request.query, false);
  if (!query) return joined;
  for (const auto& [name, value] : *query) {
    if (name.starts_with("x-amz-") && !joined.headers.has(name)) joined.headers.add(name, value);
  }
  return joined;
}

}  // namespace

RequestLife::RequestLife(DispatchParts& parts, http::ExchangePtr exchange)
    : parts_(parts),
      exchange_(std::move(exchange)),
      call_(std::make_shared<RequestCall>(exchange_, parts.authority)),
      wire_(guess_wire(request())),
      began_(parts.clock.steady()) {}

// Once it is known whether S3 is meant, which names its requests in a way of its own.
void RequestLife::name_request() {
  if (!wire_.request_id.empty()) return;
  if (wire_.is_s3) {
    wire_.request_id = base::random_text(parts_.random, 16, "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    wire_.host_id = base::base64(base::random_bytes(parts_.random, 56));
  } else {
    wire_.request_id = base::uuid4(parts_.random);
  }
  call_->request_id = wire_.request_id;
}

// Before anybody is looked up: of who may not speak in the open nothing is said in the open.
void RequestLife::require_tls() {
  if (!parts_.options.tls_only || request().tls) return;
  parts_.services.settle_form(request(), signature_ ? &*signature_ : nullptr, wire_);
  throw Error(std::string(errors().access_denied_code),
              wire_.is_s3 ? "Access Denied"
                          : "Requests must be made over TLS: aws:SecureTransport is false.",
              403);
}

void RequestLife::read_signature() {
  try {
    signature_ =
        is_old_presigned(request()) ? parse_old_presigned(request()) : parse_signature(request());
  } catch (const SignatureError& error) {
    if (error.fault == SignatureFault::unsupported) {
      other_authorization_ = error;
    } else if (parts_.options.check_signatures) {
      throw;
    }
  }
}

void RequestLife::identify() {
  is_identifying_ = true;
  if (!signature_) parts_.services.settle_form(request(), nullptr, wire_);
  found(parts_.services.by_head(request(), signature_ ? &*signature_ : nullptr, wire_));
}

void RequestLife::found(Identified identified) {
  target_ = std::move(identified);
  wire_.protocol = target_.protocol;
  name_request();
  if (!target_.shape) return;
  call_->service = target_.model->head.model;
  call_->operation = target_.shape->name;
  // It hands them on, to who asks a role's trust policy.
  if (call_->service == "sts") call_->supply_global_conditions();
  call_->deny_with(std::string(errors().access_denied_code));
  if (target_.protocol == Protocol::ec2 && parts_.options.vault != nullptr)
    call_->encode_denials(*parts_.options.vault);
  admit();
  // Whoever signs nothing is of no account: what S3 does for everybody, it does for nobody's own.
  const bool is_anonymous = call_->principal.kind == policy::Principal::Kind::anonymous;
  if (is_anonymous && call_->service == "s3") call_->account.clear();
}

ErrorTable RequestLife::errors() const {
  return target_.service ? target_.service->entry->errors : common_errors(wire_.protocol);
}

void RequestLife::set_caller(policy::Principal principal) {
  RequestCall& call = *call_;
  call.account = principal.account.empty() ? parts_.options.default_account : principal.account;
  call.principal = std::move(principal);
  const bool has_region = signature_ && !signature_->scope.region.empty();
  call.region = has_region ? signature_->scope.region : parts_.options.default_region;
  if (signature_) call.access_key_id = signature_->access_key_id;
  call.now = parts_.clock.service();
  call.user_agent = request().headers.get("user-agent");
  call.base_url =
      (request().tls ? "https://" : "http://") + std::string(request().headers.get("host"));
  call.check_caller(parts_.options.check_signatures);
}

void RequestLife::authenticate() {
  read_signature();
  require_tls();
  body_plan_ = plan_body(request());
  if (!parts_.options.check_signatures) {
    const std::string key = signature_ ? signature_->access_key_id : "";
    set_caller(unchecked_principal(key, parts_.options.default_account, parts_.authority));
  } else if (signature_) {
    authenticate_signed();
  } else {
    set_caller({});
  }
  call_->set_plan(body_plan_);
}

void RequestLife::admit() const {
  if (!parts_.options.check_signatures) return;
  if (signature_) {
    if (signature_->is_old && !is_signed_of_old(*target_.shape))
      throw SignatureError(SignatureFault::mismatch, "the operation is not signed");
    admit_unsigned_payload();
    check_session_limits(call_->principal, call_->service, call_->operation);
  } else {
    admit_unsigned();
  }
}

// Whom a token or a signature of another kind stands for nobody can say, but for what no table has
// nothing more is needed.
void RequestLife::admit_unsigned() const {
  const ModelHead& head = target_.model->head;
  const bool has_other_proof = other_authorization_ ? head.takes_bearer : head.signs_in_form;
  if (has_other_proof && !target_.operation) return;
  if (other_authorization_) throw *other_authorization_;
  // Buckets may be open to everybody: the decision says so.
  if (head.model == "s3" && target_.operation) return;
  if (!target_.shape->unsigned_call) throw SignatureError(SignatureFault::missing, "unsigned");
}

// A signature that says a word for the payload's digest. One that waits for the body's own digest
// would never be checked where the body is a stream.
void RequestLife::admit_unsigned_payload() const {
  if (signature_is_open_ && takes_events())
    throw SignatureError(SignatureFault::mismatch, "the events are not signed");
  if (!body_plan_.digest.empty() || !request().headers.has("x-amz-content-sha256")) return;
  const bool by_event = body_plan_.kind == PayloadKind::signed_events;
  const bool may_be_open =
      by_event ? takes_events() : signature_->scope.service == "s3" || target_.shape->unsigned_body;
  if (!may_be_open) throw SignatureError(SignatureFault::mismatch, "the payload is not signed");
}

void RequestLife::authenticate_signed() {
  identity::Credential credential = find_credential(*signature_, parts_.authority, parts_.clock);
  if (signature_->is_old) {
    check_old_signature(request(), *signature_, credential.secret);
    return set_caller(std::move(credential.principal));
  }
  signing_key_ =
      parts_.signing_keys.key(signature_->access_key_id, credential.secret, signature_->scope);
  const std::string* said = request().headers.find("x-amz-content-sha256");
  if (said) {
    check_signature(request(), *signature_, signing_key_->ready, *said);
  } else if (signature_->in_query && signature_->scope.service == "s3") {
    check_signature(request(), *signature_, signing_key_->ready, "UNSIGNED-PAYLOAD");
  } else if (!has_body()) {
    check_signature(request(), *signature_, signing_key_->ready, empty_digest);
  } else if (signature_->scope.service == "s3") {
    throw Error("InvalidRequest", "Missing required header for this request: x-amz-content-sha256",
                400);
  } else {
    signature_is_open_ = true;
  }
  if (body_plan_.kind == PayloadKind::signed_chunks ||
      body_plan_.kind == PayloadKind::signed_chunks_trailer ||
      body_plan_.kind == PayloadKind::signed_events) {
    body_plan_.signing = ChunkSigning{signing_key_->bytes, signature_->timestamp,
                                      signature_->scope.text(), signature_->signature};
  }
  set_caller(std::move(credential.principal));
}

void RequestLife::check_body_signature(std::string_view body) {
  if (!signature_is_open_) return;
  check_signature(request(), *signature_, signing_key_->ready, base::sha256_hex(body));
  signature_is_open_ = false;
}

void RequestLife::parse_head() {
  if (!target_.shape || !is_rest()) return;
  if (wire_.is_s3 && signature_ && signature_->in_query) {
    input_ = parse_rest_head(*target_.shape, target_.labels, with_query_headers(request()));
  } else {
    input_ = parse_rest_head(*target_.shape, target_.labels, request());
  }
  resolve_names();
}

void RequestLife::resolve_names() {
  if (!target_.operation) return;
  for (const ResolveEntry& entry : parts_.options.resolve) {
    if (entry.model == call_->service) entry.resolve(entry.service, *call_, input_);
  }
}

std::vector<Need> RequestLife::needs() const {
  const ServiceEntry& entry = *target_.service->entry;
  if (const Access access = target_.operation->options.access) return access(*call_, input_);
  return {{.action = std::string(entry.prefix) + ":" + call_->operation,
           .resource = "*",
           .conditions = {}}};
}

// Once the signature is found right, with its body where it is signed: also what is then denied.
void RequestLife::note_use() {
  using Who = policy::Principal::Kind;
  if (is_noted_ || !signature_ || signature_is_open_ || !target_.operation) return;
  if (!parts_.options.check_signatures || !parts_.options.note_use) return;
  const policy::Principal& who = call_->principal;
  if (who.kind != Who::root && who.kind != Who::user && who.kind != Who::role_session) return;
  const std::string_view key = call_->access_key_id;
  const std::string_view id = who.user_id;
  parts_.options.note_use({.account = who.account,
                           .id = id.substr(0, id.find(':')),
                           .access_key = key.starts_with("AKIA") ? key : std::string_view(),
                           .service = target_.service->entry->prefix,
                           .operation = call_->operation,
                           .region = call_->region,
                           .at = call_->now});
  is_noted_ = true;
}

// What no table has is done for nobody, and how its actions are called no table says.
void RequestLife::authorise_head() {
  note_use();
  if (is_rest() && target_.operation) call_->authorise(needs());
}

void RequestLife::authorise_rest() {
  note_use();
  if (is_rest()) return;
  add_tag_conditions(call_->conditions, input_);
  call_->authorise(needs());
}

// The anonymous are told apart by where they come from.
void RequestLife::throttle() {
  if (!target_.operation) return;
  const policy::Principal& who = call_->principal;
  const std::string& name = !who.role_arn.empty() ? who.role_arn
                            : !who.arn.empty()    ? who.arn
                                                  : request().remote_address;
  if (!parts_.throttle.admits(name, call_->service, call_->operation)) throw too_many();
}

void RequestLife::take_body(std::string gathered) {
  received_ = parts_.clock.steady();
  check_body_signature(gathered);
  body_ = decode_body(std::move(gathered), body_plan_);
  body_is_gathered_ = true;
  if (is_compressed()) body_ = decompress(body_, body_limit());
}

bool RequestLife::takes_events() const {
  return target_.shape && event_member(target_.shape->input_shape());
}

void RequestLife::check_event(const Shape& stream, const base::Value& event,
                              const UnknownMembers& unknown) const {
  if (!unknown.empty() && !parts_.options.ignore_unknown_members)
    throw unknown_members(call_->operation, unknown);
  const auto violations = find_violations(stream, event);
  if (!violations.empty()) throw violated_input(violations, wire_, errors(), call_->region);
}

void RequestLife::open_events() {
  if (!takes_events()) return;
  const Shape& input = *target_.shape->input_shape();
  auto events = std::make_unique<RequestEvents>(
      EventMessages(call_->body(), body_plan_.kind == PayloadKind::signed_events
                                       ? body_plan_.signing
                                       : std::nullopt),
      target_.protocol, *event_member(&input)->shape,
      [weak = weak_from_this()](const Shape& stream, const base::Value& event,
                                const UnknownMembers& unknown) {
        if (const auto life = weak.lock()) life->check_event(stream, event, unknown);
      });
  if (!is_rest()) events->take_initial(input, input_.map(), unknown_);
  call_->set_events(std::move(events));
}

void RequestLife::require_built() const {
  if (!target_.operation) throw not_built(call_->service, call_->operation);
}

void RequestLife::identify_by_body() {
  if (!is_identifying_) identify();
  if (target_.shape) return;
  const auto form = base::parse_query(body_, true);
  if (!form) throw Error("MalformedInput", "The form is not well-formed.", 400);
  found(parts_.services.by_form(*form, request(), signature_ ? &*signature_ : nullptr));
}

// A GET that a client sent by POST because its query string may be long.
bool RequestLife::has_query_in_body() const {
  return target_.shape->method == "GET" && is_form(request()) && target_.shape->input;
}

void RequestLife::parse_body() {
  if (target_.shape->body_checksum) check_declared_checksums(request(), body_);
  const Shape* input = target_.shape->input_shape();
  base::Map& members = input_.map();
  switch (target_.protocol) {
    case Protocol::json:
      if (input) parse_json_members(*input, body_, JsonNames::members, members, unknown_);
      break;
    case Protocol::cbor:
      if (input) parse_cbor_members(*input, body_, members, unknown_);
      break;
    case Protocol::query:
    case Protocol::ec2: {
      const auto form = base::parse_query(body_.empty() ? request().query : body_, true);
      if (!form) throw Error("MalformedInput", "The form is not well-formed.", 400);
      const Shape nothing{};
      parse_form_members(target_.protocol, input ? *input : nothing, *form, members, unknown_);
      break;
    }
    case Protocol::rest_json:
    case Protocol::rest_xml:
      if (has_query_in_body()) return parse_rest_query(*input, body_, members);
      parse_rest_body(target_.protocol, *target_.shape, body_, members, unknown_);
      if (has_blob_payload(input)) call_->set_payload(std::move(body_));
  }
}

}  // namespace millrace::aws
