// Flags are declared here and nowhere else; docs/commands.md is compared with them by a test.
#include "app/command_line.hpp"

#include "app/care.hpp"
#include "app/commands.hpp"
#include "app/coverage.hpp"
#include "app/decision_commands.hpp"
#include "app/environment.hpp"
#include "app/instance_page.hpp"
#include "app/load.hpp"
#include "app/serve.hpp"
#include "app/settings.hpp"
#include "process/supervise.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace millrace::app {

namespace {

constexpr const char* version = "0.1.0";
constexpr std::size_t flag_column = 26;

// What a command was given; the command that was named reads its own.
struct Given {
  std::string data = default_data_folder();
  std::string config;
  std::optional<std::int64_t> port;
  std::optional<std::string> auth;
  std::optional<std::string> clock;
  std::optional<std::string> on_stop;
  bool through_proxy = false;
  std::int64_t timeout_s = 30;
  std::string account;
  std::string duration;
  std::string folder;
  std::string environment;
  std::string python = "python3";
  std::string copy;
  std::string key;
  std::string source;
  std::string target;
  bool repair = false;
  bool with_key = false;
  std::optional<std::string> record;
  WhyGiven why;
  FromTrailGiven from_trail;
  AuditGiven audit;
  bool as_json = false;
};

using Action = std::function<int(const Given&)>;

// Flags win over the file, which wins over the defaults.
Settings settings_from(const Given& given, bool data_was_given) {
  Settings settings;
  if (!given.config.empty()) read_settings_file(settings, given.config);
  if (data_was_given || settings.data.empty()) settings.data = given.data;
  if (given.port) set(settings, "port", *given.port);
  if (given.auth) set(settings, "auth", *given.auth);
  if (given.clock) set(settings, "clock", *given.clock);
  if (given.on_stop) set(settings, "on_stop", *given.on_stop);
  if (given.record) set(settings, "record", *given.record);
  return settings;
}

class CommandLine {
 public:
  CommandLine() : program_("Millrace: a machine-learning cloud on your machine.", "millrace") {
    program_.set_version_flag("--version", version, "Print the version");
    program_.require_subcommand(1);
    program_.get_formatter()->column_width(flag_column);
    program_.footer("`millrace COMMAND --help` explains one command.");
    add_serve();
    add_clients();
    add_operator();
    add_decisions();
    add_care();
    add_environments();
    add_pages();
    add_internal();
  }

  int run(int argument_count, char** arguments) {
    try {
      program_.parse(argument_count, arguments);
    } catch (const CLI::ParseError& error) {
      return program_.exit(error) == 0 ? 0 : 2;
    }
    try {
      return action_(given_);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "millrace: %s\n", error.what());
      return 1;
    }
  }

 private:
  CLI::App* add(CLI::App& parent, const char* name, const char* sentence, Action action) {
    CLI::App* command = parent.add_subcommand(name, sentence);
    command->get_formatter()->column_width(flag_column);
    command->callback([this, action = std::move(action)] { action_ = action; });
    return command;
  }

  CLI::App* with_data(CLI::App* command) {
    command->add_option("--data", given_.data, "The data folder (~/.local/share/millrace)");
    return command;
  }

  void add_serve() {
    CLI::App* command = program_.add_subcommand("serve", "Run the server");
    command->get_formatter()->column_width(flag_column);
    CLI::Option* data =
        command->add_option("--data", given_.data, "The data folder (~/.local/share/millrace)");
    command->add_option("--port", given_.port, "The port (4566); 0 picks a free one");
    command->add_option("--config", given_.config, "A TOML file of settings");
    command->add_option("--auth", given_.auth, "on, or off: any credentials do");
    command->add_option("--clock", given_.clock, "system, or virtual: may be advanced");
    command->add_option("--on-stop", given_.on_stop, "Running jobs: keep, or end them");
    command->add_option("--record", given_.record, "A file: a line for each request");
    command->callback([this, data] {
      action_ = [data](const Given& given) {
        return serve(settings_from(given, data->count() > 0));
      };
    });
  }

  void add_clients() {
    CLI::App* env = with_data(
        add(program_, "env", "Print the shell exports that AWS tools need",
            [](const Given& given) { return print_environment(given.data, given.through_proxy); }));
    env->add_flag("--proxy", given_.through_proxy, "For code that builds AWS host names");
    CLI::App* wait =
        with_data(add(program_, "wait", "Wait until the server answers", [](const Given& given) {
          return wait_for_server(given.data, given.timeout_s);
        }));
    wait->add_option("--timeout", given_.timeout_s, "Seconds to wait at most (30)");
  }

  void add_operator() {
    with_data(add(program_, "status", "Print what the server is doing",
                  [](const Given& given) { return print_status(given.data); }));
    with_data(add(program_, "stop", "Stop the server",
                  [](const Given& given) { return stop_server(given.data); }));

    CLI::App* account = program_.add_subcommand("account", "Make or empty accounts");
    account->require_subcommand(1);
    account->get_formatter()->column_width(flag_column);
    CLI::App* create = with_data(
        add(*account, "create", "Make an account; print its keys",
            [](const Given& given) { return create_account(given.data, given.account); }));
    create->add_option("--id", given_.account, "Twelve digits; the next free if left out");
    CLI::App* empty =
        with_data(add(*account, "empty", "Remove all that an account has",
                      [](const Given& given) { return empty_account(given.data, given.account); }));
    empty->add_option("id", given_.account, "The account's twelve digits")->required();

    CLI::App* clock = program_.add_subcommand("clock", "Move the service clock");
    clock->require_subcommand(1);
    clock->get_formatter()->column_width(flag_column);
    CLI::App* advance = with_data(
        add(*clock, "advance", "Move it forward, where it is virtual",
            [](const Given& given) { return advance_clock(given.data, given.duration); }));
    advance->add_option("duration", given_.duration, "As 45s, 90m, 12h or 30d")->required();
  }

  void add_decisions() {
    CLI::App* why = with_data(
        add(program_, "why", "Tell why a request was refused, or may be",
            [](const Given& given) { return print_why(given.data, given.why, given.as_json); }));
    why->add_option("request", given_.why.request_id, "Its id; without one, the last refusals");
    why->add_option("--principal", given_.why.principal, "Of a question: an ARN, or anonymous");
    why->add_option("--action", given_.why.action, "As s3:GetObject");
    why->add_option("--resource", given_.why.resource, "An ARN, or *");
    why->add_option("--context", given_.why.context, "KEY=VALUE, of a condition key");
    why->add_flag("--json", given_.as_json, "As JSON");

    CLI::App* policy = program_.add_subcommand("policy", "Write policies");
    policy->require_subcommand(1);
    policy->get_formatter()->column_width(flag_column);
    CLI::App* from_trail = with_data(
        add(*policy, "from-trail", "Write the least that a recorded run needed",
            [](const Given& given) { return print_trail_policy(given.data, given.from_trail); }));
    from_trail->add_option("--file", given_.from_trail.file, "A recording, as serve makes");
    from_trail->add_option("--principal", given_.from_trail.principal, "Whose calls: an ARN");
    from_trail->add_option("--since", given_.from_trail.since, "Of the last 45s, 90m, 12h, 30d");
    from_trail->add_option("--widen", given_.from_trail.widen, "ARN with wildcards to take");

    CLI::App* audit =
        with_data(add(program_, "audit", "Print the changes of identity", [](const Given& given) {
          return print_audit(given.data, given.audit, given.as_json);
        }));
    audit->add_option("--since", given_.audit.since, "Of the last 45s, 90m, 12h, 30d");
    audit->add_option("--account", given_.audit.account, "Whose identities were changed");
    audit->add_option("--principal", given_.audit.principal, "Who changed them: an ARN");
    audit->add_option("--limit", given_.audit.limit, "How many, of the newest (100)")
        ->check(CLI::Range(1, 10'000));
    audit->add_flag("--json", given_.as_json, "As JSON");
  }

  void add_care() {
    CLI::App* fsck =
        with_data(add(program_, "fsck", "Look at every byte of a folder without a server",
                      [](const Given& given) { return examine_folder(given.data, given.repair); }));
    fsck->add_option("folder", given_.data, "The same, said without --data");
    fsck->add_flag("--repair", given_.repair, "Remove files that nothing names");
    with_data(add(program_, "du", "Print what buckets and accounts hold",
                  [](const Given& given) { return print_usage(given.data); }));
    CLI::App* backup = with_data(
        add(program_, "backup", "Bring a copy up to date, also while serving",
            [](const Given& given) { return back_up(given.data, given.copy, given.with_key); }));
    backup->add_option("to", given_.copy, "The copy's folder")->required();
    backup->add_flag("--with-key", given_.with_key, "Copy the root key, too");
    CLI::App* from_copy =
        with_data(add(program_, "restore", "Make a data folder of a copy", [](const Given& given) {
          return restore(given.copy, given.data, given.key);
        }));
    from_copy->add_option("from", given_.copy, "The copy's folder")->required();
    from_copy->add_option("--key", given_.key, "The root key, kept apart");
    add_load();
  }

  void add_load() {
    CLI::App* command =
        program_.add_subcommand("load", "Fill a bucket from files, without a server");
    command->get_formatter()->column_width(flag_column);
    CLI::Option* data =
        command->add_option("--data", given_.data, "The data folder (~/.local/share/millrace)");
    command->add_option("--config", given_.config, "A TOML file of settings, as the server's");
    command->add_option("from", given_.source, "A folder, a tar file, or - for one on stdin")
        ->required();
    command->add_option("to", given_.target, "s3://bucket/prefix")->required();
    command->callback([this, data] {
      action_ = [data](const Given& given) {
        return load(settings_from(given, data->count() > 0), given.source, given.target);
      };
    });
  }

  void add_environments() {
    CLI::App* environment =
        program_.add_subcommand("environment", "Python that some algorithms train in");
    environment->require_subcommand(1);
    environment->get_formatter()->column_width(flag_column);
    CLI::App* create =
        add(*environment, "create", "Make one, with packages that pip fetches",
            [](const Given& given) { return create_environment(given.environment, given.python); });
    create->add_option("name", given_.environment, "Which: catboost")->required();
    create->add_option("--python", given_.python, "The program that makes it (python3)");
    add(*environment, "list", "Print which there are",
        [](const Given&) { return list_environments(); });
  }

  void add_pages() {
    add(program_, "settings", "Print docs/configuration.md", [](const Given&) {
      std::fputs(settings_page().c_str(), stdout);
      return 0;
    });
    add(program_, "coverage", "Print docs/coverage.md: what works",
        [](const Given&) { return print_coverage(); });
    add(program_, "instances", "Print docs/instance_types.md", [](const Given&) {
      std::fputs(instance_page().c_str(), stdout);
      return 0;
    });
  }

  void add_internal() {
    CLI::App* supervise = add(
        program_, "supervise", "Watch over one piece of work (used by serve)",
        [](const Given& given) { return process::supervise(given.folder, base::SystemClock()); });
    supervise->add_option("--folder", given_.folder, "The work's folder")->required();
  }

  CLI::App program_;
  Given given_;
  Action action_;
};

// `millrace train ...` is the other program's business; it links the heavy libraries so that this
// one starts at once.
bool is_for_work(int argument_count, char** arguments) {
  return argument_count > 1 &&
         (std::string_view(arguments[1]) == "train" || std::string_view(arguments[1]) == "predict");
}

int run_work(char** arguments) {
  const std::string program = work_program();
  execv(program.c_str(), arguments);
  std::perror(("millrace: " + program).c_str());
  return 1;
}

}  // namespace

int run(int argument_count, char** arguments) {
  if (is_for_work(argument_count, arguments)) return run_work(arguments);
  return CommandLine().run(argument_count, arguments);
}

}  // namespace millrace::app
