// What a decision costs: `millrace-decision-speed USERS` prints, as JSON, the CPU microseconds of a
// decision about a user with twenty policies, of its signature and decision together with keys
// cached, and of both again among USERS users and roles in many accounts, each asked in turn.
#include "aws/authentication.hpp"
#include "base/hash.hpp"
#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "identity/grants.hpp"
#include "identity/testing/running.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace millrace::bench {
namespace {

using identity::Authority;
using identity::Holder;
using identity::HolderName;

constexpr std::size_t attached_policies = 10;
constexpr std::size_t inline_policies = 10;
constexpr std::size_t principals_per_account = 2'000;
const std::string first_account = "100000000000";

std::string account_number(std::size_t number) { return std::to_string(100'000'000'000 + number); }

std::string statement(const std::string& action, const std::string& resource) {
  return R"({"Effect":"Allow","Action":[)" + action + R"(],"Resource":")" + resource + "\"}";
}

// As users write them: some services each, a few statements, conditions and variables.
std::string document(std::size_t number) {
  const std::string service = "service" + std::to_string(number);
  const std::string bucket = "arn:aws:s3:::bucket-" + std::to_string(number);
  return R"({"Version":"2012-10-17","Statement":[)" +
         statement("\"" + service + ":Get*\",\"" + service + ":List*\",\"" + service + ":Create\"",
                   "*") +
         "," + statement(R"("s3:GetObject","s3:PutObject","s3:ListBucket")", bucket + "/*") + "," +
         statement(R"("s3:*")", "arn:aws:s3:::home/${aws:username}/*") +
         R"(,{"Effect":"Deny","Action":"s3:Delete*","Resource":"*","Condition":)"
         R"({"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]})";
}

// All that is put into one user may have 2,048 characters.
std::string small_document(std::size_t number) {
  const std::string service = "service" + std::to_string(number);
  return R"({"Version":"2012-10-17","Statement":[)" +
         statement("\"" + service + ":Get*\",\"" + service + ":List*\"", "*") + "]}";
}

double cpu_us() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

// The least of some rounds: what else the machine does only adds.
template <class Once>
double least_us(std::size_t times, const Once& once) {
  constexpr int rounds = 5;
  double least = 1e12;
  for (int round = 0; round < rounds; ++round) {
    const double began = cpu_us();
    for (std::size_t i = 0; i < times; ++i) once(i);
    least = std::min(least, (cpu_us() - began) / static_cast<double>(times));
  }
  return least;
}

struct Caller {
  identity::AccessKey key;
  http::Request request;
};

class Speed {
 public:
  Speed() : running_(files_, clock_, random_) {}

  Caller make_user(const std::string& account, const std::string& name) {
    identity::Roster& roster = running_.directory.roster;
    roster.create(identity::User{.entity = {.account = account, .name = name}});
    const HolderName who{Holder::user, account, name};
    for (std::size_t i = 0; i < inline_policies; ++i) {
      put_inline(roster, who, "p" + std::to_string(i), small_document(i));
    }
    for (std::size_t i = 0; i < attached_policies; ++i) attach(roster, who, managed(account, i));
    return signed_by(running_.directory.keys.create(account, name));
  }

  // Signed as the SDKs sign a GetObject; the same each time, as wrk sends it.
  Caller signed_by(identity::AccessKey key) {
    Caller caller{.key = std::move(key), .request = {}};
    http::Request& request = caller.request;
    request.method = "GET";
    request.target = request.path = "/bucket-19/some/key";
    request.remote_address = "10.1.2.3";
    const std::string now = base::basic_iso8601(clock_.wall());
    request.headers.add("host", "localhost:8600");
    request.headers.add("user-agent",
                        "Boto3/1.40.0 md/Botocore#1.40.0 ua/2.1 os/linux lang/python");
    request.headers.add("x-amz-date", now);
    request.headers.add("x-amz-content-sha256", empty);
    request.headers.add("authorization",
                        "AWS4-HMAC-SHA256 Credential=" + caller.key.id + "/" + now.substr(0, 8) +
                            "/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;"
                            "x-amz-date, Signature=" +
                            std::string(64, '0'));
    const auto signature = aws::parse_signature(request);
    const auto signing = signing_.key(caller.key.id, caller.key.secret, signature->scope);
    const std::string right = aws::sign(
        signing->ready,
        string_to_sign(*signature,
                       canonical_request(request, *signature, aws::PathStyle::as_sent, empty)));
    std::string line(request.headers.get("authorization"));
    line.replace(line.size() - right.size(), right.size(), right);
    request.headers.set("authorization", line);
    return caller;
  }

  policy::Question question(policy::Principal principal) const {
    return {.principal = std::move(principal),
            .action = "s3:GetObject",
            .resource = "arn:aws:s3:::bucket-19/some/key",
            .conditions = {{"aws:SourceIp", {"10.1.2.3"}},
                           {"aws:SecureTransport", {"false"}},
                           {"aws:RequestedRegion", {"us-east-1"}},
                           {"aws:ViaAWSService", {"false"}},
                           {"aws:UserAgent", {"Boto3/1.40.0 md/Botocore#1.40.0 ua/2.1 os/linux"}}}};
  }

  void sign_and_decide(const Caller& caller) {
    const auto signature = aws::parse_signature(caller.request);
    auto credential = aws::find_credential(*signature, authority(), clock_);
    const auto key = signing_.key(signature->access_key_id, credential.secret, signature->scope);
    aws::check_signature(caller.request, *signature, key->ready, empty);
    require(authority().decide(question(std::move(credential.principal))).allowed());
  }

  static void require(bool holds) {
    if (!holds) std::abort();
  }

  Authority& authority() { return *running_.authority; }

  void make_bystander(const std::string& account, const std::string& name) {
    running_.directory.roster.create(identity::User{.entity = {.account = account, .name = name}});
  }

  // As after a start: what is asked first reads the account.
  void forget(const std::string& account) { running_.directory.roster.forget(account); }

  void make_role(const std::string& account, const std::string& name) {
    identity::Role role{.entity = {.account = account, .name = name}};
    role.trust = trust_;
    running_.directory.roster.create(role);
  }

 private:
  std::string managed(const std::string& account, std::size_t number) {
    const std::string name = "managed" + std::to_string(number);
    const std::string arn = "arn:aws:iam::" + account + ":policy/" + name;
    if (std::find(made_.begin(), made_.end(), arn) == made_.end()) {
      identity::ManagedPolicy policy{.entity = {.account = account, .name = name}};
      policy.versions.push_back({.number = 1,
                                 .text = identity::policy_text(document(inline_policies + number),
                                                               policy::PolicyKind::managed)});
      running_.directory.roster.create(policy);
      made_.push_back(arn);
    }
    return arn;
  }

  const std::string empty = base::sha256_hex("");
  base::testing::MemoryFiles files_;
  base::ManualClock clock_;
  base::SeededRandom random_{1};
  identity::testing::Running running_;
  aws::SigningKeys signing_;
  std::vector<std::string> made_;
  const identity::PolicyText trust_ = identity::policy_text(
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",)"
      R"("Principal":{"Service":"sagemaker.amazonaws.com"}}})",
      policy::PolicyKind::trust);
};

int measure(std::size_t crowd) {
  constexpr std::size_t times = 20'000;
  Speed speed;
  const Caller caller = speed.make_user(first_account, "ann");
  const auto credential = speed.authority().credential(caller.key.id);
  const policy::Question question = speed.question(credential->principal);
  const double decision = least_us(
      times, [&](std::size_t) { Speed::require(speed.authority().decide(question).allowed()); });
  const double both = least_us(times, [&](std::size_t) { speed.sign_and_decide(caller); });

  // One of each account's users is asked about in turn too, so that nothing of them is in the
  // caches.
  std::vector<Caller> some;
  for (std::size_t made = 0; made < crowd; made += principals_per_account) {
    const std::string account = account_number(1 + made / principals_per_account);
    some.push_back(speed.make_user(account, "ann"));
    for (std::size_t i = 1; i < principals_per_account && made + i < crowd; ++i) {
      const std::string name = "name" + std::to_string(i);
      if (i % 2 == 0) speed.make_role(account, name);
      if (i % 2 == 1) speed.make_bystander(account, name);
    }
  }
  some.push_back(caller);
  const double crowded = least_us(times, [&](std::size_t) { speed.sign_and_decide(caller); });
  const double in_turn =
      least_us(times, [&](std::size_t i) { speed.sign_and_decide(some[i % some.size()]); });
  const double first_touch = least_us(some.size(), [&](std::size_t i) {
    speed.forget(some[i].key.account);
    speed.sign_and_decide(some[i]);
  });
  std::printf(
      "{\"decision_us\": %.3f, \"both_us\": %.3f, \"crowded_us\": %.3f, \"in_turn_us\": %.3f, "
      "\"first_touch_us\": %.0f}\n",
      decision, both, crowded, in_turn, first_touch);
  return 0;
}

}  // namespace
}  // namespace millrace::bench

int main(int argc, char** argv) {
  const std::size_t crowd = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0;
  return millrace::bench::measure(crowd);
}
