// Assertions that stay on in every build: a bug stops the program before it can harm stored state.
#pragma once

namespace millrace::base {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace millrace::base

// The only macro of the project: it needs the text and the place of the condition.
#define MILLRACE_ASSERT(condition)    \
  ((condition) ? static_cast<void>(0) \
               : ::millrace::base::assertion_failed(#condition, __FILE__, __LINE__))
