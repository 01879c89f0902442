// The lines in which AWS's own algorithms report to the log; a job's metrics are read from them.
#pragma once

#include <string>
#include <string_view>

namespace millrace::learn {

// #quality_metric: host=algo-1, test msd <loss>=1.5; `what` is "test msd <loss>", or
// "epoch=0, train mse <loss>".
[[nodiscard]] std::string quality_line(std::string_view what, double value);
// #test_score (algo-1) : ('accuracy', 0.98); `part` is "test".
[[nodiscard]] std::string score_line(std::string_view part, std::string_view what, double value);
[[nodiscard]] std::string progress_line(double percent);
// As Python, which these algorithms are written in, prints a float: "100.0", "1e-05".
[[nodiscard]] std::string number_text(double value);
[[nodiscard]] std::string throughput_line(double records_per_second);

}  // namespace millrace::learn
