// A page is a GetObject of nobody in particular; what that refuses becomes a redirect, the error
// document or a page of S3's own.
#include "service/s3/website_pages.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/xml.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/service.hpp"
#include "service/s3/website_rules.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Error;
using aws::Value;

constexpr int found_status = 302;
constexpr int moved_status = 301;

std::string words_of(int status) {
  return std::to_string(status) + " " + std::string(http::reason(status));
}

void add_item(std::string& page, std::string_view name, std::string_view text) {
  page.append("<li>").append(name).append(": ");
  base::escape_xml(page, text);
  page.append("</li>\n");
}

void add_error(std::string& page, const Error& error) {
  add_item(page, "Code", error.code());
  add_item(page, "Message", error.message());
  for (const auto& [name, value] : error.fields()) {
    if (value.is_text()) add_item(page, name, value.text());
  }
}

// `document` is why the error document could not be had, if one was wanted.
std::string error_page(const Call& call, const Error& error, const Error* document) {
  const std::string words = words_of(status_of(error));
  std::string page =
      "<html>\n<head><title>" + words + "</title></head>\n<body>\n<h1>" + words + "</h1>\n<ul>\n";
  add_error(page, error);
  add_item(page, "RequestId", call.request_id);
  page += "</ul>\n";
  if (document) {
    page +=
        "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n";
    add_error(page, *document);
    page += "</ul>\n";
  }
  return page + "<hr/>\n</body>\n</html>\n";
}

void answer_error(Call& call, const Error& error, const Error* document) {
  call.answer_status = status_of(error);
  call.answer_headers.set("x-amz-error-code", error.code());
  call.answer_headers.set("x-amz-error-message", error.message());
  call.answer_headers.set("Content-Type", "text/html; charset=utf-8");
  std::string page = error_page(call, error, document);
  if (call.request.method == "HEAD") {
    call.answer_headers.set("Content-Length", std::to_string(page.size()));
  } else {
    call.answer_payload = std::move(page);
  }
}

void answer_redirect(Call& call, int status, const std::string& location) {
  call.answer_status = status;
  call.answer_headers.set("Location", location);
}

class Page {
 public:
  Page(Call& call, aws::BesideSteps& steps, std::string bucket, const Website& website)
      : call_(call), steps_(steps), bucket_(std::move(bucket)), website_(website) {
    const std::string_view path = call.request.path;
    auto key = base::percent_decode(path.starts_with('/') ? path.substr(1) : path);
    if (!key) throw Error("InvalidURI", "Couldn't parse the specified URI.");
    visit_ = {.scheme = call.request.tls ? "https" : "http",
              .host = std::string(call.request.headers.get("host")),
              .key = *std::move(key),
              .query = call.request.query};
  }

  std::optional<Value> serve() {
    if (website_.redirect_all) {
      answer_redirect(call_, moved_status, location_of(*website_.redirect_all, "", visit_));
      return std::nullopt;
    }
    if (redirected(std::nullopt)) return std::nullopt;
    const bool is_folder = visit_.key.empty() || visit_.key.ends_with('/');
    try {
      return object(is_folder ? visit_.key + website_.index_suffix : visit_.key, true);
    } catch (const Error& error) {
      const int status = status_of(error);
      if (status < 400) throw;
      if (!is_folder && is_there(visit_.key + "/" + website_.index_suffix)) {
        answer_redirect(call_, found_status, "/" + base::percent_encode(visit_.key, true) + "/");
        return std::nullopt;
      }
      if (redirected(status)) return std::nullopt;
      return error_document(error);
    }
  }

 private:
  bool redirected(std::optional<int> status) {
    const RoutingRule* rule = find_rule(website_, visit_.key, status);
    if (rule) {
      answer_redirect(call_, rule->redirect.status,
                      location_of(rule->redirect, rule->prefix, visit_));
    }
    return rule != nullptr;
  }

  // The object as the visitor may have it, or where it sends the visitor on to.
  std::optional<Value> object(const std::string& key, bool with_conditions) {
    Value answer = read(call_.request.method, key, with_conditions);
    const Value* elsewhere = answer.find("WebsiteRedirectLocation");
    if (!elsewhere) return answer;
    call_.answer_payload = std::monostate();
    answer_redirect(call_, moved_status, elsewhere->text());
    return std::nullopt;
  }

  std::optional<Value> error_document(const Error& error) {
    const int status = status_of(error);
    if (website_.error_key.empty() || status >= 500) {
      answer_error(call_, error, nullptr);
      return std::nullopt;
    }
    try {
      auto answer = object(website_.error_key, false);
      if (!answer) return answer;
      call_.answer_status = status;
      call_.answer_headers.set("x-amz-error-code", error.code());
      call_.answer_headers.set("x-amz-error-message", error.message());
      return answer;
    } catch (const Error& missing) {
      answer_error(call_, error, &missing);
      return std::nullopt;
    }
  }

  bool is_there(const std::string& key) {
    try {
      static_cast<void>(read("HEAD", key, false));
      call_.answer_status = 0;
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  Value read(const std::string& method, const std::string& key, bool with_conditions) {
    constexpr std::array<const char*, 5> conditions = {
        "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Range"};
    http::Request head;
    head.method = method;
    head.path = "/" + bucket_ + "/" + base::percent_encode(key, true);
    head.target = head.path;
    head.headers.set("Host", "s3.amazonaws.com");
    for (const char* name : conditions) {
      const std::string* value = call_.request.headers.find(name);
      if (value && with_conditions) head.headers.set(name, *value);
    }
    return steps_.perform(head, nullptr);
  }

  Call& call_;
  aws::BesideSteps& steps_;
  const std::string bucket_;
  const Website& website_;
  Visit visit_;
};

std::optional<Value> serve_website(const Service& service, Call& call, aws::BesideSteps& steps) {
  const std::string name = *website_bucket(call.request.headers.get("host"));
  if (call.request.method != "GET" && call.request.method != "HEAD") {
    throw Error("MethodNotAllowed", "The specified method is not allowed against this resource.")
        .with("Method", call.request.method)
        .with("ResourceType", "OBJECT");
  }
  const auto bucket = service.objects.bucket(name);
  if (!bucket) throw no_such_bucket(name);
  const std::string_view document = bucket->setting(website_kind);
  if (document.empty()) throw no_such_website(name);
  call.region = bucket->region;
  const Website website = website_of(base::parse_json(document));
  return Page(call, steps, name, website).serve();
}

}  // namespace

Error no_such_website(std::string_view bucket) {
  return Error("NoSuchWebsiteConfiguration",
               "The specified bucket does not have a website configuration")
      .with("BucketName", bucket);
}

bool is_visit(const http::Request& head) {
  return website_bucket(head.headers.get("host")).has_value();
}

std::optional<Value> serve_page(void* service, Call& call, aws::BesideSteps& steps) {
  try {
    return serve_website(*static_cast<const Service*>(service), call, steps);
  } catch (const Error& error) {
    answer_error(call, error, nullptr);
    return std::nullopt;
  }
}

}  // namespace millrace::service::s3
