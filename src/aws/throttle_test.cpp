// Rates of requests: how they are written, and which request is one too many.
#include "aws/throttle.hpp"

#include "base/virtual_clock.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

int admitted(Throttle& throttle, const std::string& who, const std::string& operation, int asked) {
  int count = 0;
  for (int i = 0; i < asked; ++i) count += throttle.admits(who, "sagemaker", operation) ? 1 : 0;
  return count;
}

TEST(Rates, AreReadWithAndWithoutBursts) {
  const Rates rates = parse_rates(" sagemaker:Create*=2/10  s3=3500 *=0.5");
  ASSERT_EQ(rates.size(), 3U);
  EXPECT_EQ(rates[0].pattern, "sagemaker:Create*");
  EXPECT_EQ(rates[0].per_s, 2);
  EXPECT_EQ(rates[0].burst, 10);
  EXPECT_EQ(rates[1].pattern, "s3:*");
  EXPECT_EQ(rates[1].burst, 3500);
  EXPECT_EQ(rates[2].pattern, "*");
  EXPECT_EQ(rates[2].burst, 1);
  EXPECT_TRUE(parse_rates("").empty());
}

TEST(Rates, SayWhatIsWrongWithThem) {
  for (const char* wrong : {"s3", "=5", "s3=", "s3=fast", "s3=0", "s3=-1", "s3=1/0.5", "s3=1/x",
                            "s3=10000000", "s3=nan", "s3=inf"}) {
    EXPECT_THROW(static_cast<void>(parse_rates(wrong)), BadRates) << wrong;
  }
}

TEST(Throttle, AdmitsABurstAndThenTheRate) {
  base::ManualClock clock;
  Throttle throttle(parse_rates("sagemaker:Create*=2/5"), clock);
  EXPECT_EQ(admitted(throttle, "ann", "CreateModel", 20), 5);
  clock.advance(milliseconds(499));
  EXPECT_EQ(admitted(throttle, "ann", "CreateModel", 1), 0);
  clock.advance(milliseconds(1));
  EXPECT_EQ(admitted(throttle, "ann", "CreateModel", 5), 1);
  clock.advance(seconds(1000));
  EXPECT_EQ(admitted(throttle, "ann", "CreateModel", 20), 5);
}

TEST(Throttle, CountsEachPrincipalAndOperationApart) {
  base::ManualClock clock;
  Throttle throttle(parse_rates("sagemaker=1"), clock);
  EXPECT_EQ(admitted(throttle, "ann", "CreateModel", 3), 1);
  EXPECT_EQ(admitted(throttle, "bob", "CreateModel", 3), 1);
  EXPECT_EQ(admitted(throttle, "ann", "DescribeModel", 3), 1);
}

TEST(Throttle, TheFirstRateThatFitsHolds) {
  base::ManualClock clock;
  Throttle throttle(parse_rates("sagemaker:ListModels=3 sagemaker=1"), clock);
  EXPECT_EQ(admitted(throttle, "ann", "ListModels", 9), 3);
  EXPECT_EQ(admitted(throttle, "ann", "DescribeModel", 9), 1);
  EXPECT_TRUE(throttle.admits("ann", "s3", "GetObject"));
  EXPECT_EQ(admitted(throttle, "ann", "ListModels", 9), 0);
}

TEST(Throttle, WithoutRatesAdmitsAll) {
  base::ManualClock clock;
  Throttle throttle({}, clock);
  EXPECT_EQ(admitted(throttle, "ann", "ListModels", 100'000), 100'000);
}

TEST(Throttle, HoldsNoMoreBucketsThanItsBound) {
  base::ManualClock clock;
  Throttle throttle(parse_rates("sagemaker=1/2"), clock);
  for (std::size_t i = 0; i < Throttle::most_buckets + 100; ++i)
    EXPECT_TRUE(throttle.admits("user" + std::to_string(i), "sagemaker", "ListModels"));
  // The last ones are known still.
  const std::string last = "user" + std::to_string(Throttle::most_buckets + 99);
  EXPECT_EQ(admitted(throttle, last, "ListModels", 5), 1);
}

}  // namespace
}  // namespace millrace::aws
