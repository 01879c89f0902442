#include "policy/principal_places.hpp"

#include "base/json.hpp"

namespace millrace::policy {
namespace {

using Change = std::function<std::optional<std::string>(const NamedPrincipal&)>;

// A reader of JSON that is known to be well-formed; it copies what it reads.
class Rewriter {
 public:
  Rewriter(std::string_view text, const Change& change) : text_(text), change_(change) {}

  std::string rewritten() {
    each_member([this](const std::string& name) {
      if (name != "Statement") return skip_value();
      each_item([this] { take_statement(); });
    });
    out_.append(text_.substr(copied_));
    return std::move(out_);
  }

 private:
  void take_statement() {
    each_member([this](const std::string& name) {
      if (name != "Principal" && name != "NotPrincipal") return skip_value();
      each_member([this](const std::string& type) { each_item([&] { take_principal(type); }); });
    });
  }

  void take_principal(const std::string& type) {
    if (next() != '"') return skip_value();
    const std::size_t begin = at_;
    const auto other = change_({.type = type, .name = take_text()});
    if (!other) return;
    out_.append(text_.substr(copied_, begin - copied_));
    base::write_json_text(out_, *other);
    copied_ = at_;
  }

  // Of what is no object, the value is passed over.
  template <class Visit>
  void each_member(const Visit& visit) {
    if (next() != '{') return skip_value();
    for (++at_; next() == '"';) {
      const std::string name = take_text();
      (void)next();
      visit(name);
    }
    ++at_;
  }

  // Of a list, else the one value.
  template <class Visit>
  void each_item(const Visit& visit) {
    if (next() != '[') return visit();
    for (++at_; next() != ']' && at_ < text_.size();) visit();
    ++at_;
  }

  // The next character that means something; a quote at the end of a document that is broken.
  char next() {
    while (at_ < text_.size() && std::string_view(" \t\r\n,:").find(text_[at_]) != text_.npos)
      ++at_;
    return at_ < text_.size() ? text_[at_] : ']';
  }

  std::string take_text() {
    const std::size_t begin = at_;
    skip_text();
    return base::parse_json(text_.substr(begin, at_ - begin)).text();
  }

  void skip_text() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }

  void skip_value() {
    std::size_t depth = 0;
    do {
      const char c = next();
      if (c == '"') {
        skip_text();
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at_;
      if (c != '{' && c != '[' && c != '}' && c != ']') skip_word();
    } while (depth > 0 && at_ < text_.size());
  }

  void skip_word() {
    while (at_ < text_.size() && std::string_view(" \t\r\n,:]}").find(text_[at_]) == text_.npos)
      ++at_;
  }

  std::string_view text_;
  const Change& change_;
  std::string out_;
  std::size_t copied_ = 0;
  std::size_t at_ = 0;
};

}  // namespace

std::string with_principals(std::string_view document, const Change& change) {
  return Rewriter(document, change).rewritten();
}

}  // namespace millrace::policy
