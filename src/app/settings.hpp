// What the operator chooses: one TOML file, every key documented here, flags above it.
#pragma once

#include "base/log.hpp"

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

namespace millrace::app {

struct Settings {
  std::string data;
  std::int64_t port = 4566;
  std::string account = "000000000000";
  std::string region = "us-east-1";
  bool auth = true;
  bool virtual_clock = false;
  bool end_jobs_on_stop = false;
  bool ignore_unknown_members = false;
  std::int64_t hold_ms = 50'000;
  std::int64_t loops = 0;  // 0: half the cores, at least one
  std::int64_t workers = 64;
  std::int64_t slots = 0;  // 0: cores
  std::int64_t check_mib_per_s = 8;
  bool encrypts_by_default = false;
  std::string issuer_keys;  // empty: DATA/issuer-keys
  bool tls_only = false;
  std::string rates;   // as aws::parse_rates reads it
  std::string record;  // a file; empty: none
  base::Level log = base::Level::info;
};

// What the operator wrote is wrong; the text says where and how to mend it.
struct SettingsError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using SettingValue = std::variant<bool, std::int64_t, std::string>;

struct SettingDoc {
  std::string_view key;
  std::string_view otherwise;  // the default, as it would be written
  std::string_view sentence;
  void (*apply)(Settings& settings, const SettingValue& value);  // throws SettingsError
};
[[nodiscard]] std::span<const SettingDoc> setting_docs();

// $XDG_DATA_HOME/millrace, else ~/.local/share/millrace.
[[nodiscard]] std::string default_data_folder();
// Applies a file's keys; throws SettingsError for an unknown key, a wrong type or an unreadable
// file.
void read_settings_file(Settings& settings, const std::string& path);
// Applies one "key" as given by a flag.
void set(Settings& settings, std::string_view key, const SettingValue& value);
// docs/configuration.md
[[nodiscard]] std::string settings_page();

}  // namespace millrace::app
