// A request's signature: the first line is the target, the second its Authorization, the third its
// date, then the payload's word.
#include "aws/sigv4.hpp"

#include "aws/sigv2.hpp"
#include "fuzz.hpp"

namespace millrace::fuzz {
namespace {

http::Request request_of(std::string_view input) {
  http::Request request;
  request.method = "GET";
  request.target = take_line(input);
  const std::size_t mark = std::min(request.target.find('?'), request.target.size());
  request.path = request.target.substr(0, mark);
  if (mark < request.target.size()) request.query = request.target.substr(mark + 1);
  request.headers.add("Host", "localhost");
  for (const char* name : {"Authorization", "X-Amz-Date", "X-Amz-Content-Sha256"}) {
    if (const std::string_view value = take_line(input); !value.empty())
      request.headers.add(name, std::string(value));
  }
  return request;
}

}  // namespace

void run(std::string_view input) {
  const http::Request request = request_of(input);
  try {
    (void)aws::is_old_presigned(request);
    const auto signature = aws::parse_signature(request);
    if (!signature) return;
    const std::string style =
        aws::canonical_request(request, *signature, aws::PathStyle::normalised, "UNSIGNED-PAYLOAD");
    MILLRACE_ASSERT(aws::sign(aws::signing_key("secret", signature->scope),
                              aws::string_to_sign(*signature, style))
                        .size() == 64);
    aws::check_time(*signature, base::Timestamp{});
  } catch (const aws::SignatureError&) {
  }
}

}  // namespace millrace::fuzz
