// The server's life: take the folder, build, restore, listen, wait for a signal, drain, stop.
#include "app/serve.hpp"

#include "app/care.hpp"
#include "app/cloud.hpp"
#include "app/control.hpp"
#include "app/data_folder.hpp"
#include "app/decisions.hpp"
#include "app/own_paths.hpp"
#include "base/delayed_files.hpp"
#include "base/filled_files.hpp"
#include "http/server.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <thread>

namespace millrace::app {

namespace {

constexpr std::chrono::milliseconds drain_deadline{5000};
constexpr std::int64_t longest_delay_ms = 10'000;

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// Objects of many parts and many model servers need many descriptors; the soft limit is often
// 1,024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// AWS's public host names, and nothing else, are answered through CONNECT.
bool is_aws_host(std::string_view host) {
  return host.ends_with(".amazonaws.com") || host.ends_with(".api.aws");
}

http::ServerOptions server_options(const Settings& settings,
                                   http::CertificateSource& certificates) {
  http::ServerOptions options{.port = static_cast<std::uint16_t>(settings.port),
                              .certificates = &certificates,
                              .proxies_host = is_aws_host};
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  options.loops = settings.loops > 0 ? static_cast<int>(settings.loops) : std::max(1, cores / 2);
  options.limits.workers = static_cast<std::size_t>(settings.workers);
  return options;
}

base::Value account_value(const std::string& id, const identity::AccessKey& key) {
  return base::Map{{"account", id}, {"access_key_id", key.id}, {"secret_access_key", key.secret}};
}

// How the server fares on a slow disk is tried on a fast one.
base::Value delay_syncs(base::DelayedFiles& files, const base::Value& arguments) {
  const auto* given = arguments.find("milliseconds");
  if (given == nullptr || given->integer() < 0 || given->integer() > longest_delay_ms)
    throw ControlError("delay-syncs takes \"milliseconds\", 0 to " +
                       std::to_string(longest_delay_ms));
  files.delay_syncs(base::Milliseconds(given->integer()));
  return base::Map{};
}

base::Value fill_disk(base::FilledFiles& files, const base::Value& arguments) {
  const auto* given = arguments.find("after_writes");
  if (given == nullptr || given->integer() < 0)
    throw ControlError("disk-full takes \"after_writes\", 0 or more");
  files.fill_after(static_cast<std::uint64_t>(given->integer()));
  return base::Map{};
}

base::Value make_room(base::FilledFiles& files) {
  const bool was_full = files.is_full();
  files.make_room();
  return base::Map{{"was_full", was_full}};
}

// The disk under the server, as slow and as full as tests want it.
struct Disk {
  base::DelayedFiles& files;
  base::FilledFiles& filled;
};

ControlActions control_actions(Cloud& cloud, const Settings& settings, const DataFolder& folder,
                               const http::Server& server, const Disk& disk) {
  return {
      {"account-create",
       [&cloud](const base::Value& arguments) {
         std::optional<std::string> id;
         if (const auto* given = arguments.find("account")) id = given->text();
         const auto account = cloud.directory.accounts.create(id);
         cloud.audit.record_operator("CreateAccount", account.id);
         return account_value(account.id, account.root_key);
       }},
      {"account-empty",
       [&cloud](const base::Value& arguments) -> base::Value {
         const std::string& account = arguments.find("account")->text();
         cloud.empty_account(account);
         cloud.audit.record_operator("EmptyAccount", account);
         return base::Map{};
       }},
      {"clock-advance",
       [&cloud, &settings](const base::Value& arguments) -> base::Value {
         if (!settings.virtual_clock)
           throw ControlError("the server's clock is real; start it with --clock virtual");
         cloud.advance_clock(std::chrono::seconds(arguments.find("seconds")->integer()));
         return base::Map{{"now", base::iso8601(cloud.clock.service())}};
       }},
      {"delay-syncs",
       [disk](const base::Value& arguments) { return delay_syncs(disk.files, arguments); }},
      {"disk-full",
       [disk](const base::Value& arguments) { return fill_disk(disk.filled, arguments); }},
      {"disk-room", [disk](const base::Value&) { return make_room(disk.filled); }},
      {"usage", [&cloud](const base::Value&) { return usage_value(*cloud.database); }},
      {"backup",
       [&cloud, &folder, disk](const base::Value& arguments) {
         return back_up_served(cloud, folder, disk.files, arguments);
       }},
      {"status",
       [&cloud, &server](const base::Value&) -> base::Value {
         const auto counters = server.counters();
         return base::Map{{"port", std::int64_t{server.port()}},
                          {"connections", counters.connections},
                          {"requests", counters.requests},
                          {"jobs_running", static_cast<std::uint64_t>(cloud.jobs.running())},
                          {"care", care_value(cloud)}};
       }},
      {"stop",
       [](const base::Value&) -> base::Value {
         kill(getpid(), SIGTERM);
         return base::Map{};
       }},
  };
}

void print_welcome(const Settings& settings, const DataFolder& folder, const Address& address) {
  std::printf("Millrace listens on %s\n", address.url().c_str());
  std::printf("Credentials are in %s; `millrace env --data %s` prints them as shell exports.\n",
              folder.at("credentials").c_str(), folder.path().c_str());
  if (!settings.auth) {
    std::printf(
        "WARNING: --auth off: signatures and permissions are NOT checked; anyone who reaches the "
        "port may do anything.\n");
  }
  std::fflush(stdout);
}

void make_first_account(Cloud& cloud, const Settings& settings, DataFolder& folder) {
  const auto first = cloud.directory.accounts.ensure_first(settings.account);
  folder.write_credentials({.access_key_id = first.root_key.id, .secret = first.root_key.secret});
}

void wait_for_signal() {
  const sigset_t signals = stop_signals();
  int which = 0;
  sigwait(&signals, &which);
}

void say_what_goes_on(std::size_t jobs) {
  if (jobs == 0) return;
  std::printf(
      "%zu running job%s on; the next server takes them up again. To end jobs with the server: "
      "--on-stop end\n",
      jobs, jobs == 1 ? " goes" : "s go");
}

}  // namespace

std::string own_program() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

std::string work_program() {
  return std::filesystem::path(own_program()).parent_path() / "millrace-work";
}

std::string models_folder() {
  return std::filesystem::path(own_program()).parent_path() / "models";
}

int serve(const Settings& settings) {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals,
                  nullptr);  // every thread inherits it; wait_for_signal takes them
  raise_descriptor_limit();
  base::StderrLog log(settings.log);
  base::SystemFiles disk;
  base::FilledFiles filled(disk);
  base::DelayedFiles files(filled,
                           [](base::Milliseconds time) { std::this_thread::sleep_for(time); });
  DataFolder folder(files, settings.data);
  folder.take();

  Cloud cloud(settings, folder, files, log, own_program());
  make_first_account(cloud, settings, folder);
  std::unique_ptr<http::Server> server;
  const auto handler = [&cloud, &server](http::ExchangePtr exchange) {
    const bool is_own =
        answer_own_path(*exchange, [&cloud, &server] { return own_state(cloud, *server); });
    if (!is_own) cloud.dispatch->handle(std::move(exchange));
  };
  server =
      http::make_server(server_options(settings, *cloud.certificates), handler, cloud.clock, log);
  cloud.restore();
  server->start();
  const Address address{
      .port = server->port(), .region = settings.region, .tls_only = settings.tls_only};
  ControlActions actions =
      control_actions(cloud, settings, folder, *server, {.files = files, .filled = filled});
  add_decision_actions(actions, cloud, settings);
  const Control control(folder.path(), std::move(actions));
  folder.write_address(address);
  print_welcome(settings, folder, address);

  wait_for_signal();
  folder.remove_address();
  cloud.dispatch->end_holds();
  server->stop(drain_deadline);
  say_what_goes_on(cloud.stop());
  return 0;
}

}  // namespace millrace::app
