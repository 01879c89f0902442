// For tests: an account's identities on files in memory, started anew at will.
#pragma once

#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "identity/directory.hpp"
#include "identity/grants.hpp"
#include "identity/testing/running.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace millrace::identity::testing {

inline const std::string account = "123456789012";

inline std::string allow(const std::string& action, const std::string& resource = "*") {
  return R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":")" + action +
         R"(","Resource":")" + resource + R"("}})";
}

inline std::string trust(const std::string& principal, const std::string& more = "") {
  return R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],)"
         R"("Principal":)" +
         principal + more + "}}";
}

constexpr const char* sagemaker = R"({"Service":"sagemaker.amazonaws.com"})";

class DirectoryFixture : public ::testing::Test {
 protected:
  DirectoryFixture() { start(); }

  void start() {
    running_.reset();
    running_ = std::make_unique<Running>(files_, clock_, random_);
  }
  Directory& directory() { return running_->directory; }
  Roster& roster() { return running_->directory.roster; }
  Authority& authority() { return *running_->authority; }

  void create_user(const std::string& name) {
    roster().create(
        User{.entity = Entity{.account = account, .name = name, .tags = {{"team", "blue"}}}});
  }
  void create_group(const std::string& name) {
    roster().create(Group{.entity = Entity{.account = account, .name = name}, .grants = {}});
  }
  std::string create_role(const std::string& name, const std::string& trust_document) {
    Role role{.entity = Entity{.account = account, .name = name}};
    role.trust = policy_text(trust_document, policy::PolicyKind::trust);
    return roster().create(role).entity.arn;
  }
  policy::Principal user(const std::string& name) {
    return authority().credential(directory().keys.create(account, name).id)->principal;
  }
  bool allowed(const policy::Principal& who, const std::string& action,
               const std::string& resource = "*") {
    return authority().decide({.principal = who, .action = action, .resource = resource}).allowed();
  }
  std::string assume_error(const AssumeRequest& request) {
    try {
      (void)authority().assume(request);
    } catch (const CannotAssume& error) {
      return error.what();
    }
    return "assumed";
  }

  static HolderName holder(const std::string& name) { return {Holder::user, account, name}; }

  base::testing::MemoryFiles files_;
  base::ManualClock clock_;
  base::SeededRandom random_{1};
  std::unique_ptr<Running> running_;
};

}  // namespace millrace::identity::testing
