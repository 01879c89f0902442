// The caller over dispatch's own parts: what a request's steps do, without a wire.
#pragma once

#include "aws/caller.hpp"
#include "aws/request_life.hpp"

namespace millrace::aws {

class InnerCaller final : public Caller {
 public:
  explicit InnerCaller(DispatchParts& parts) : parts_(parts) {}
  [[nodiscard]] base::Value ask(const policy::Principal& principal, const Asked& asked) override;

 private:
  DispatchParts& parts_;
};

}  // namespace millrace::aws
