// These run beside the server, not in it: they read what it left in its folder or ask over the
// operator's socket.
#include "app/commands.hpp"

#include "app/control.hpp"
#include "app/data_folder.hpp"
#include "app/health.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <thread>

namespace millrace::app {

namespace {

constexpr auto look_again = std::chrono::milliseconds(10);

void print_line(const std::string& line) { std::printf("%s\n", line.c_str()); }
void print_export(const std::string& name, const std::string& value) {
  print_line("export " + name + "='" + value + "'");
}

int print_answer(const base::Value& value) {
  print_line(base::write_json(value));
  return 0;
}

}  // namespace

std::int64_t parse_duration_s(const std::string& text) {
  const std::string_view units = "smhd";
  constexpr std::int64_t seconds[] = {1, 60, 3600, 86400};
  const std::size_t unit = text.empty() ? std::string_view::npos : units.find(text.back());
  const auto count = unit == std::string_view::npos
                         ? std::nullopt
                         : base::to_integer(std::string_view(text).substr(0, text.size() - 1));
  if (!count || *count <= 0)
    throw std::runtime_error("'" + text + "' is no duration; write one as 45s, 90m, 12h or 30d");
  return *count * seconds[unit];
}

int print_environment(const std::string& data, bool through_proxy) {
  base::SystemFiles files;
  const DataFolder folder(files, data);
  const auto address = folder.address();
  const auto keys = folder.credentials();
  if (!address || !keys) {
    throw std::runtime_error("no server is running on " + data +
                             "; start one with `millrace serve --data " + data + "`");
  }
  const std::string port = std::to_string(address->port);
  if (through_proxy) {
    // What goes to the proxy itself is plain; what goes through it is not.
    print_export("HTTPS_PROXY", "http://127.0.0.1:" + port);
    print_export("https_proxy", "http://127.0.0.1:" + port);
    print_export("NO_PROXY", "localhost,127.0.0.1,::1");
    print_export("AWS_CA_BUNDLE", folder.at("authority/authority.pem"));
    print_line(
        "unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3_CONTROL AWS_DISABLE_HOST_PREFIX_INJECTION");
  } else {
    print_export("AWS_ENDPOINT_URL", address->url());
    print_export("AWS_ENDPOINT_URL_S3_CONTROL", address->scheme() + "localhost:" + port);
    if (address->tls_only) print_export("AWS_CA_BUNDLE", folder.at("authority/authority.pem"));
    print_export("AWS_DISABLE_HOST_PREFIX_INJECTION", "true");
  }
  print_export("AWS_ACCESS_KEY_ID", keys->access_key_id);
  print_export("AWS_SECRET_ACCESS_KEY", keys->secret);
  print_export("AWS_DEFAULT_REGION", address->region);
  print_export("AWS_REGION", address->region);
  print_line("unset AWS_SESSION_TOKEN AWS_PROFILE");
  return 0;
}

int wait_for_server(const std::string& data, std::int64_t timeout_s) {
  base::SystemFiles files;
  const DataFolder folder(files, data);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(timeout_s);
  while (std::chrono::steady_clock::now() < deadline) {
    if (const auto address = folder.address(); address && answers_health(address->port)) {
      print_line(address->url());
      return 0;
    }
    std::this_thread::sleep_for(look_again);
  }
  std::fprintf(stderr, "millrace: no server answered on %s within %lld s\n", data.c_str(),
               static_cast<long long>(timeout_s));
  return 1;
}

int create_account(const std::string& data, const std::string& id) {
  base::Map arguments;
  if (!id.empty()) arguments.set("account", id);
  return print_answer(control_call(data, "account-create", arguments));
}

int empty_account(const std::string& data, const std::string& id) {
  return print_answer(control_call(data, "account-empty", base::Map{{"account", id}}));
}

int advance_clock(const std::string& data, const std::string& duration) {
  return print_answer(
      control_call(data, "clock-advance", base::Map{{"seconds", parse_duration_s(duration)}}));
}

int print_status(const std::string& data) {
  return print_answer(control_call(data, "status", base::Map{}));
}

int stop_server(const std::string& data) {
  return print_answer(control_call(data, "stop", base::Map{}));
}

}  // namespace millrace::app
