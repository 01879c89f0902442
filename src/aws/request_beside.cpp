// The life of what no model has: no signature in its head, and its act asks for what it needs.
#include "aws/authentication.hpp"
#include "aws/form_signature.hpp"
#include "aws/request_life.hpp"

namespace millrace::aws {

bool RequestLife::is_beside() {
  for (const BesideEntry& entry : parts_.options.beside) {
    for (const Beside& beside : entry.beside) {
      if (!beside.matches(request())) continue;
      beside_entry_ = &entry;
      beside_ = &beside;
      return true;
    }
  }
  return false;
}

void RequestLife::act_beside() {
  is_identifying_ = true;
  name_request();
  target_.service = &parts_.services.built().find(beside_entry_->model)->second;
  call_->service = beside_entry_->model;
  call_->operation = beside_->name;
  require_tls();
  call_->deny_with(std::string(errors().access_denied_code));
  set_caller(parts_.options.check_signatures
                 ? policy::Principal{}
                 : unchecked_principal("", parts_.options.default_account, parts_.authority));
  if (const auto answer = beside_->act(beside_entry_->service, *call_, *this))
    return finish(*answer);
  http::Reply reply;
  add_request_id(wire_, reply.headers);
  complete(reply);
  send(std::move(reply));
}

base::Timestamp RequestLife::sign_in(const FormProof& proof) {
  const base::Timestamp now = parts_.clock.wall();
  signature_ = signature_of(proof);
  if (!parts_.options.check_signatures) {
    set_caller(unchecked_principal(signature_->access_key_id, parts_.options.default_account,
                                   parts_.authority));
    return now;
  }
  identity::Credential credential = find_credential(*signature_, parts_.authority, parts_.clock);
  check_form_signature(proof, *signature_, credential.secret);
  set_caller(std::move(credential.principal));
  return now;
}

base::Value RequestLife::perform(const http::Request& head, base::Reader* body) {
  call_->begin_other(body);
  Wire wire = wire_;
  reading_ = {};
  target_ = parts_.services.by_head(head, nullptr, wire);
  call_->operation = target_.shape->name;
  input_ = parse_rest_head(*target_.shape, target_.labels, head);
  validate();
  require_built();
  read();
  refuse();
  call_->authorise(needs());
  return act_once().value();
}

}  // namespace millrace::aws
