// The managed policies that AWS ships and every account has: arn:aws:iam::aws:policy/NAME.
#pragma once

#include "identity/entities.hpp"

#include <map>
#include <string>
#include <string_view>

namespace millrace::identity {

class AwsPolicies {
 public:
  AwsPolicies();
  [[nodiscard]] const ManagedPolicy* find(std::string_view arn) const;
  [[nodiscard]] const std::map<std::string, ManagedPolicy, std::less<>>& all() const {
    return policies_;
  }

 private:
  std::map<std::string, ManagedPolicy, std::less<>> policies_;  // by ARN
};

}  // namespace millrace::identity
