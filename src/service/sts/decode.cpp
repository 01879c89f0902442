// What an encoded message of a refusal says.
#include "aws/authorization_message.hpp"
#include "service/sts/service.hpp"

namespace millrace::service::sts {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

struct Encoded {
  std::string message;
};

Encoded read_encoded(const View& in) { return {.message = in.take("EncodedMessage").text()}; }

Value decode(Service& service, const aws::Call& call, const Encoded& ask) {
  auto decoded = aws::decoded_message(service.vault, call.account, ask.message);
  if (!decoded)
    throw aws::Error("InvalidAuthorizationMessageException", "Message is not valid", 400);
  return Map{{"DecodedMessage", *std::move(decoded)}};
}

constexpr aws::Operation table[] = {
    aws::operation<read_encoded, decode>("DecodeAuthorizationMessage"),
};

}  // namespace

const std::span<const aws::Operation> decode_operations = table;

}  // namespace millrace::service::sts
