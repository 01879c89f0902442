// A form with a file as browsers send it (multipart/form-data): the fields before the file, held to
// S3's limit, then the file's bytes as they arrive.
#pragma once

#include "base/stream.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::s3 {

struct FormError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// What stands before the file is larger than S3 takes.
struct FormTooLarge : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr std::size_t form_fields_limit = 20 * 1024;  // bytes before the file, heads included

struct FormField {
  std::string name;  // as sent
  std::string value;
};

// The boundary of a multipart/form-data content type; none where it is another type or has none.
[[nodiscard]] std::optional<std::string> form_boundary(std::string_view content_type);

// Is the reader of the file, once `read_fields` found it.
class FormReader final : public base::Reader {
 public:
  // `body` outlives it.
  FormReader(base::Reader& body, std::string_view boundary);

  // The fields up to the one named `file`. Throws FormError where the form is broken, FormTooLarge.
  [[nodiscard]] std::vector<FormField> read_fields();
  [[nodiscard]] bool has_file() const { return in_file_; }
  [[nodiscard]] const std::string& file_name() const { return file_name_; }
  // Throws FormError where the form ends within the file.
  std::size_t read(char* out, std::size_t size) override;

 private:
  void fill();
  [[nodiscard]] std::string until(std::string_view mark);
  [[nodiscard]] bool begin_part();
  [[nodiscard]] std::size_t surely_of_file(std::size_t delimiter) const;

  base::Reader& body_;
  const std::string delimiter_;  // with the line end before it
  std::string held_ = "\r\n";  // read but not yet given; the first delimiter has no line end before
  std::size_t at_ = 0;         // where what is left of `held_` begins
  std::size_t taken_ = 0;      // bytes before the file
  bool in_file_ = false;
  bool ended_ = false;  // the file's last byte was given
  std::string file_name_;
};

}  // namespace millrace::service::s3
