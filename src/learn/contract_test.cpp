// What CreateTrainingJob is told about wrong hyperparameters and images: the words are those of
// AWS's algorithm toolkit.
#include "learn/contract.hpp"

#include "learn/contract_jumpstart.hpp"
#include "learn/xgboost/contract.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace millrace::learn {
namespace {

std::string violation(HyperparameterMap given) {
  given.emplace("num_round", "10");
  return check_hyperparameters(xgboost::contract(), given).value_or("");
}

TEST(Hyperparameters, AcceptsWhatTheGuidesUse) {
  EXPECT_EQ(violation({{"max_depth", "5"},
                       {"eta", "0.2"},
                       {"gamma", "4"},
                       {"min_child_weight", "6"},
                       {"subsample", "0.8"},
                       {"verbosity", "0"},
                       {"objective", "binary:logistic"},
                       {"eval_metric", "auc,error@0.7"},
                       {"early_stopping_rounds", "5"},
                       {"learning_rate", "0.1"},
                       {"_tuning_objective_metric", "validation:auc"}}),
            "");
}

TEST(Hyperparameters, NamesWhatIsMissing) {
  EXPECT_EQ(check_hyperparameters(xgboost::contract(), {{"eta", "9"}}),
            "Missing required hyperparameter: num_round");
}

TEST(Hyperparameters, NamesWhatIsUnknown) {
  EXPECT_EQ(violation({{"depth", "5"}}), "Extraneous hyperparameter found: depth");
}

TEST(Hyperparameters, SaysWhatDoesNotParse) {
  EXPECT_EQ(violation({{"max_depth", "5.5"}}),
            "Hyperparameter max_depth: could not parse value (caused by ValueError)");
  EXPECT_EQ(violation({{"eta", "fast"}}),
            "Hyperparameter eta: could not parse value (caused by ValueError)");
}

TEST(Hyperparameters, SaysTheRangeAsPythonPrintsIt) {
  EXPECT_EQ(violation({{"max_depth", "-1"}}), "Hyperparameter max_depth: -1 is not in [0, +inf)");
  EXPECT_EQ(violation({{"learning_rate", "2"}}), "Hyperparameter eta: 2.0 is not in [0, 1]");
  EXPECT_EQ(violation({{"subsample", "0"}}), "Hyperparameter subsample: 0.0 is not in (0, 1]");
  EXPECT_EQ(violation({{"booster", "tree"}}),
            "Hyperparameter booster: tree is not in ['gbtree', 'gblinear', 'dart']");
}

TEST(Hyperparameters, HoldsRulesAcrossParameters) {
  EXPECT_EQ(violation({{"objective", "multi:softmax"}}),
            "Require input for parameter 'num_class' for multi-classification");
  EXPECT_EQ(violation({{"eval_metric", "auc"}}),
            "Metric 'auc' can only be applied for classification and ranking problems.");
  EXPECT_TRUE(
      violation({{"eval_metric", "speed"}})
          .starts_with("Hyperparameter eval_metric: value ['speed'] not in range ['accuracy', "));
}

TEST(Hyperparameters, ReadsConstraints) {
  EXPECT_EQ(violation({{"monotone_constraints", "(1, 0, -1)"}, {"tree_method", "hist"}}), "");
  EXPECT_EQ(violation({{"monotone_constraints", "(1,2)"}, {"tree_method", "hist"}}),
            "Hyperparameter monotone_constraints: value (1,2) not in range [-1, 0, 1]");
  EXPECT_EQ(violation({{"monotone_constraints", "(1,a)"}, {"tree_method", "hist"}}),
            "Hyperparameter monotone_constraints: could not parse value (caused by ValueError)");
  EXPECT_EQ(violation({{"monotone_constraints", "(1,0)"}}),
            "monotone_constraints can be used only when the tree_method parameter is set to either "
            "'exact' or 'hist'.");
}

TEST(Hyperparameters, RefusesByNameWhatIsNotBuilt) {
  EXPECT_EQ(violation({{"tree_method", "gpu_hist"}}),
            "Hyperparameter tree_method: gpu_hist is not supported: training on GPUs is not built");
  EXPECT_EQ(violation({{"_kfold", "5"}}),
            "Hyperparameter _kfold: 5 is not supported: cross validation is not built");
  EXPECT_EQ(violation({{"use_dask_gpu_training", "false"}}), "");
}

TEST(Contract, DeclaresEachParameterOnceWithASentence) {
  std::map<std::string_view, int> times;
  for (const ParameterDoc& parameter : xgboost::contract().parameters) {
    EXPECT_EQ(++times[parameter.name], 1) << parameter.name;
    EXPECT_FALSE(parameter.sentence.empty()) << parameter.name;
  }
}

TEST(Contract, FindsItsMetricsOnALogLine) {
  const std::string line = "[9]#011train-auc:0.99#011validation-auc:0.97512";
  for (const MetricDoc& metric : xgboost::contract().metrics) {
    if (metric.name != "validation:auc") continue;
    std::smatch found;
    ASSERT_TRUE(std::regex_search(line, found, std::regex(std::string(metric.regex))));
    EXPECT_EQ(found[1], "0.97512");
    EXPECT_TRUE(metric.maximize);
  }
}

TEST(Image, IsKnownByRepositoryAndTagInAnyAccountAndRegion) {
  const auto image =
      parse_image("683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1");
  ASSERT_TRUE(image);
  EXPECT_EQ(image->contract, &xgboost::contract());
  EXPECT_TRUE(image->tag_known);
  EXPECT_TRUE(
      parse_image(
          "111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-xgboost:1.0-1-cpu-py3")
          ->tag_known);
}

TEST(Image, OfALegacyRepositoryOrTagIsRecognisedButNotServed) {
  const std::string host = "811284229777.dkr.ecr.us-east-1.amazonaws.com/";
  EXPECT_EQ(parse_image(host + "xgboost:1")->contract, &xgboost::contract());
  EXPECT_FALSE(parse_image(host + "xgboost:1")->tag_known);
  EXPECT_FALSE(parse_image(host + "sagemaker-xgboost:0.90-2")->tag_known);
  EXPECT_EQ(parse_image(host + "sagemaker-xgboost")->tag, "latest");
  EXPECT_EQ(parse_image(host + "ntm:1")->contract, nullptr);
}

TEST(Image, IsNothingWhenTheUriIsNone) {
  EXPECT_FALSE(parse_image("sagemaker-xgboost:1.7-1"));
  EXPECT_FALSE(parse_image("docker.io/sagemaker-xgboost:1.7-1"));
}

TEST(JumpStart, KnowsItsBundlesByTheirPlaces) {
  const std::string bucket = "s3://jumpstart-cache-prod-eu-west-1/";
  for (const JumpStartModel& model : jumpstart_models()) {
    for (const BundleUse use : {BundleUse::training, BundleUse::inference})
      EXPECT_EQ(find_bundle(bucket + bundle_key(model, use), use), &model);
    EXPECT_EQ(find_bundle(bucket + bundle_key(model, BundleUse::training), BundleUse::inference),
              nullptr);
    const std::string prepacked = bucket + prepacked_bundle_key(model);
    EXPECT_EQ(find_bundle(prepacked, BundleUse::training), &model);
    EXPECT_EQ(find_bundle(prepacked, BundleUse::inference), nullptr);
  }
  const std::string tail = "/transfer_learning/classification/v1.0.0/sourcedir.tar.gz";
  const auto find = [](const std::string& uri) { return find_bundle(uri, BundleUse::training); };
  EXPECT_NE(find(bucket + "source-directory-tarballs/catboost" + tail), nullptr);
  EXPECT_EQ(find(bucket + "source-directory-tarballs/autogluon" + tail), nullptr);
  EXPECT_EQ(find("s3://mine/source-directory-tarballs/catboost" + tail), nullptr);
  EXPECT_EQ(find("s3://jumpstart-cache-prod-/source-directory-tarballs/catboost" + tail), nullptr);
  EXPECT_EQ(find("source-directory-tarballs/catboost" + tail), nullptr);
}

TEST(JumpStart, NamesItsModelsAsAwsDoes) {
  EXPECT_NE(find_jumpstart_model("catboost-regression-model"), nullptr);
  EXPECT_NE(find_jumpstart_model("lightgbm-classification-model"), nullptr);
  EXPECT_EQ(find_jumpstart_model("xgboost-classification-model"), nullptr);
  EXPECT_EQ(jumpstart_region(jumpstart_bucket("us-gov-west-1")), "us-gov-west-1");
  EXPECT_FALSE(jumpstart_region("jumpstart-cache-prod"));
}

}  // namespace
}  // namespace millrace::learn
