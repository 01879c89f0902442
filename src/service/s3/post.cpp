// A form is a PutObject whose headers came as fields: its signature and policy are checked, then it
// is performed as one, with all that PutObject knows and refuses.
#include "service/s3/post.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/xml.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/form.hpp"
#include "service/s3/form_policy.hpp"
#include "service/s3/place.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Value;

constexpr int see_other_status = 303;
constexpr int created_status = 201;
constexpr int no_content_status = 204;
// The form's frame and fields around a file of the largest size.
constexpr std::uint64_t form_frame_bytes = 64 * 1024;

std::string_view value_of(const FormFields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

aws::Error malformed() {
  return {"MalformedPOSTRequest",
          "The body of your POST request is not well-formed multipart/form-data."};
}

// The bytes of the file, of which the policy says how many there may be.
class MeasuredFile final : public base::Reader {
 public:
  MeasuredFile(base::Reader& file, std::optional<LengthRange> allowed)
      : file_(file), allowed_(allowed) {}

  std::size_t read(char* out, std::size_t size) override {
    std::size_t count = 0;
    try {
      count = file_.read(out, size);
    } catch (const FormError&) {
      throw malformed();
    }
    size_ += count;
    if (allowed_) check(count == 0);
    return count;
  }

 private:
  void check(bool ended) const {
    if (size_ > allowed_->most) {
      throw aws::Error("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
          .with("MaxSizeAllowed", std::to_string(allowed_->most));
    }
    if (ended && size_ < allowed_->least) {
      throw aws::Error("EntityTooSmall",
                       "Your proposed upload is smaller than the minimum allowed size")
          .with("ProposedSize", std::to_string(size_))
          .with("MinSizeAllowed", std::to_string(allowed_->least));
    }
  }

  base::Reader& file_;
  const std::optional<LengthRange> allowed_;
  std::uint64_t size_ = 0;
};

void check_head(const http::Request& head) {
  if (!head.content_length) {
    throw aws::Error("MissingContentLength", "You must provide the Content-Length HTTP header.");
  }
  if (*head.content_length > objects::put_limit + form_frame_bytes) {
    throw entity_too_large(*head.content_length, objects::put_limit);
  }
}

// Field values become headers, of this request and of answers.
bool is_header_value(std::string_view value) {
  return std::ranges::none_of(
      value, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

bool is_header_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

// `${filename}` stands for the file's name in every field, before the policy is asked.
FormFields named(const std::vector<FormField>& sent, const std::string& file_name) {
  FormFields fields;
  for (const FormField& field : sent) {
    std::string value = base::replace_all(field.value, "${filename}", file_name);
    const auto [entry, is_new] = fields.emplace(base::lower(field.name), value);
    if (!is_new) entry->second += "," + value;
  }
  return fields;
}

FormFields read_fields(FormReader& form) {
  std::vector<FormField> sent;
  try {
    sent = form.read_fields();
  } catch (const FormError&) {
    throw malformed();
  } catch (const FormTooLarge&) {
    throw aws::Error("MaxPostPreDataLengthExceededError",
                     "Your POST request fields preceding the upload file were too large.")
        .with("MaxPostPreDataLengthBytes", std::to_string(form_fields_limit));
  }
  if (!form.has_file()) {
    throw invalid_argument("file", "0", "POST requires exactly one file upload per request.");
  }
  return named(sent, form.file_name());
}

void require_field(const FormFields& fields, std::string_view name) {
  if (!value_of(fields, base::lower(name)).empty()) return;
  throw invalid_argument(name, "",
                         "Bucket POST must contain a field named '" + std::string(name) +
                             "'.  If it is specified, please check the order of the fields.");
}

aws::FormProof read_proof(const FormFields& fields) {
  aws::FormProof proof;
  proof.text = value_of(fields, "policy");
  proof.session_token = value_of(fields, "x-amz-security-token");
  const bool is_old = fields.contains("signature") || fields.contains("awsaccesskeyid");
  if (is_old) {
    for (const auto* name : {"AWSAccessKeyId", "Signature", "Policy"}) require_field(fields, name);
    proof.access_key_id = value_of(fields, "awsaccesskeyid");
    proof.signature = value_of(fields, "signature");
    return proof;
  }
  for (const auto* name :
       {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature", "Policy"}) {
    require_field(fields, name);
  }
  if (value_of(fields, "x-amz-algorithm") != "AWS4-HMAC-SHA256") {
    throw invalid_argument("X-Amz-Algorithm", value_of(fields, "x-amz-algorithm"),
                           "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
  }
  proof.credential = value_of(fields, "x-amz-credential");
  proof.timestamp = value_of(fields, "x-amz-date");
  proof.signature = value_of(fields, "x-amz-signature");
  return proof;
}

// Who sends a form without a policy is nobody, and may do what everybody may.
std::optional<LengthRange> admit(aws::BesideSteps& steps, const FormFields& fields,
                                 std::string_view bucket) {
  constexpr std::array<std::string_view, 7> signs = {
      "policy",     "x-amz-signature", "x-amz-credential", "x-amz-algorithm",
      "x-amz-date", "signature",       "awsaccesskeyid"};
  if (std::ranges::none_of(signs, [&](auto name) { return fields.contains(name); })) {
    return std::nullopt;
  }
  const aws::FormProof proof = read_proof(fields);
  const base::Timestamp now = steps.sign_in(proof);
  const FormPolicy policy = parse_form_policy(proof.text);
  check_form(policy, fields, bucket, now);
  return policy.length;
}

// The x-amz-tagging header of a Tagging document.
std::string tagging_header(std::string_view document) {
  std::string header;
  try {
    const base::XmlElement root = base::parse_xml(document);
    const base::XmlElement* set = root.child("TagSet");
    if (root.name != "Tagging" || !set) throw base::XmlError("no tags");
    for (const base::XmlElement& tag : set->children) {
      const base::XmlElement* key = tag.child("Key");
      const base::XmlElement* value = tag.child("Value");
      if (tag.name != "Tag" || !key || !value) throw base::XmlError("no tag");
      if (!header.empty()) header += '&';
      header += base::percent_encode(key->text) + "=" + base::percent_encode(value->text);
    }
  } catch (const base::XmlError&) {
    throw aws::Error("MalformedXML",
                     "The XML you provided was not well-formed or did not validate against our "
                     "published schema");
  }
  return header;
}

bool becomes_header(std::string_view field) {
  constexpr std::array<std::string_view, 6> plain = {"cache-control",    "content-disposition",
                                                     "content-encoding", "content-language",
                                                     "content-type",     "expires"};
  constexpr std::array<std::string_view, 5> proof = {"x-amz-algorithm", "x-amz-credential",
                                                     "x-amz-date", "x-amz-signature",
                                                     "x-amz-security-token"};
  if (std::ranges::find(plain, field) != plain.end()) return true;
  return field.starts_with("x-amz-") && std::ranges::find(proof, field) == proof.end();
}

http::Request put_head(const FormFields& fields, const Place& place) {
  http::Request head;
  head.method = "PUT";
  head.path = "/" + place.bucket + "/" + base::percent_encode(place.key, true);
  head.target = head.path;
  head.headers.set("Host", "s3.amazonaws.com");
  for (const auto& [name, value] : fields) {
    if (!becomes_header(name)) continue;
    if (!is_header_name(name) || !is_header_value(value)) throw malformed();
    head.headers.set(name, value);
  }
  if (const auto acl = value_of(fields, "acl"); !acl.empty()) {
    if (!is_header_value(acl)) throw malformed();
    head.headers.set("x-amz-acl", std::string(acl));
  }
  if (const auto tags = value_of(fields, "tagging"); !tags.empty()) {
    head.headers.set("x-amz-tagging", tagging_header(tags));
  }
  return head;
}

struct Stored {
  Place place;
  std::string etag;
  std::string location;
};

std::string location_of(const Call& call, const Place& place) {
  const bool in_path = call.request.path.size() > 1;
  return call.base_url + "/" + (in_path ? place.bucket + "/" : "") +
         base::percent_encode(place.key);
}

bool is_redirect(std::string_view url) {
  return (url.starts_with("http://") || url.starts_with("https://")) && is_header_value(url);
}

std::string redirect_to(std::string_view url, const Stored& stored) {
  const char joint = url.find('?') == std::string_view::npos ? '?' : '&';
  return std::string(url) + joint + "bucket=" + base::percent_encode(stored.place.bucket) +
         "&key=" + base::percent_encode(stored.place.key) +
         "&etag=" + base::percent_encode(stored.etag);
}

std::string post_response(const Stored& stored) {
  std::string body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse>";
  const auto add = [&body](const std::string& name, const std::string& text) {
    body.append("<").append(name).append(">");
    base::escape_xml(body, text);
    body.append("</").append(name).append(">");
  };
  add("Location", stored.location);
  add("Bucket", stored.place.bucket);
  add("Key", stored.place.key);
  add("ETag", stored.etag);
  return body + "</PostResponse>";
}

void answer(Call& call, const FormFields& fields, const Stored& stored) {
  std::string_view redirect = value_of(fields, "success_action_redirect");
  if (redirect.empty()) redirect = value_of(fields, "redirect");
  call.answer_headers.set("ETag", stored.etag);
  if (is_redirect(redirect)) {
    call.answer_status = see_other_status;
    call.answer_headers.set("Location", redirect_to(redirect, stored));
    return;
  }
  call.answer_headers.set("Location", stored.location);
  const std::string_view status = value_of(fields, "success_action_status");
  if (status == "201") {
    call.answer_status = created_status;
    call.answer_headers.set("Content-Type", "application/xml");
    call.answer_payload = post_response(stored);
  } else if (status != "200") {
    call.answer_status = no_content_status;
  }
}

}  // namespace

bool is_upload_form(const http::Request& head) {
  constexpr std::string_view type = "multipart/form-data";
  if (head.method != "POST" || !head.query.empty()) return false;
  return base::equal_ignoring_case(head.headers.get("content-type").substr(0, type.size()), type);
}

std::optional<Value> post_object(void*, Call& call, aws::BesideSteps& steps) {
  auto place = place_of(call.request);
  if (!place || place->bucket.empty() || !place->key.empty()) {
    throw aws::Error("MethodNotAllowed",
                     "The specified method is not allowed against this resource.");
  }
  const auto boundary = form_boundary(call.request.headers.get("content-type"));
  if (!boundary) throw malformed();
  check_head(call.request);
  FormReader form(call.body(), *boundary);
  const FormFields fields = read_fields(form);
  require_field(fields, "key");
  const auto allowed = admit(steps, fields, place->bucket);
  place->key = value_of(fields, "key");
  MeasuredFile file(form, allowed);
  const Value stored = steps.perform(put_head(fields, *place), &file);
  if (const Value* version = stored.find("VersionId")) {
    call.answer_headers.set("x-amz-version-id", version->text());
  }
  if (const Value* kind = stored.find("ServerSideEncryption")) {
    call.answer_headers.set("x-amz-server-side-encryption", kind->text());
  }
  answer(call, fields,
         {.place = *place,
          .etag = stored.find("ETag")->text(),
          .location = location_of(call, *place)});
  return std::nullopt;
}

}  // namespace millrace::service::s3
