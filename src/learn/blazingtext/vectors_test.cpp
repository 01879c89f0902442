// Texts, vocabularies, word vectors and their files.
#include "learn/algorithm.hpp"
#include "learn/blazingtext/contract.hpp"
#include "learn/blazingtext/fasttext_file.hpp"
#include "learn/blazingtext/model.hpp"
#include "learn/blazingtext/train.hpp"
#include "learn/blazingtext/word_vectors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <sstream>

namespace millrace::learn::blazingtext {
namespace {

Corpus read(const std::string& text, LineEnds line_ends = LineEnds::left_out) {
  const base::MemorySource source(text);
  const std::vector<table::Input> inputs = {{"a.txt", &source}};
  return read_corpus(inputs, line_ends);
}

std::vector<std::string> words_of(const Corpus& corpus, std::size_t line) {
  std::vector<std::string> words;
  for (const std::uint32_t word : corpus.line(line)) words.emplace_back(corpus.lexicon.text(word));
  return words;
}

using Words = std::vector<std::string>;

TEST(BlazingTextCorpus, PartsLinesAndWords) {
  const Corpus corpus = read("  the cat\tsat \r\n\n\xC3\xA4 the\nend");
  ASSERT_EQ(corpus.lines(), 3U);
  EXPECT_EQ(words_of(corpus, 0), (Words{"the", "cat", "sat"}));
  EXPECT_EQ(words_of(corpus, 1), (Words{"\xC3\xA4", "the"}));
  EXPECT_EQ(words_of(corpus, 2), (Words{"end"}));
  EXPECT_EQ(corpus.lexicon.occurrences(corpus.lexicon.find("the")), 2U);
  EXPECT_EQ(corpus.lexicon.find("dog"), Lexicon::none);
}

TEST(BlazingTextCorpus, EndsLinesWithAWordForClassifiers) {
  const Corpus corpus = read("a b\n\nc\n", LineEnds::are_words);
  EXPECT_EQ(words_of(corpus, 0), (Words{"a", "b", "</s>"}));
  EXPECT_EQ(words_of(corpus, 1), (Words{"c", "</s>"}));
}

TEST(BlazingTextCorpus, JoinsWordsThatBlocksCut) {
  std::string text(1048574, ' ');
  const Corpus corpus = read(text + "abcdef gh");
  EXPECT_EQ(words_of(corpus, 0), (Words{"abcdef", "gh"}));
}

TEST(BlazingTextCorpus, RefusesAWordWithoutEnd) {
  try {
    (void)read("a\n" + std::string(70000, 'x'));
    FAIL();
  } catch (const ClientError& error) {
    EXPECT_STREQ(error.what(), "a.txt: line 2: a word is longer than 65536 bytes");
  }
}

TEST(BlazingTextLexicon, KeepsMoreWordsThanItBeginsWith) {
  Lexicon lexicon;
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 5000; ++i) EXPECT_EQ(lexicon.count(std::to_string(i)), i);
  }
  EXPECT_EQ(lexicon.occurrences(4711), 2U);
  EXPECT_EQ(lexicon.find("4999"), 4999U);
}

TEST(BlazingTextVocabulary, PutsFrequentWordsFirst) {
  const Corpus corpus = read("b a a c c c __label__x d\n");
  const Selection selection = select(corpus.lexicon, 2, Labels::apart);
  ASSERT_EQ(selection.vocabulary.words.size(), 2U);
  EXPECT_EQ(selection.vocabulary.words[0].text, "c");
  EXPECT_EQ(selection.vocabulary.words[1].count, 2U);
  EXPECT_EQ(selection.vocabulary.labels[0].text, "__label__x");
  EXPECT_EQ(selection.vocabulary.tokens, 8U);
}

TEST(BlazingTextVocabulary, CutsLongLinesAndLeavesOutRareWords) {
  std::string text = "rare\n";
  for (int i = 0; i < 1500; ++i) text += "w ";
  Corpus corpus = read(text);
  const Selection selection = select(corpus.lexicon, 2, Labels::are_words);
  keep_selected(corpus, selection);
  ASSERT_EQ(corpus.lines(), 2U);
  EXPECT_EQ(corpus.line(0).size(), 1000U);
  EXPECT_EQ(corpus.line(1).size(), 500U);
}

// Two groups of words, which never stand together.
std::string two_groups() {
  Draw draw(5);
  std::string text;
  for (int line = 0; line < 3000; ++line) {
    const char group = line % 2 == 0 ? 'a' : 'b';
    for (int i = 0; i < 10; ++i)
      text.append(1, group).append(std::to_string(draw.below(8))).append(1, ' ');
    text += '\n';
  }
  return text;
}

struct Trained {
  std::filesystem::path folder;
  std::vector<std::string> log;
};

Trained run(const std::string& name, const HyperparameterMap& given, const std::string& text) {
  Trained trained{.folder = std::filesystem::path(testing::TempDir()) / ("blazingtext-" + name)};
  std::filesystem::remove_all(trained.folder);
  const base::MemorySource source(text);
  const auto keep = [&](std::string_view line) { trained.log.emplace_back(line); };
  train(given, {{.name = "train", .inputs = {{"a.txt", &source}}}},
        {.model_folder = trained.folder, .print = keep, .info = keep});
  return trained;
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  const auto product = [](const auto& x, const auto& y) {
    return std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
  };
  return product(a, b) / std::sqrt(product(a, a) * product(b, b));
}

class EachMode : public testing::TestWithParam<const char*> {};

TEST_P(EachMode, WordsOfAGroupComeTogether) {
  const auto trained = run(
      GetParam(),
      {{"mode", GetParam()}, {"vector_dim", "20"}, {"sampling_threshold", "1"}, {"epochs", "10"}},
      two_groups());
  const auto model = load_model(trained.folder);
  const TextModel& texts = *model->text();
  EXPECT_FALSE(texts.classifies());
  for (const char* other : {"a1", "a5"}) {
    EXPECT_GT(cosine(texts.vector_of("a0"), texts.vector_of(other)),
              cosine(texts.vector_of("a0"), texts.vector_of("b3")) + 0.3);
  }
  EXPECT_EQ(texts.vector_of("unknown"), std::vector<float>(20));
}

TEST_P(EachMode, TheSameSeedGivesTheSameBytes) {
  const HyperparameterMap given = {{"mode", GetParam()}, {"vector_dim", "5"}, {"_seed", "3"}};
  const auto one = run("one", given, two_groups());
  const auto other = run("other", given, two_groups());
  EXPECT_EQ(content(one.folder / "vectors.bin"), content(other.folder / "vectors.bin"));
  EXPECT_EQ(content(one.folder / "vectors.txt"), content(other.folder / "vectors.txt"));
}

INSTANTIATE_TEST_SUITE_P(BlazingText, EachMode,
                         testing::Values("skipgram", "cbow", "batch_skipgram"));

TEST(BlazingTextVectors, PartsGiveUnknownWordsVectors) {
  const auto trained = run("parts",
                           {{"mode", "skipgram"},
                            {"vector_dim", "8"},
                            {"subwords", "True"},
                            {"buckets", "1000"},
                            {"min_char", "1"}},
                           two_groups());
  const auto model = load_model(trained.folder);
  EXPECT_NE(model->text()->vector_of("a99"), std::vector<float>(8));
  std::istringstream text(content(trained.folder / "vectors.txt"));
  std::string line;
  std::getline(text, line);
  EXPECT_EQ(line, "16 8");
  std::string word;
  text >> word;
  for (const float value : model->text()->vector_of(word)) {
    float written = 0;
    text >> written;
    EXPECT_NEAR(written, value, 1e-6);
  }
}

TEST(BlazingTextFile, HoldsTheModelAsItWas) {
  FastTextModel model{
      .recipe = {.ngrams = {.least_characters = 2, .most_characters = 3, .words = 1, .buckets = 5}},
      .inputs = Weights(7, 3),
      .outputs = Weights(2, 3)};
  model.vocabulary.words = {{"one", 9}, {"two", 4}};
  model.vocabulary.tokens = 20;
  model.inputs.row(1)[2] = 0.5F;
  model.inputs.row(4)[0] = -1;
  const auto path = std::filesystem::path(testing::TempDir()) / "held.bin";
  write_fasttext(path, model);
  // 13 numbers of the recipe, one of 8 bytes; the vocabulary; two matrices.
  EXPECT_EQ(content(path).size(), 8U + 56 + 28 + 2 * (4 + 9) + 2 * 17 + 9 * 12);
  const FastTextModel read = read_fasttext(path);
  EXPECT_EQ(read.vocabulary.words[1].text, "two");
  EXPECT_EQ(read.vocabulary.words[0].count, 9U);
  EXPECT_EQ(read.recipe.ngrams.most_characters, 3U);
  EXPECT_EQ(read.inputs.row(1)[2], 0.5F);
  EXPECT_EQ(read.inputs.row(4)[0], -1);
  EXPECT_TRUE(read.inputs.is_zero(6));
}

TEST(BlazingTextFile, RefusesEveryTornFile) {
  FastTextModel model{.inputs = Weights(1, 2), .outputs = Weights(1, 2)};
  model.vocabulary.words = {{"one", 9}};
  model.inputs.row(0)[0] = model.outputs.row(0)[0] = 1;
  const auto path = std::filesystem::path(testing::TempDir()) / "torn.bin";
  write_fasttext(path, model);
  const std::string whole = content(path);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
    EXPECT_THROW((void)read_fasttext(path), ModelError) << size;
  }
}

// Rows without columns take no room in the file, so that it bounds their number by nothing.
TEST(BlazingTextFile, RefusesRowsWithoutColumns) {
  FastTextModel model{.recipe = {.ngrams = {.buckets = 1U << 30}},
                      .inputs = Weights(1, 1),
                      .outputs = Weights(1, 1)};
  const auto path = std::filesystem::path(testing::TempDir()) / "without_columns.bin";
  write_fasttext(path, model);
  std::string bytes = content(path);
  const std::size_t matrices = bytes.size() - 2 * (1 + 8 + 8 + 4);
  bytes.replace(matrices + 1, 8, std::string("\0\0\0\x40\0\0\0\0", 8));
  bytes.replace(matrices + 9, 8, std::string(8, '\0'));
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  EXPECT_THROW((void)read_fasttext(path), ModelError);
}

std::string refusal(const HyperparameterMap& given) {
  try {
    (void)run("refused", given, "a a a a a b\n");
  } catch (const ClientError& error) {
    return error.what();
  }
  return "";
}

TEST(BlazingTextTraining, RefusesWhatContradicts) {
  EXPECT_NE(refusal({}).find("'mode' is a required property"), std::string::npos);
  EXPECT_EQ(refusal({{"mode", "batch_skipgram"}, {"subwords", "true"}}),
            "subwords are learned in the modes skipgram and cbow only");
  EXPECT_EQ(refusal({{"mode", "cbow"}, {"subwords", "true"}, {"min_char", "7"}}),
            "min_char 7 is more than max_char 6");
  EXPECT_EQ(refusal({{"mode", "cbow"}, {"word_ngrams", "2"}}),
            "word_ngrams has no effect in mode cbow");
  EXPECT_EQ(refusal({{"mode", "supervised"}, {"window_size", "2"}}),
            "window_size has no effect in mode supervised");
  EXPECT_EQ(refusal({{"mode", "cbow"}, {"min_count", "6"}}),
            "No word of the training data occurs min_count = 6 times");
}

TEST(BlazingTextTraining, LogsAsAwsDoes) {
  const auto trained = run("log", {{"mode", "skipgram"}, {"epochs", "1"}}, "a a a a a b\n");
  const auto has = [&](const std::string& line) {
    return std::ranges::find(trained.log, line) != trained.log.end();
  };
  EXPECT_TRUE(has("Running single machine CPU BlazingText training using skipgram mode."));
  EXPECT_TRUE(has("Number of words:  1"));
  EXPECT_TRUE(has("Evaluating word embeddings...."));
}

}  // namespace
}  // namespace millrace::learn::blazingtext
