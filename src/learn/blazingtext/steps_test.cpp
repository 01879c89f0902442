// Steps of descent, n-grams, chance and correlation by cases computed by hand.
#include "learn/blazingtext/descent.hpp"
#include "learn/blazingtext/evaluation.hpp"
#include "learn/blazingtext/ngrams.hpp"
#include "learn/blazingtext/sampler.hpp"
#include "learn/blazingtext/weights.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace millrace::learn::blazingtext {
namespace {

double sigmoid(double value) { return 1 / (1 + std::exp(-value)); }

// Rows of two numbers.
class Rows {
 public:
  explicit Rows(const std::vector<std::array<float, 2>>& values) : weights_(values.size(), 2) {
    for (std::size_t row = 0; row < values.size(); ++row) {
      pointers_.push_back(weights_.row(row));
      weights_.row(row)[0] = values[row][0];
      weights_.row(row)[1] = values[row][1];
    }
  }
  [[nodiscard]] RowPointers pointers() const { return pointers_; }
  void expect(std::size_t row, double first, double second) const {
    EXPECT_NEAR(weights_.row(row)[0], first, 1e-6);
    EXPECT_NEAR(weights_.row(row)[1], second, 1e-6);
    for (std::size_t i = 2; i < weights_.stride(); ++i) EXPECT_EQ(weights_.row(row)[i], 0);
  }

 private:
  Weights weights_;
  std::vector<float*> pointers_;
};

Descent descent(const Kernels& kernels) { return {kernels.net, net_lanes}; }

// One input (1, 2), right output (0.5, 0), noise (0, -1): products 0.5 and -2.
TEST(BlazingTextDescent, ContrastsOneInputByHand) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const Rows inputs({{1, 2}});
    const Rows outputs({{0.5F, 0}, {0, -1}});
    descent(*kernels).contrast(inputs.pointers(), outputs.pointers(), 0.1F);
    const double right = 0.1 * (1 - sigmoid(0.5));
    const double noise = -0.1 * sigmoid(-2);
    inputs.expect(0, 1 + right * 0.5, 2 - noise);
    outputs.expect(0, 0.5 + right, 2 * right);
    outputs.expect(1, noise, -1 + 2 * noise);
  }
}

// Both inputs see the outputs as they were before the step.
TEST(BlazingTextDescent, ContrastsABatchWithSharedNoiseByHand) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const Rows inputs({{1, 0}, {0, 2}});
    const Rows outputs({{1, 1}, {-1, 0.5F}, {0, 0}});
    descent(*kernels).contrast(inputs.pointers(), outputs.pointers(), 0.5F);
    const double s00 = 0.5 * (1 - sigmoid(1));
    const double s01 = -0.5 * sigmoid(-1);
    const double s02 = -0.5 * sigmoid(0);
    const double s10 = 0.5 * (1 - sigmoid(2));
    const double s11 = -0.5 * sigmoid(1);
    inputs.expect(0, 1 + s00 - s01, s00 + 0.5 * s01);
    inputs.expect(1, s10 - s11, 2 + s10 + 0.5 * s11);
    outputs.expect(0, 1 + s00, 1 + 2 * s10);
    outputs.expect(1, -1 + s01, 0.5 + 2 * s11);
    outputs.expect(2, s02, 2 * s02);
  }
}

TEST(BlazingTextDescent, MovesEachRowOfAMeanByItsWholeGradient) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const Rows inputs({{2, 0}, {0, 4}});  // mean (1, 2)
    const Rows outputs({{0.5F, 0}});
    descent(*kernels).contrast_mean(inputs.pointers(), outputs.pointers(), 0.1F);
    const double slope = 0.1 * (1 - sigmoid(0.5));
    inputs.expect(0, 2 + 0.5 * slope, 0);
    inputs.expect(1, 0.5 * slope, 4);
    outputs.expect(0, 0.5 + slope, 2 * slope);
  }
}

TEST(BlazingTextDescent, ClassifiesByHand) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const Rows inputs({{2, 0}, {0, 4}});
    const Rows outputs({{0, 0}, {1, 0}});  // products 0 and 1
    descent(*kernels).classify(inputs.pointers(), outputs.pointers(), 0, 1);
    const double second = std::exp(1.0) / (1 + std::exp(1.0));
    inputs.expect(0, 2 - second / 2, 0);
    inputs.expect(1, -second / 2, 4);
    outputs.expect(0, second, 2 * second);
    outputs.expect(1, 1 - second, -2 * second);
  }
}

// A row that stands twice among the outputs takes both changes.
TEST(BlazingTextDescent, AddsBothChangesOfARowThatStandsTwice) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const Rows inputs({{1, 0}});
    const Rows outputs({{0, 0}, {0, 1}});
    const std::vector<float*> twice = {outputs.pointers()[0], outputs.pointers()[1],
                                       outputs.pointers()[1]};
    descent(*kernels).contrast(inputs.pointers(), twice, 1);
    outputs.expect(1, -1, 1);
  }
}

// For any number of inputs and outputs all variants do what plain loops do.
TEST(BlazingTextDescent, AgreesWithPlainLoops) {
  constexpr std::size_t columns = 37;
  for (const Kernels* kernels : kernels_of_this_processor()) {
    for (const auto& [count, others] : {std::pair{1, 1}, {3, 6}, {10, 6}, {2, 9}, {5, 23}}) {
      Draw draw(7);
      Weights inputs(static_cast<std::size_t>(count), columns);
      Weights outputs(static_cast<std::size_t>(others), columns);
      std::vector<float*> in;
      std::vector<float*> out;
      for (std::size_t i = 0; i < inputs.rows(); ++i) in.push_back(inputs.row(i));
      for (std::size_t o = 0; o < outputs.rows(); ++o) out.push_back(outputs.row(o));
      for (float* row : in) row[draw.below(columns)] = static_cast<float>(draw.normal());
      for (float* row : out) {
        for (std::size_t j = 0; j < columns; ++j) row[j] = static_cast<float>(draw.normal());
      }
      Weights expected(inputs.rows(), columns);
      expected.copy_from(inputs);
      for (std::size_t i = 0; i < inputs.rows(); ++i) {
        for (std::size_t o = 0; o < outputs.rows(); ++o) {
          const double product =
              std::inner_product(inputs.row(i), inputs.row(i) + columns, outputs.row(o), 0.0);
          const double slope = 0.3 * ((o == 0 ? 1 : 0) - sigmoid(product));
          for (std::size_t j = 0; j < columns; ++j)
            expected.row(i)[j] += static_cast<float>(slope) * outputs.row(o)[j];
        }
      }
      Descent(kernels->net, inputs.stride()).contrast(in, out, 0.3F);
      for (std::size_t i = 0; i < inputs.rows(); ++i) {
        for (std::size_t j = 0; j < columns; ++j)
          EXPECT_NEAR(inputs.row(i)[j], expected.row(i)[j], 1e-5) << kernels->name;
      }
    }
  }
}

TEST(BlazingTextDescent, GivesProbabilitiesThatAddUpToOne) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const Rows inputs({{100, -100}});
    const Rows outputs({{1, 0}, {0, 1}, {0.99F, 0}, {-5, 5}, {0, 0}});
    Descent room = descent(*kernels);
    const auto found = room.probabilities(inputs.pointers(), outputs.pointers());
    EXPECT_NEAR(std::accumulate(found.begin(), found.end(), 0.0), 1, 1e-6);
    EXPECT_NEAR(found[0] / found[2], std::exp(1.0), 1e-3);
    EXPECT_NEAR(found[3], 0, 1e-30);
  }
}

// Hashes as the reference implementation of FNV-1a gives them.
TEST(BlazingTextNGrams, HashWordsAsFnvDoes) {
  EXPECT_EQ(word_hash(""), 0x811c9dc5U);
  EXPECT_EQ(word_hash("a"), 0xe40c292cU);
  EXPECT_EQ(word_hash("foobar"), 0xbf9cf968U);
}

TEST(BlazingTextNGrams, PartsOfAWordAreCountedByCharacters) {
  const NGrams ngrams{.least_characters = 3, .most_characters = 4, .buckets = 1000000};
  std::vector<std::uint32_t> ascii;
  add_parts("ab", ngrams, ascii);  // <ab, <ab>, ab>
  EXPECT_EQ(ascii,
            (std::vector<std::uint32_t>{word_hash("<ab") % 1000000, word_hash("<ab>") % 1000000,
                                        word_hash("ab>") % 1000000}));
  std::vector<std::uint32_t> umlauts;
  add_parts("\xC3\xA4\xC3\xB6", ngrams, umlauts);
  EXPECT_EQ(umlauts.size(), 3U);
}

TEST(BlazingTextNGrams, TheBoundsAloneAreNoParts) {
  const NGrams ngrams{.least_characters = 1, .most_characters = 1, .buckets = 100};
  std::vector<std::uint32_t> parts;
  add_parts("ab", ngrams, parts);
  EXPECT_EQ(parts, (std::vector<std::uint32_t>{word_hash("a") % 100, word_hash("b") % 100}));
}

TEST(BlazingTextNGrams, RunsOfWordsMixTheirHashes) {
  const std::vector<std::uint32_t> hashes = {5, 7, 0xFFFFFFFFU};  // the last one is -1
  std::vector<std::uint32_t> runs;
  add_runs(hashes, {.words = 3, .buckets = 1000}, runs);
  const std::uint64_t first = 5ULL * 116049371 + 7;
  const std::uint64_t longer = first * 116049371 - 1;
  const std::uint64_t second = 7ULL * 116049371 - 1;
  EXPECT_EQ(runs, (std::vector<std::uint32_t>{static_cast<std::uint32_t>(first % 1000),
                                              static_cast<std::uint32_t>(longer % 1000),
                                              static_cast<std::uint32_t>(second % 1000)}));
}

TEST(BlazingTextSampler, DrawsInProportion) {
  const std::vector<double> weights = {1, 0, 5, 2, 2};
  const Sampler sampler(weights);
  Draw draw(3);
  std::vector<double> drawn(weights.size());
  for (int i = 0; i < 100000; ++i) ++drawn[sampler.draw(draw)];
  for (std::size_t i = 0; i < weights.size(); ++i)
    EXPECT_NEAR(drawn[i] / 100000, weights[i] / 10, 0.01);
}

TEST(BlazingTextSampler, KeepsRareWordsAndThinsOutFrequentOnes) {
  EXPECT_EQ(kept_part(1, 1000000, 1e-4), 1);
  EXPECT_NEAR(kept_part(10000, 1000000, 1e-4), 0.11, 1e-9);  // sqrt(0.01) + 0.01
}

TEST(BlazingTextEvaluation, CorrelatesRanks) {
  const std::vector<double> a = {1, 2, 3, 4};
  EXPECT_NEAR(rank_correlation(a, std::vector<double>{10, 20, 30, 1000}).value(), 1, 1e-12);
  EXPECT_NEAR(rank_correlation(a, std::vector<double>{4, 3, 2, 1}).value(), -1, 1e-12);
  // Ranks 0.5, 0.5, 2, 3 against 0, 1, 2, 3: as scipy.stats.spearmanr says.
  EXPECT_NEAR(rank_correlation(std::vector<double>{1, 1, 2, 3}, a).value(), 0.9486832980505138,
              1e-12);
  EXPECT_FALSE(rank_correlation(std::vector<double>{1, 1}, std::vector<double>{1, 2}));
  EXPECT_FALSE(rank_correlation(std::vector<double>{1}, std::vector<double>{1}));
}

TEST(BlazingTextEvaluation, KnowsTheWholeSetAndItsParts) {
  Vocabulary vocabulary;
  vocabulary.words = {{"Tiger", 3}, {"cat", 2}, {"jaguar", 1}};
  Weights vectors(3, 2);
  vectors.row(0)[0] = 1;
  vectors.row(1)[1] = 1;
  vectors.row(2)[0] = vectors.row(2)[1] = 1;
  const auto found = evaluate(vocabulary, vectors);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].pairs, 353U);
  EXPECT_EQ(found[1].pairs, 252U);
  EXPECT_EQ(found[2].pairs, 203U);
  EXPECT_LT(found[0].not_found, 353U);
  ASSERT_TRUE(found[0].rho);
  EXPECT_FALSE(found[1].rho);
  EXPECT_FALSE(mean_rho(found));
  EXPECT_NE(evaluation_json(found).find(R"("mean_rho":null)"), std::string::npos);
}

}  // namespace
}  // namespace millrace::learn::blazingtext
