// Reading which user, group or role an operation is about: many operations exist once for each.
#pragma once

#include "aws/call.hpp"
#include "aws/view.hpp"
#include "identity/grants.hpp"

#include <string>

namespace millrace::service::iam {

using identity::Holder;

[[nodiscard]] constexpr const char* name_member(Holder holder) {
  switch (holder) {
    case Holder::user:
      return "UserName";
    case Holder::group:
      return "GroupName";
    case Holder::role:
      break;
  }
  return "RoleName";
}

[[nodiscard]] inline std::string read_holder_name(const aws::View& in, Holder holder) {
  return in.take(name_member(holder)).text();
}

[[nodiscard]] inline identity::HolderName holder_name(const aws::Call& call, Holder holder,
                                                      const std::string& name) {
  return {.holder = holder, .account = call.account, .name = name};
}

}  // namespace millrace::service::iam
