// From fork to exec: everything between the supervisor's freedom and the work's walls.
#include "process/work.hpp"

#include "base/files.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>
#include <vector>

namespace millrace::process {
namespace {

constexpr int first_inheritable = 3;

std::pair<Descriptor, Descriptor> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw base::FileError(errno, "pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

void set_limit(int resource, rlim_t most) {
  const rlimit limit{.rlim_cur = most, .rlim_max = most};
  ::setrlimit(static_cast<__rlimit_resource>(resource), &limit);
}

void default_signals() {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGCHLD}) ::signal(number, SIG_DFL);
}

void raise_walls(const WorkLimits& limits) {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  set_limit(RLIMIT_CORE, 0);
  if (limits.memory_bytes > 0) set_limit(RLIMIT_AS, limits.memory_bytes);
}

bool inherit_only(const std::vector<int>& descriptors) {
  if (::close_range(first_inheritable, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return false;
  for (const int descriptor : descriptors) {
    if (::fcntl(descriptor, F_SETFD, 0) != 0) return false;
  }
  return true;
}

bool redirect(int output) {
  const int nothing = ::open("/dev/null", O_RDONLY);
  return nothing >= 0 && ::dup2(nothing, 0) >= 0 && ::dup2(output, 1) >= 0 &&
         ::dup2(output, 2) >= 0;
}

struct Launch {
  const Spec& spec;
  const std::string& folder;
  char* const* arguments;
  char* const* environment;
  pid_t parent;
  int output;
};

// In the child, up to exec; returns where that failed, with errno set.
void become_work(const Launch& launch) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != launch.parent) ::_exit(1);  // it died before the line above
  ::setpgid(0, 0);
  default_signals();
  raise_walls(launch.spec.limits);
  if (::chdir(launch.folder.c_str()) != 0 || !redirect(launch.output) ||
      !inherit_only(launch.spec.descriptors))
    return;
  ::execve(launch.spec.program.c_str(), launch.arguments, launch.environment);
}

// Nothing arrives when exec succeeded, for it closes the pipe.
int exec_error(const Descriptor& report) {
  int error = 0;
  return ::read(report.get(), &error, sizeof error) == sizeof error ? error : 0;
}

}  // namespace

Work start_work(const Spec& spec, const std::string& folder) {
  std::vector<std::string> arguments = spec.arguments;
  arguments.insert(arguments.begin(), spec.program);
  std::vector<std::string> environment;
  for (const auto& [name, value] : spec.environment) environment.push_back(name + "=" + value);
  const std::vector<char*> argument_list = pointers(arguments);
  const std::vector<char*> environment_list = pointers(environment);

  auto [output, printed] = make_pipe();
  auto [report, failed] = make_pipe();
  const Launch launch{spec,       folder,       argument_list.data(), environment_list.data(),
                      ::getpid(), printed.get()};
  const pid_t id = ::fork();
  if (id < 0) throw base::FileError(errno, "fork");
  if (id == 0) {
    become_work(launch);
    const int error = errno;
    const ssize_t told = ::write(failed.get(), &error, sizeof error);
    ::_exit(told > 0 ? 127 : 126);
  }
  ::setpgid(id, id);  // both sides set it, so that neither has to wait for the other
  failed.close();
  if (const int error = exec_error(report); error != 0) {
    ::waitpid(id, nullptr, 0);
    throw base::FileError(error, spec.program);
  }
  ::fcntl(output.get(), F_SETFL, O_NONBLOCK);
  return {.id = id, .output = std::move(output)};
}

}  // namespace millrace::process
