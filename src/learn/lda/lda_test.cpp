// LDA by cases computed by hand, by topics that were planted, and by what must hold for any data.
#include "learn/algorithm.hpp"
#include "learn/draw.hpp"
#include "learn/lda/model.hpp"
#include "learn/lda/moments.hpp"
#include "learn/lda/spectral.hpp"
#include "learn/lda/train.hpp"
#include "learn/lda/variational.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace::learn::lda {
namespace {

constexpr std::size_t words = 30;

// By the recurrence up to where the asymptotic series is exact.
double digamma(double x) {
  double sum = 0;
  for (; x < 20; x += 1) sum -= 1 / x;
  const double square = 1 / (x * x);
  return sum + std::log(x) - 0.5 / x - square * (1.0 / 12 - square * (1.0 / 120 - square / 252));
}

TEST(LdaKernels, FollowDigamma) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    std::vector<float> values;
    for (double x = 0.02; values.size() < 64; x *= 1.3) values.push_back(static_cast<float>(x));
    std::vector<float> found = values;
    kernels->mixture.exp_digamma(found.data(), found.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double expected = std::exp(digamma(static_cast<double>(values[i])));
      EXPECT_NEAR(found[i], expected, 1e-5 * expected + 1e-25) << kernels->name << values[i];
    }
  }
}

// As many words, and topics, as fill up vectors of each length, and not.
TEST(LdaKernels, ExplainCounts) {
  Draw draw(2);
  for (const Kernels* kernels : kernels_of_this_processor()) {
    for (const std::size_t count : {1, 7, 16, 90, 131}) {
      for (const std::size_t topics : {1, 3, 8, 21}) {
        const std::size_t stride = (count + net_lanes - 1) / net_lanes * net_lanes;
        std::vector<float> values(count * 32);
        for (float& value : values) value = static_cast<float>(draw.uniform());
        std::vector<const float*> rows;
        for (std::size_t row = 0; row < count; ++row) rows.push_back(values.data() + row * 32);
        std::vector<float> columns(32 * stride, -1.0F);
        kernels->mixture.turn(rows.data(), count, topics, stride, columns.data());
        for (std::size_t word = 0; word < stride; ++word)
          ASSERT_EQ(columns[(topics - 1) * stride + word],
                    word < count ? rows[word][topics - 1] : 0.0F);
        std::vector<float> counts(stride);
        for (std::size_t word = 0; word < count; ++word)
          counts[word] = static_cast<float>(1 + draw.below(9));
        std::vector<float> probabilities(stride);
        std::vector<float> ratios(stride);
        std::vector<float> sums(topics);
        kernels->mixture.explain({columns.data(), topics, stride, counts.data()}, rows[0],
                                 probabilities.data(), ratios.data(), sums.data());
        double last = 0;
        for (std::size_t word = 0; word < count; ++word) {
          const double product = std::inner_product(rows[word], rows[word] + topics, rows[0], 0.0);
          EXPECT_NEAR(probabilities[word], product, 1e-5 * product) << kernels->name;
          EXPECT_NEAR(ratios[word], counts[word] / product, 1e-5 * counts[word] / product);
          last += static_cast<double>(counts[word]) / product *
                  static_cast<double>(rows[word][topics - 1]);
        }
        EXPECT_NEAR(sums[topics - 1], last, 1e-4 * last) << kernels->name << count << topics;
      }
    }
  }
}

TEST(LdaKernels, TakeWordsThatNoTopicKnowsForNearlyImpossible) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const std::vector<float> columns(net_lanes);
    std::vector<float> counts(net_lanes);
    counts[0] = 2;
    const float weight = 1;
    std::vector<float> probabilities(net_lanes);
    std::vector<float> ratios(net_lanes);
    float sum = -1;
    kernels->mixture.explain({columns.data(), 1, net_lanes, counts.data()}, &weight,
                             probabilities.data(), ratios.data(), &sum);
    EXPECT_NEAR(ratios[0], 2e30F, 1e25F);
    EXPECT_EQ(ratios[1], 0);
    EXPECT_EQ(sum, 0);
  }
}

// x becomes x / 2 + 1, and y stays: two steps from 0 tell that x comes to rest at 2.
TEST(LdaLeaps, EndWhereALinearIterationDoes) {
  Leaps leaps(2);
  const std::vector<float> least = {0, 0};
  std::vector<float> to = {1, 5};
  leaps.step(std::vector<float>{0, 5}, to, least);
  EXPECT_EQ(to, (std::vector<float>{1, 5}));
  to = {1.5, 5};
  leaps.step(std::vector<float>{1, 5}, to, least);
  EXPECT_EQ(to, (std::vector<float>{2, 5}));
}

TEST(LdaLeaps, GoNoLowerThanTheyMayAndStayWhereNothingMoves) {
  Leaps leaps(1);
  const std::vector<float> least = {3.5};
  std::vector<float> to = {4};
  leaps.step(std::vector<float>{5}, to, least);
  to = {3.6F};
  leaps.step(std::vector<float>{4}, to, least);
  EXPECT_EQ(to[0], 3.5F);
  leaps.begin();
  to = {4};
  leaps.step(std::vector<float>{4}, to, least);
  leaps.step(std::vector<float>{4}, to, least);
  EXPECT_EQ(to[0], 4);
}

table::Matrix matrix(std::vector<std::vector<float>> rows) {
  table::Matrix made{.rows = rows.size(), .columns = rows.front().size()};
  for (const auto& row : rows) made.values.insert(made.values.end(), row.begin(), row.end());
  return made;
}

// Three topics of ten words each; a document has one or two of them.
table::Matrix planted(std::size_t documents, std::uint64_t seed) {
  Draw draw(seed);
  std::vector<std::vector<float>> rows;
  for (std::size_t i = 0; i < documents; ++i) {
    std::vector<float> row(words);
    const std::size_t one = draw.below(3);
    const std::size_t other = draw.below(3);
    for (int word = 0; word < 40; ++word)
      ++row[10 * (draw.uniform() < 0.7 ? one : other) + draw.below(10)];
    rows.push_back(std::move(row));
  }
  return matrix(std::move(rows));
}

double mass(const Topics& topics, std::size_t topic, std::size_t group) {
  double sum = 0;
  for (std::size_t word = 10 * group; word < 10 * (group + 1); ++word)
    sum += static_cast<double>(topics.row(word)[topic]);
  return sum;
}

// That each group of words is a topic's.
void expect_planted(const Topics& topics, double least) {
  for (std::size_t group = 0; group < 3; ++group) {
    double best = 0;
    for (std::size_t topic = 0; topic < 3; ++topic)
      best = std::max(best, mass(topics, topic, group));
    EXPECT_GT(best, least);
  }
}

TEST(LdaDocuments, AreTheSameSparseAndDense) {
  const table::Matrix sparse{.rows = 2,
                             .columns = 3,
                             .sparse = true,
                             .values = {2, 0, 1},
                             .offsets = {0, 2, 3},
                             .indices = {0, 1, 2}};
  for (const Documents& documents :
       {Documents(sparse), Documents(matrix({{2, 0, 0}, {0, 0, 1}}))}) {
    ASSERT_EQ(documents.size(), 2U);
    EXPECT_EQ(documents[0].words.size(), 1U);
    EXPECT_EQ(documents[0].total, 2);
    EXPECT_EQ(documents[1].words[0], 2U);
    EXPECT_EQ(documents.total(), 3);
  }
  EXPECT_THROW(Documents(matrix({{1, -1}})), table::DataError);
}

TEST(LdaMoments, WhiteningMakesTheSecondMomentTheIdentity) {
  const Documents documents(planted(400, 1));
  const auto first = first_moment(documents, words);
  EXPECT_NEAR(std::accumulate(first.begin(), first.end(), 0.0), 1, 1e-9);
  const Whitening whitening = find_whitening(documents, first, 1, 3, 0);
  ASSERT_EQ(whitening.whiten.columns, 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      double product = 0;
      for (std::size_t word = 0; word < words; ++word)
        product += whitening.whiten.row(word)[i] * whitening.unwhiten.row(word)[j];
      EXPECT_NEAR(product, i == j ? 1 : 0, 1e-6);
    }
  }
}

// The moments of two words in documents that all are the same, by hand.
TEST(LdaMoments, ThirdMomentIsAsByHand) {
  const Documents documents(matrix({{3, 1}, {3, 1}}));
  const auto first = first_moment(documents, 2);
  EXPECT_NEAR(first[0], 0.75, 1e-12);
  Square identity(2, 2);
  identity.row(0)[0] = identity.row(1)[1] = 1;
  // With a small alpha0 the mixed terms vanish: 3 * 2 * 1 of 4 * 3 * 2 draw the first word thrice,
  // 3 * 2 * 1 of them the first twice and then the second.
  const auto tensor = third_moment(documents, first, 1e-12, identity);
  EXPECT_NEAR(tensor[0], 0.25, 1e-9);
  EXPECT_NEAR(tensor[1], 0.25, 1e-9);
  EXPECT_NEAR(tensor[3], 0, 1e-9);
  EXPECT_NEAR(tensor[7], 0, 1e-9);
}

TEST(LdaSpectral, DecomposesATensorOfOrthogonalDirections) {
  const double root = std::sqrt(0.5);
  const std::vector<std::vector<double>> directions = {
      {root, root, 0}, {root, -root, 0}, {0, 0, 1}};
  const std::vector<double> weights = {3, 1, 2};
  std::vector<double> tensor(27);
  for (std::size_t d = 0; d < 3; ++d) {
    for (std::size_t i = 0; i < 27; ++i)
      tensor[i] +=
          weights[d] * directions[d][i / 9] * directions[d][i / 3 % 3] * directions[d][i % 3];
  }
  const auto found = decompose(tensor, 3, 3, {});
  ASSERT_EQ(found.size(), 3U);
  std::vector<double> sizes;
  for (const Component& component : found) {
    sizes.push_back(component.weight);
    const auto at = static_cast<std::size_t>(
        std::ranges::min_element(
            weights, {}, [&](double weight) { return std::abs(weight - component.weight); }) -
        weights.begin());
    for (std::size_t i = 0; i < 3; ++i)
      EXPECT_NEAR(component.direction[i], directions[at][i], 1e-6);
  }
  std::ranges::sort(sizes);
  EXPECT_NEAR(sizes[0], 1, 1e-6);
  EXPECT_NEAR(sizes[2], 3, 1e-6);
  for (const double left : tensor) EXPECT_NEAR(left, 0, 1e-6);
}

TEST(LdaSpectral, FindsPlantedTopics) {
  const Topics topics = spectral_topics(Documents(planted(600, 1)), {.topics = 3, .words = words});
  expect_planted(topics, 0.8);
}

TEST(LdaSpectral, FillsUpWhereDocumentsTellOfFewerTopics) {
  const Documents documents(matrix({{4, 1}, {1, 5}, {2, 2}}));
  const Topics topics = spectral_topics(documents, {.topics = 6, .words = 2});
  for (std::size_t topic = 0; topic < 6; ++topic)
    EXPECT_NEAR(topics.row(0)[topic] + topics.row(1)[topic], 1, 1e-5);
}

// One word, two topics: gamma = alpha + 1 shared as exp(E log theta) * beta says.
TEST(LdaInference, IsAFixedPoint) {
  Topics topics = empty_topics(2, 1);
  topics.alpha = {0.5F, 0.5F};
  topics.row(0)[0] = 0.9F;
  topics.row(0)[1] = 0.3F;
  const Documents documents(matrix({{1}}));
  Inference inference(topics);
  std::vector<float> gamma(topics.stride);
  inference.begin(documents[0], gamma);
  inference.infer(documents[0], gamma);
  EXPECT_NEAR(gamma[0] + gamma[1], 2, 1e-5);
  const double one = std::exp(digamma(static_cast<double>(gamma[0]))) * 0.9;
  const double other = std::exp(digamma(static_cast<double>(gamma[1]))) * 0.3;
  EXPECT_NEAR(gamma[0], 0.5 + one / (one + other), 5e-3);
}

TEST(LdaFit, RaisesTheLikelihoodAndFindsPlantedTopics) {
  const Documents documents(planted(300, 1));
  Parallel parallel(2);
  Topics topics = spectral_topics(documents, {.topics = 3, .words = words, .alpha0 = 0.5});
  std::vector<double> seen;
  fit(topics, documents, {.alpha0 = 0.5}, parallel, [&](std::size_t, double pwll) {
    seen.push_back(pwll);
    return true;
  });
  ASSERT_GE(seen.size(), 2U);
  EXPECT_GT(seen.back(), seen.front());
  expect_planted(topics, 0.97);
  for (std::size_t topic = 0; topic < 3; ++topic)
    EXPECT_NEAR(mass(topics, topic, 0) + mass(topics, topic, 1) + mass(topics, topic, 2), 1, 1e-4);
  EXPECT_NEAR(std::accumulate(topics.alpha.begin(), topics.alpha.end(), 0.0), 0.5, 0.01);
  EXPECT_NEAR(per_word_log_likelihood(topics, documents, parallel), seen.back(), 0.05);
}

TEST(LdaFit, OneTopicIsTheFrequencies) {
  const Documents documents(matrix({{30, 10}, {30, 10}}));
  Parallel parallel(1);
  Topics topics = spectral_topics(documents, {.topics = 1, .words = 2});
  fit(topics, documents, {}, parallel, [](std::size_t, double) { return true; });
  EXPECT_NEAR(topics.row(0)[0], 61.0 / 82, 1e-4);  // with a prior of 1 for each word
  const double expected = 0.75 * std::log(61.0 / 82) + 0.25 * std::log(21.0 / 82);
  EXPECT_NEAR(per_word_log_likelihood(topics, documents, parallel), expected, 1e-4);
}

std::string refusal(const HyperparameterMap& given, const std::string& text) {
  const base::MemorySource source(text);
  try {
    train(given,
          {{.name = "train",
            .content_type = "text/csv;label_size=0",
            .inputs = {{"a.csv", &source}}}},
          {.model_folder = std::filesystem::path(testing::TempDir()) / "lda-refused",
           .print = [](std::string_view) {},
           .info = [](std::string_view) {}});
  } catch (const ClientError& error) {
    return error.what();
  }
  return "";
}

TEST(LdaTraining, RefusesWhatIsNoDocument) {
  const HyperparameterMap given = {
      {"num_topics", "2"}, {"feature_dim", "2"}, {"mini_batch_size", "2"}};
  EXPECT_EQ(refusal(given, "1,2\n3,-1\n"),
            "Channel train: row 2, feature 2 is below 0: a word cannot occur so often");
  EXPECT_EQ(refusal(given, "0,0\n0,0\n"), "Channel train has no document with a word");
  EXPECT_EQ(refusal(given, "1,2\n3,1\n"), "");
  EXPECT_NE(refusal({{"feature_dim", "2"}}, "1,2\n").find("is a required property"),
            std::string::npos);
}

TEST(LdaModel, AnswersMixturesThatAddUpToOne) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "lda-model";
  const table::Matrix rows = planted(200, 3);
  Parallel parallel(1);
  Topics topics = spectral_topics(Documents(rows), {.topics = 3, .words = words});
  fit(topics, Documents(rows), {}, parallel, [](std::size_t, double) { return true; });
  save_topics(folder, topics);
  const auto model = load_model(folder);
  ASSERT_EQ(model->width(), 3U);
  table::Matrix asked = matrix({std::vector<float>(words), std::vector<float>(words)});
  for (std::size_t word = 0; word < 10; ++word) asked.values[words + word] = 5;
  std::vector<float> mixtures(6);
  model->predict(asked, mixtures);
  EXPECT_NEAR(std::accumulate(mixtures.begin(), mixtures.begin() + 3, 0.0), 1, 1e-5);
  EXPECT_NEAR(std::accumulate(mixtures.begin() + 3, mixtures.end(), 0.0), 1, 1e-5);
  EXPECT_GT(*std::max_element(mixtures.begin() + 3, mixtures.end()), 0.9F);
  EXPECT_THROW(model->predict(matrix({{1, 2}}), mixtures), PredictionError);
}

}  // namespace
}  // namespace millrace::learn::lda
