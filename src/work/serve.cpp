#include "work/serve.hpp"

#include "http/local_server.hpp"
#include "infer/handler.hpp"
#include "learn/algorithm.hpp"
#include "work/spec.hpp"
#include "work/stamped_log.hpp"

#include <pthread.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

namespace millrace::work {
namespace {

// Stops the server when SIGTERM comes.
class TermWatch {
 public:
  explicit TermWatch(http::LocalServer& server) : thread_([&server] { wait(server); }) {}
  ~TermWatch() {
    // The thread may still wait when the server ended for another reason. SIGTERM is blocked in
    // every thread: it wakes sigwait and ends nothing.
    // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread): it is waited for, not delivered.
    pthread_kill(thread_.native_handle(), SIGTERM);
  }
  TermWatch(const TermWatch&) = delete;
  TermWatch& operator=(const TermWatch&) = delete;

 private:
  static void wait(http::LocalServer& server) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    int signal = 0;
    sigwait(&signals, &signal);
    server.stop();
  }

  std::jthread thread_;
};

std::unique_ptr<learn::Model> load(const std::filesystem::path& root, const Spec& spec) {
  const learn::Algorithm* algorithm = learn::find_algorithm(spec.algorithm);
  if (!algorithm) throw SpecError("there is no algorithm '" + spec.algorithm + "'");
  auto model = algorithm->load(root / "model");
  print_stamped(model->container(), "INFO", "Model objective : " + std::string(model->objective()));
  return model;
}

// Of the images, XGBoost's reads it.
std::string selection_of(const Spec& spec) {
  const char* const selected = std::getenv("SAGEMAKER_INFERENCE_OUTPUT");
  return selected && spec.algorithm == "xgboost" ? selected : "";
}

void run(const std::filesystem::path& root, const std::string& socket_path) {
  const Spec spec = read_spec(root);
  const auto model = load(root, spec);
  const auto handler = infer::make_handler(
      *model, {.threads = spec.threads,
               .log = [container = model->container()](
                          std::string_view line) { print_stamped(container, "ERROR", line); },
               .selection = selection_of(spec)});
  const auto server =
      http::make_local_server({.socket_path = socket_path, .threads = spec.threads}, handler);
  const TermWatch watch(*server);
  server->run();
}

}  // namespace

int serve(const std::filesystem::path& root, const std::string& socket_path) {
  try {
    run(root, socket_path);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

}  // namespace millrace::work
