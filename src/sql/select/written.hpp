// A piece of the engine's SQL, and what it yields.
#pragma once

#include <string>

namespace millrace::sql::select {

struct Written {
  enum class Kind {
    value,   // as value.hpp has it
    text,    // a plain text; NULL is MISSING
    truth,   // a condition of the engine's own
    fields,  // all fields of a CSV record, as encode_fields writes them
    record   // a value whose members are the columns
  };
  std::string sql;
  Kind kind = Kind::value;
};

}  // namespace millrace::sql::select
