// What an account blocks of public access to all its buckets: PutPublicAccessBlock,
// GetPublicAccessBlock, DeletePublicAccessBlock.
#include "objects/points.hpp"
#include "service/s3control/account.hpp"
#include "service/s3control/blocks.hpp"
#include "service/s3control/service.hpp"

namespace millrace::service::s3control {

namespace {

using aws::Call;
using aws::Map;
using aws::Nothing;
using aws::Value;
using aws::View;

objects::PublicBlock read_put(const View& in) {
  read_account(in);
  const View block = in.take("PublicAccessBlockConfiguration").view();
  bool is_empty = true;
  for (const char* name : block_members) {
    is_empty = is_empty && !block.take(name).present();
  }
  if (is_empty) throw aws::Error("InvalidRequest", "Must specify at least one configuration.");
  return read_block(block);
}

Nothing read_nothing_but_account(const View& in) {
  read_account(in);
  return {};
}

Value put(Service& service, Call& call, const objects::PublicBlock& ask) {
  objects::points_of(service.objects).set_account_block(call.permit(), ask);
  return Map{};
}

Value get(Service& service, const Call& call, const Nothing&) {
  const auto block = objects::points_of(service.objects).account_block(call.permit());
  if (!block) {
    throw aws::Error("NoSuchPublicAccessBlockConfiguration",
                     "The public access block configuration was not found")
        .with("AccountId", call.account);
  }
  return Map{{"PublicAccessBlockConfiguration", block_value(*block)}};
}

Value remove(Service& service, Call& call, const Nothing&) {
  objects::points_of(service.objects).set_account_block(call.permit(), std::nullopt);
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put>("PutPublicAccessBlock",
                                  {.access = on_account<"PutAccountPublicAccessBlock">}),
    aws::operation<read_nothing_but_account, get>(
        "GetPublicAccessBlock", {.access = on_account<"GetAccountPublicAccessBlock">}),
    aws::operation<read_nothing_but_account, remove>(
        "DeletePublicAccessBlock", {.access = on_account<"PutAccountPublicAccessBlock">}),
};

}  // namespace

const std::span<const aws::Operation> public_access_operations = table;

}  // namespace millrace::service::s3control
