// Ends of works and what they mean; metrics out of lines; a job's document read back.
#include "jobs/outcome.hpp"

#include "base/json.hpp"
#include "jobs/metric_scanner.hpp"

#include <gtest/gtest.h>

namespace millrace::jobs {
namespace {

using process::State;
using process::StopReason;

TEST(Outcome, FollowsExitAndReason) {
  EXPECT_EQ(outcome_of(State{.exit_code = 0}, Status::in_progress).stage, Stage::completed);
  EXPECT_EQ(
      outcome_of(State{.stop_reason = StopReason::runtime, .exit_code = 0}, Status::stopping).stage,
      Stage::max_runtime_exceeded);
  EXPECT_EQ(
      outcome_of(State{.stop_reason = StopReason::asked, .signal = 9}, Status::stopping).stage,
      Stage::stopped);
  EXPECT_EQ(outcome_of(State{.exit_code = 0}, Status::stopping).stage, Stage::stopped);
}

TEST(Outcome, GivesTheWorksOwnReason) {
  EXPECT_EQ(
      outcome_of(State{.exit_code = 1, .failure = "ClientError: no rows\n"}, Status::in_progress)
          .failure,
      "ClientError: no rows, exit code: 1");
  EXPECT_EQ(outcome_of(State{.exit_code = 2, .failure = "oh"}, Status::in_progress).failure,
            "AlgorithmError: oh, exit code: 2");
  EXPECT_EQ(outcome_of(State{.signal = 9}, Status::in_progress).failure,
            "AlgorithmError: , exit code: 137");
}

TEST(Outcome, CutsLongReasonsBetweenCharacters) {
  std::string reason(failure_characters - 1, 'a');
  reason += "\xC3\xA9 and more";
  EXPECT_EQ(failed(reason).failure, std::string(failure_characters - 1, 'a'));
}

TEST(MetricScanner, FindsEveryValue) {
  MetricScanner scanner(
      {{"validation:auc", R"(validation-auc:([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?))"},
       {"broken", "(["},
       {"loss", "loss=([0-9.]+)"}});
  const auto found = scanner.scan("[3]\ttrain-auc:0.5\tvalidation-auc:0.875 loss=1.5 loss=2");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].name, "validation:auc");
  EXPECT_EQ(found[0].value, 0.875);
  EXPECT_EQ(found[2].name, "loss");
  EXPECT_EQ(found[2].value, 2.0);
  EXPECT_TRUE(scanner.scan("nothing here").empty());
}

TEST(Document, ComesBackAsItWas) {
  Job job{
      .key = {"1", "r", std::string(training_kind), "n"}, .arn = "arn", .plan = {.algorithm = "x"}};
  job.plan.hyperparameters["eta"] = "0.1";
  job.plan.channels.push_back({.name = "train", .uri = "s3://b/k", .content_type = "text/csv"});
  job.plan.metrics.push_back({"m", "r"});
  enter(job.progress, Stage::starting, base::Timestamp(base::Milliseconds(5)));
  finish(job.progress, Stage::failed, base::Timestamp(base::Milliseconds(7)));
  job.progress.failure = "why";
  job.request = base::Map{{"a", 1}};
  const store::Record record = to_record(job);
  EXPECT_EQ(record.status, "Failed");
  store::Record read = record;
  read.document = base::parse_json(base::write_json(record.document));
  EXPECT_EQ(to_record(job_from(read)).document, record.document);
}

}  // namespace
}  // namespace millrace::jobs
