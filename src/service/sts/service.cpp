#include "service/sts/service.hpp"

namespace millrace::service::sts {

aws::ServiceEntry entry(Service& service) {
  return {.model = "sts",
          .prefix = "sts",
          .service = &service,
          .tables = {caller_operations, decode_operations, federated_session_operations,
                     session_operations, user_session_operations},
          .errors = aws::ErrorTable{.invalid_code = "ValidationError",
                                    .access_denied_code = "AccessDenied",
                                    .throttled_code = "Throttling"}};
}

}  // namespace millrace::service::sts
