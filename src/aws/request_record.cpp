// What is kept of a request: its decisions for an hour, and its change of identity for good.
#include "aws/request_life.hpp"

namespace millrace::aws {

// Who may take on a role its trust policy says too, so that no act asks for it: the authority
// decides when it does it.
void RequestLife::note_role() const {
  if (call_->service != "sts" || !call_->operation.starts_with("AssumeRole")) return;
  const base::Value* role = input_.find("RoleArn");
  const bool is_refused = error_code_ == "AccessDenied";
  if (role == nullptr || !role->is_text() || (!is_refused && !error_code_.empty())) return;
  policy::Conditions further;
  const base::Value* session = input_.find("RoleSessionName");
  if (session != nullptr && session->is_text()) further["sts:RoleSessionName"] = {session->text()};
  call_->note({.action = "sts:" + call_->operation, .resource = role->text()}, further,
              !is_refused);
}

Decided RequestLife::decided() const {
  const RequestCall& call = *call_;
  Decided decided{.time = parts_.clock.service(),
                  .request_id = wire_.request_id,
                  .operation = call.service.empty() ? "" : call.service + ":" + call.operation,
                  .account = call.account,
                  .principal = call.principal.arn,
                  .role = call.principal.role_arn,
                  .access_key_id = signature_ ? signature_->access_key_id : "",
                  .source_ip = request().remote_address,
                  .error = error_code_,
                  .message = error_message_};
  call_->hand_over(decided);
  return decided;
}

void RequestLife::remember(int status) const {
  if (parts_.options.trail == nullptr) return;
  note_role();
  Decided record = decided();
  record.status = status;
  parts_.options.trail->add(record);
}

void RequestLife::audit(const Answer& answer) const {
  const RequestCall& call = *call_;
  if (parts_.options.auditor == nullptr || !is_identity_change(call.service, call.operation))
    return;
  const Shape* shape = target_.shape->input_shape();
  parts_.options.auditor->record(
      {.time = parts_.clock.service(),
       .request_id = wire_.request_id,
       .service = call.service,
       .operation = call.operation,
       .account = call.account,
       .principal = call.principal,
       .access_key_id = call.access_key_id,
       .source_ip = request().remote_address,
       .user_agent = call.user_agent,
       .parameters = shape ? without_secrets(*shape, input_) : base::Value(base::Map{}),
       .issued_key = issued_key(answer.value())});
}

}  // namespace millrace::aws
