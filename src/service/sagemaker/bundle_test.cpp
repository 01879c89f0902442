// Which jobs, containers and artifacts mean a built-in by a bundle of JumpStart's.
#include "service/sagemaker/bundle.hpp"

#include "base/json.hpp"
#include "service/sagemaker/jumpstart.hpp"

#include <gtest/gtest.h>

namespace millrace::service::sagemaker {
namespace {

const std::string bucket = "s3://jumpstart-cache-prod-us-east-1/";

const learn::JumpStartModel& model() {
  return *learn::find_jumpstart_model("catboost-regression-model");
}

CreateTrainingJob job() {
  const std::string bundle = bucket + learn::bundle_key(model(), learn::BundleUse::training);
  return {.image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:1.9.0-cpu-py38",
          .hyperparameters = {{"sagemaker_program", R"("transfer_learning.py")"},
                              {"sagemaker_submit_directory", "\"" + bundle + "\""},
                              {"iterations", R"("20")"}}};
}

TEST(Bundle, IsKnownByImageScriptAndPlace) {
  EXPECT_EQ(training_bundle(job()), &model());
  CreateTrainingJob other = job();
  other.image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-training:2.3";
  EXPECT_EQ(training_bundle(other), nullptr);
  other = job();
  other.hyperparameters[0].second = "mine.py";
  EXPECT_EQ(training_bundle(other), nullptr);
  other = job();
  other.hyperparameters[1].second = "s3://mine/sourcedir.tar.gz";
  EXPECT_EQ(training_bundle(other), nullptr);
}

TEST(Bundle, LeavesTheAlgorithmsOwnHyperparametersAndChannels) {
  CreateTrainingJob ask = job();
  ask.inputs.resize(2);
  ask.inputs[0].channel.name = "training";
  ask.inputs[1].channel.name = "model";
  ask.inputs[1].channel.content_type = "application/x-sagemaker-model";
  const CreateTrainingJob meant = without_bundle(ask, model());
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(meant.hyperparameters, (Pairs{{"iterations", "20"}, {"problem_type", "regression"}}));
  ASSERT_EQ(meant.inputs.size(), 1U);
  EXPECT_EQ(meant.inputs[0].channel.name, "training");
}

const learn::JumpStartModel* found_in(const std::string& bytes, std::uint64_t limit) {
  const base::MemorySource source(bytes);
  base::SourceReader reader(source);
  return packed_bundle(reader, limit);
}

TEST(Bundle, IsFoundInAnArtifact) {
  const std::string artifact =
      pack_files({{"code/" + std::string(learn::bundle_mark), id_of(model())},
                  {"model", std::string(5000, 'x')}});
  EXPECT_EQ(found_in(artifact, 6000), &model());
  EXPECT_EQ(found_in(artifact, 4000), nullptr);
  EXPECT_EQ(found_in(pack_files({{"code/inference.py", "print()"}}), 6000), nullptr);
  EXPECT_EQ(found_in("no archive", 6000), nullptr);
}

TEST(JumpStartObjects, AreWhatTheManifestNames) {
  const auto all = jumpstart_objects("eu-west-1");
  const base::Value manifest = base::parse_json(all.at("models_manifest.json"));
  ASSERT_EQ(manifest.list().size(), learn::jumpstart_models().size());
  for (const base::Value& header : manifest.list()) {
    const base::Value specs = base::parse_json(all.at(header.find("spec_key")->text()));
    EXPECT_EQ(specs.find("model_id")->text(), header.find("model_id")->text());
    for (const char* key :
         {"training_script_key", "training_prepacked_script_key", "training_artifact_key",
          "hosting_script_key", "hosting_artifact_key", "hosting_prepacked_artifact_key"})
      EXPECT_TRUE(all.contains(specs.find(key)->text())) << key;
    for (const base::Value& parameter : specs.find("hyperparameters")->list())
      EXPECT_NE(parameter.find("name")->text(), "problem_type");
  }
}

}  // namespace
}  // namespace millrace::service::sagemaker
