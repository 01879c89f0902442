// The lines of AWS's own algorithms, to the letter.
#include "learn/metric_log.hpp"

#include <gtest/gtest.h>

namespace millrace::learn {
namespace {

TEST(MetricLog, PrintsNumbersAsPythonDoes) {
  EXPECT_EQ(number_text(1), "1.0");
  EXPECT_EQ(number_text(-3), "-3.0");
  EXPECT_EQ(number_text(0), "0.0");
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(100'000), "100000.0");
  EXPECT_EQ(number_text(0.0001), "0.0001");
  EXPECT_EQ(number_text(1e-5), "1e-05");
  EXPECT_EQ(number_text(2.294182951069527e-05), "2.294182951069527e-05");
  EXPECT_EQ(number_text(1e16), "1e+16");
  EXPECT_EQ(number_text(100.0 / 15), "6.666666666666667");
}

TEST(MetricLog, HasTheLinesOfTheContainers) {
  EXPECT_EQ(quality_line("epoch=14, validation mse_objective <loss>", 88.5),
            "#quality_metric: host=algo-1, epoch=14, validation mse_objective <loss>=88.5");
  EXPECT_EQ(score_line("validation", "recall", 1), "#validation_score (algo-1) : ('recall', 1.0)");
  EXPECT_EQ(progress_line(100), "#progress_metric: host=algo-1, completed 100.0 % of epochs");
  EXPECT_EQ(throughput_line(195.125),
            "#throughput_metric: host=algo-1, train throughput=195.125 records/second");
}

}  // namespace
}  // namespace millrace::learn
