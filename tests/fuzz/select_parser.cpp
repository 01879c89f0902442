// A statement of S3 Select: what is read prints as what reads the same.
#include "fuzz.hpp"
#include "sql/select/error.hpp"
#include "sql/select/parser.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  try {
    const sql::select::Statement statement = sql::select::parse(input);
    MILLRACE_ASSERT(sql::select::parse(sql::select::print(statement)) == statement);
  } catch (const sql::select::SelectError&) {
  }
}

}  // namespace millrace::fuzz
