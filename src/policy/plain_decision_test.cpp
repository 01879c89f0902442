// The decision agrees with a plain specification of it, written apart from it
// (testing/plain_decision.hpp), on policies and requests by chance. MILLRACE_CASES says how many a
// run has, MILLRACE_SEED with which it begins.
#include "policy/testing/plain_decision.hpp"

#include "base/testing/survival.hpp"
#include "policy/testing/any_case.hpp"
#include "policy/testing/asked_case.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <string>

namespace millrace::policy {
namespace {

using testing::Case;
using testing::Outcome;
using testing::Trusted;

constexpr std::uint64_t cases_of_a_test = 3000;
constexpr std::uint64_t most_disagreements = 5;

std::uint64_t cases() {
  const char* asked = std::getenv("MILLRACE_CASES");
  return asked == nullptr ? cases_of_a_test : std::stoull(asked);
}

// Two ways to the same answer; the first has none where a policy is refused when it is put.
template <class Answer>
struct Comparison {
  Case (*draw)(std::uint64_t seed);
  std::optional<Answer> (*fast)(const Case&);
  Answer (*plain)(const Case&);

  [[nodiscard]] bool differs(const Case& one) const {
    try {
      const auto found = fast(one);
      return found && *found != plain(one);
    } catch (const std::exception&) {
      return false;  // made smaller until it was no policy any more
    }
  }

  // With nothing left in it that does not matter.
  [[nodiscard]] Case smallest(Case found) const {
    for (bool smaller = true; smaller;) {
      smaller = false;
      for (Case& one : testing::smaller_cases(found)) {
        if (!differs(one)) continue;
        found = std::move(one);
        smaller = true;
        break;
      }
    }
    return found;
  }

  void show(std::uint64_t seed, const Case& found) const {
    // A run that ends with its first failure has no time to look into it.
    const Case one = GTEST_FLAG_GET(fail_fast) ? found : smallest(found);
    const auto answer = fast(one);
    ADD_FAILURE() << "MILLRACE_SEED=" << seed << " MILLRACE_CASES=1: "
                  << (answer ? "decided " + std::to_string(static_cast<int>(*answer)) : "refused")
                  << ", specified " << static_cast<int>(plain(one)) << "\n"
                  << testing::text_of(one);
  }

  // How often each answer was specified.
  [[nodiscard]] std::map<Answer, std::uint64_t> run() const {
    const std::uint64_t first = base::testing::first_seed();
    std::map<Answer, std::uint64_t> counts;
    std::uint64_t disagreements = 0;
    for (std::uint64_t seed = first; seed < first + cases(); ++seed) {
      const Case one = draw(seed);
      const Answer wanted = plain(one);
      ++counts[wanted];
      // What is drawn is within the grammar, and refused by nobody.
      if (fast(one) == wanted) continue;
      show(seed, one);
      if (++disagreements == most_disagreements || GTEST_FLAG_GET(fail_fast)) break;
    }
    return counts;
  }
};

TEST(PlainDecision, AgreesOnCasesByChance) {
  const Comparison<Outcome> comparison{
      .draw = testing::any_case, .fast = testing::fast_decision, .plain = testing::plain_decision};
  auto counts = comparison.run();
  std::cout << counts[Outcome::allowed] << " allowed, " << counts[Outcome::implicit_deny]
            << " denied implicitly, " << counts[Outcome::explicit_deny] << " explicitly\n";
}

TEST(PlainDecision, AgreesOnTrustByChance) {
  const Comparison<Trusted> comparison{
      .draw = testing::any_trust_case, .fast = testing::fast_trust, .plain = testing::plain_trust};
  auto counts = comparison.run();
  std::cout << counts[Trusted::by_name] << " named, " << counts[Trusted::by_account]
            << " by their account, " << counts[Trusted::denied] << " denied\n";
}

}  // namespace
}  // namespace millrace::policy
