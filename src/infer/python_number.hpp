// Numbers as Python prints them, which is how the containers' answers carry them.
#pragma once

#include <string>

namespace millrace::infer {

// The shortest text that reads back to the same double: 0.5, 1.0, 1e-05, 1e+16, nan, inf.
void add_python_number(std::string& out, double number);

}  // namespace millrace::infer
