// `millrace instances`: docs/instance_types.md, from the table that jobs run by.
#pragma once

#include <string>

namespace millrace::app {

[[nodiscard]] std::string instance_page();

}  // namespace millrace::app
