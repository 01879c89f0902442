// The settings file: what it accepts, and how it says what is wrong.
#include "app/settings.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace millrace::app {
namespace {

class SettingsFile : public testing::Test {
 protected:
  std::string write(const std::string& text) {
    const std::string path = testing::TempDir() + "settings_" + std::to_string(getpid()) + ".toml";
    std::ofstream(path) << text;
    return path;
  }
  std::string refusal(const std::string& text) {
    Settings settings;
    try {
      read_settings_file(settings, write(text));
    } catch (const SettingsError& error) {
      return error.what();
    }
    return "accepted";
  }
};

TEST_F(SettingsFile, every_documented_default_is_accepted_and_is_the_default) {
  std::string text;
  for (const auto& doc : setting_docs())
    text += std::string(doc.key) + " = " + std::string(doc.otherwise) + "\n";
  Settings settings;
  read_settings_file(settings, write(text));
  const Settings untouched;
  EXPECT_EQ(settings.port, untouched.port);
  EXPECT_EQ(settings.account, untouched.account);
  EXPECT_EQ(settings.region, untouched.region);
  EXPECT_EQ(settings.auth, untouched.auth);
  EXPECT_EQ(settings.virtual_clock, untouched.virtual_clock);
  EXPECT_EQ(settings.end_jobs_on_stop, untouched.end_jobs_on_stop);
  EXPECT_EQ(settings.ignore_unknown_members, untouched.ignore_unknown_members);
  EXPECT_EQ(settings.hold_ms, untouched.hold_ms);
  EXPECT_EQ(settings.workers, untouched.workers);
  EXPECT_EQ(settings.slots, untouched.slots);
  EXPECT_EQ(settings.log, untouched.log);
}

TEST_F(SettingsFile, an_unknown_key_is_named_with_its_line) {
  EXPECT_NE(refusal("port = 1\nprot = 2\n").find("line 2: there is no setting 'prot'"),
            std::string::npos);
}

TEST_F(SettingsFile, wrong_types_and_bounds_say_what_is_right) {
  EXPECT_NE(refusal("port = \"x\"").find("port must be a whole number"), std::string::npos);
  EXPECT_NE(refusal("port = 70000").find("port must be from 0 to 65535"), std::string::npos);
  EXPECT_NE(refusal("auth = \"maybe\"").find("auth must be \"on\" or \"off\""), std::string::npos);
  EXPECT_NE(refusal("account = \"12\"").find("twelve digits"), std::string::npos);
  EXPECT_NE(refusal("port = [1]").find("port"), std::string::npos);
  EXPECT_NE(refusal("port = ").find("line 1"), std::string::npos);
}

}  // namespace
}  // namespace millrace::app
