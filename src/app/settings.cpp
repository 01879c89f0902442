// The list of settings is written once and drives the file, the flags and the manual's page.
#include "app/settings.hpp"

#include "aws/throttle.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <cstdlib>

namespace millrace::app {

namespace {

template <class T>
const T& as(const SettingValue& value, const char* kind) {
  const T* typed = std::get_if<T>(&value);
  if (!typed) throw SettingsError(std::string("must be ") + kind);
  return *typed;
}

const std::string& text(const SettingValue& value) { return as<std::string>(value, "a text"); }

std::int64_t number(const SettingValue& value, std::int64_t least, std::int64_t most) {
  const std::int64_t given = as<std::int64_t>(value, "a whole number");
  if (given < least || given > most) {
    throw SettingsError("must be from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return given;
}

// Position of the text among two words.
bool second_of(const SettingValue& value, std::string_view first, std::string_view second) {
  if (text(value) != first && text(value) != second) {
    throw SettingsError("must be \"" + std::string(first) + "\" or \"" + std::string(second) +
                        "\"");
  }
  return text(value) == second;
}

void apply_account(Settings& settings, const SettingValue& value) {
  const std::string& id = text(value);
  const bool digits = id.find_first_not_of("0123456789") == std::string::npos;
  if (id.size() != 12 || !digits) throw SettingsError("must have twelve digits");
  settings.account = id;
}

void apply_region(Settings& settings, const SettingValue& value) {
  if (text(value).empty()) throw SettingsError("must not be empty");
  settings.region = text(value);
}

void apply_log(Settings& settings, const SettingValue& value) {
  constexpr std::string_view names[] = {"debug", "info", "warning", "error"};
  const auto* found = std::find(std::begin(names), std::end(names), text(value));
  if (found == std::end(names))
    throw SettingsError("must be \"debug\", \"info\", \"warning\" or \"error\"");
  settings.log = static_cast<base::Level>(found - std::begin(names));
}

void apply_rates(Settings& settings, const SettingValue& value) try {
  static_cast<void>(aws::parse_rates(text(value)));
  settings.rates = text(value);
} catch (const aws::BadRates& bad) {
  throw SettingsError(std::string("is wrong: ") + bad.what());
}

constexpr SettingDoc docs[] = {
    {"data", "\"~/.local/share/millrace\"",
     "The folder that holds everything; made when it is missing.",
     [](Settings& s, const SettingValue& v) { s.data = text(v); }},
    {"port", "4566", "The port on 127.0.0.1 and ::1; 0 picks a free one.",
     [](Settings& s, const SettingValue& v) { s.port = number(v, 0, 65535); }},
    {"account", "\"000000000000\"", "The number of the first account, made at first start.",
     apply_account},
    {"region", "\"us-east-1\"", "The region of requests that name none.", apply_region},
    {"auth", "\"on\"",
     "Whether signatures and permissions are checked: \"on\", or \"off\" for test suites with keys "
     "of their own.",
     [](Settings& s, const SettingValue& v) { s.auth = !second_of(v, "on", "off"); }},
    {"clock", "\"system\"",
     "\"virtual\" lets `millrace clock advance` move the time of schedules and expiries forward.",
     [](Settings& s, const SettingValue& v) {
       s.virtual_clock = second_of(v, "system", "virtual");
     }},
    {"on_stop", "\"keep\"",
     "What happens to running jobs when the server stops: they go on (\"keep\") or are ended "
     "(\"end\").",
     [](Settings& s, const SettingValue& v) { s.end_jobs_on_stop = second_of(v, "keep", "end"); }},
    {"unknown_members", "\"refuse\"",
     "Members of a request that no model knows: \"refuse\" by name, or \"ignore\" as AWS does.",
     [](Settings& s, const SettingValue& v) {
       s.ignore_unknown_members = second_of(v, "refuse", "ignore");
     }},
    {"hold_ms", "50000",
     "How long a waiter's Describe is held until the status changes; 0 answers at once.",
     [](Settings& s, const SettingValue& v) { s.hold_ms = number(v, 0, 55'000); }},
    {"loops", "0", "Event loops; 0 means half the cores, at least one.",
     [](Settings& s, const SettingValue& v) { s.loops = number(v, 0, 256); }},
    {"workers", "64", "Threads for what blocks.",
     [](Settings& s, const SettingValue& v) { s.workers = number(v, 1, 4096); }},
    {"slots", "0", "Jobs that run at once; 0 means one per core.",
     [](Settings& s, const SettingValue& v) { s.slots = number(v, 0, 4096); }},
    {"check_mib_per_s", "8",
     "How many MiB of stored bytes are compared with their checksums each second, all of them once "
     "a day at most; 0 compares only what is read.",
     [](Settings& s, const SettingValue& v) { s.check_mib_per_s = number(v, 0, 65'536); }},
    {"default_encryption", "\"none\"",
     "How objects lie on the disk in buckets without an encryption of their own: \"none\", plain, "
     "which is fastest, or \"AES256\", encrypted, as AWS does.",
     [](Settings& s, const SettingValue& v) {
       s.encrypts_by_default = second_of(v, "none", "AES256");
     }},
    {"issuer_keys", "\"\"",
     "The folder with the keys of OpenID Connect issuers, as JSON web key sets: HOST/PATH.json for "
     "https://HOST/PATH; empty means issuer-keys in the data folder.",
     [](Settings& s, const SettingValue& v) { s.issuer_keys = text(v); }},
    {"tls", "\"optional\"",
     "\"required\" refuses whatever comes by plain HTTP, but `/_millrace/`, as a policy that "
     "denies "
     "by aws:SecureTransport would.",
     [](Settings& s, const SettingValue& v) { s.tls_only = second_of(v, "optional", "required"); }},
    {"rates", "\"\"",
     "How many requests a second each principal may make of each operation, beyond which AWS's "
     "throttling errors answer: pairs `service=RATE` or `service:Operation=RATE/BURST`, with "
     "wildcards, parted by blanks; the first that fits holds (\"sagemaker:Create*=2/10 s3=3500\"). "
     "Without any, nothing is throttled.",
     apply_rates},
    {"record", "\"\"",
     "A file to which each request adds a line: who, when, what was allowed and refused. `millrace "
     "policy from-trail` reads it.",
     [](Settings& s, const SettingValue& v) { s.record = text(v); }},
    {"log", "\"info\"",
     "The least level that the server's log shows: \"debug\", \"info\", \"warning\" or \"error\".",
     apply_log},
};

const SettingDoc& doc_of(std::string_view key) {
  const auto* found = std::find_if(std::begin(docs), std::end(docs),
                                   [&](const auto& doc) { return doc.key == key; });
  if (found == std::end(docs))
    throw SettingsError("there is no setting '" + std::string(key) + "'");
  return *found;
}

SettingValue value_of(std::string_view key, const toml::node& node) {
  if (const auto flag = node.value_exact<bool>()) return *flag;
  if (const auto whole = node.value_exact<std::int64_t>()) return *whole;
  if (const auto words = node.value_exact<std::string>()) return *words;
  throw SettingsError(std::string(key) + " must be a text, a whole number or true or false");
}

}  // namespace

std::span<const SettingDoc> setting_docs() { return docs; }

std::string default_data_folder() {
  if (const char* folder = std::getenv("XDG_DATA_HOME"); folder && *folder)
    return std::string(folder) + "/millrace";
  const char* home = std::getenv("HOME");
  return std::string(home ? home : ".") + "/.local/share/millrace";
}

void set(Settings& settings, std::string_view key, const SettingValue& value) {
  const SettingDoc& doc = doc_of(key);
  try {
    doc.apply(settings, value);
  } catch (const SettingsError& error) {
    throw SettingsError(std::string(key) + " " + error.what());
  }
}

void read_settings_file(Settings& settings, const std::string& path) try {
  const toml::table table = toml::parse_file(path);
  for (const auto& [key, node] : table) {
    try {
      set(settings, key.str(), value_of(key.str(), node));
    } catch (const SettingsError& error) {
      throw SettingsError(path + ", line " + std::to_string(node.source().begin.line) + ": " +
                          error.what());
    }
  }
} catch (const toml::parse_error& error) {
  throw SettingsError(path + ", line " + std::to_string(error.source().begin.line) + ": " +
                      std::string(error.description()));
}

std::string settings_page() {
  std::string page =
      "# Configuration\n\n"
      "`millrace serve --config FILE` reads one TOML file; a key that is not in this table is an "
      "error. Flags win over the file.\n"
      "This page is printed by `millrace settings`.\n\n"
      "| key | default | what it does |\n|---|---|---|\n";
  for (const SettingDoc& doc : docs) {
    page += "| `" + std::string(doc.key) + "` | `" + std::string(doc.otherwise) + "` | " +
            std::string(doc.sentence) + " |\n";
  }
  return page;
}

}  // namespace millrace::app
