// Upload forms. However the bytes are cut, the fields and the file are the same or the form is
// refused.
#include "service/s3/form.hpp"

#include "fuzz.hpp"

namespace millrace::fuzz {
namespace {

std::string read_form(std::string_view body, std::string_view boundary, std::size_t step) {
  SteppedReader bytes(body, step);
  service::s3::FormReader form(bytes, boundary);
  std::string seen;
  try {
    for (const auto& [name, value] : form.read_fields()) seen += name + "=" + value + "\n";
    return seen + form.file_name() + ":" + base::read_all(form, 1 << 20);
  } catch (const service::s3::FormError&) {
    return "broken";
  } catch (const service::s3::FormTooLarge&) {
    return "too large";
  }
}

}  // namespace

// The first line is the content type.
void run(std::string_view input) {
  const auto boundary = service::s3::form_boundary(take_line(input));
  if (!boundary) return;
  MILLRACE_ASSERT(read_form(input, *boundary, 1) == read_form(input, *boundary, 1 << 16));
}

}  // namespace millrace::fuzz
