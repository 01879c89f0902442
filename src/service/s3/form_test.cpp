#include "service/s3/form.hpp"

#include <gtest/gtest.h>

namespace millrace::service::s3 {
namespace {

// Gives at most `step` bytes at a time.
class Steps final : public base::Reader {
 public:
  Steps(std::string bytes, std::size_t step) : bytes_(std::move(bytes)), step_(step) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t count = bytes_.copy(out, std::min(size, step_), at_);
    at_ += count;
    return count;
  }

 private:
  std::string bytes_;
  std::size_t step_;
  std::size_t at_ = 0;
};

std::string field(const std::string& name, const std::string& value) {
  return "--xyz\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
}

std::string file(const std::string& bytes, const std::string& name = "a.txt") {
  return "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name +
         "\"\r\nContent-Type: text/plain\r\n\r\n" + bytes + "\r\n--xyz--\r\n";
}

struct Form {
  std::vector<FormField> fields;
  bool has_file = false;
  std::string file_name;
  std::string bytes;
};

Form read_form(const std::string& body, std::size_t step = 1 << 16) {
  Steps steps(body, step);
  FormReader reader(steps, "xyz");
  Form form;
  form.fields = reader.read_fields();
  form.has_file = reader.has_file();
  form.file_name = reader.file_name();
  form.bytes = base::read_all(reader, 1 << 20);
  return form;
}

TEST(Form, GivesFieldsAndTheFileHoweverTheBytesAreCut) {
  const std::string bytes = "one\r\n--xy\r\n\r\n--x" + std::string(1000, 'y');
  for (const std::size_t step : {1, 2, 3, 7, 64, 65536}) {
    const Form form = read_form(field("key", "a/b") + field("empty", "") + file(bytes), step);
    ASSERT_EQ(form.fields.size(), 2U);
    EXPECT_EQ(form.fields[0].name, "key");
    EXPECT_EQ(form.fields[0].value, "a/b");
    EXPECT_EQ(form.fields[1].value, "");
    EXPECT_TRUE(form.has_file);
    EXPECT_EQ(form.file_name, "a.txt");
    EXPECT_EQ(form.bytes, bytes);
  }
}

TEST(Form, TakesAnEmptyFile) {
  const Form form = read_form(field("key", "k") + file(""));
  EXPECT_TRUE(form.has_file);
  EXPECT_EQ(form.bytes, "");
}

TEST(Form, KeepsOnlyTheLastPieceOfAPath) {
  EXPECT_EQ(read_form(file("x", "C:\\docs\\a.txt")).file_name, "a.txt");
  EXPECT_EQ(read_form(file("x", "/docs/a \\\"b\\\".txt")).file_name, "a \"b\".txt");
}

TEST(Form, MayHaveNoFile) { EXPECT_FALSE(read_form(field("key", "k") + "--xyz--\r\n").has_file); }

TEST(Form, RefusesWhatIsCutOrBroken) {
  const std::string whole = field("key", "k") + file("bytes");
  for (std::size_t size = 0; size + 4 < whole.size(); ++size) {
    EXPECT_THROW(read_form(whole.substr(0, size)), FormError) << size;
  }
  EXPECT_THROW(read_form("--xyz\r\nContent-Type: text/plain\r\n\r\nx\r\n--xyz--"), FormError);
  EXPECT_THROW(read_form("--xyzz\r\n\r\n"), FormError);
}

TEST(Form, HoldsTheFieldsToTheirLimit) {
  const std::string most(form_fields_limit - 400, 'x');
  EXPECT_EQ(read_form(field("key", most) + file("")).fields.size(), 1U);
  EXPECT_THROW(read_form(field("key", most) + field("b", most) + file("")), FormTooLarge);
  EXPECT_THROW(read_form(std::string(30'000, 'x')), FormTooLarge);
}

TEST(Form, KnowsItsTypeAndBoundary) {
  EXPECT_EQ(form_boundary("multipart/form-data; boundary=xyz"), "xyz");
  EXPECT_EQ(form_boundary("Multipart/Form-Data; charset=utf-8; boundary=\"x;y\""), "x;y");
  EXPECT_EQ(form_boundary("multipart/form-data; boundary=" + std::string(70, 'x')),
            std::string(70, 'x'));
  EXPECT_EQ(form_boundary("multipart/form-data; boundary=" + std::string(71, 'x')), std::nullopt);
  EXPECT_EQ(form_boundary("multipart/form-data"), std::nullopt);
  EXPECT_EQ(form_boundary("multipart/mixed; boundary=x"), std::nullopt);
}

}  // namespace
}  // namespace millrace::service::s3
