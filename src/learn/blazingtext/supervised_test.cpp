// Classifiers of texts; and models that fastText 0.9.2 wrote (tests/golden/fasttext), whose answers
// here are those that fastText gave.
#include "learn/algorithm.hpp"
#include "learn/blazingtext/examples.hpp"
#include "learn/blazingtext/fasttext_file.hpp"
#include "learn/blazingtext/json_sentence.hpp"
#include "learn/blazingtext/model.hpp"
#include "learn/blazingtext/train.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <numeric>

namespace millrace::learn::blazingtext {
namespace {

using Numbers = std::vector<std::uint32_t>;

const std::filesystem::path golden =
    std::filesystem::path(MILLRACE_SOURCE_DIR) / "tests/golden/fasttext";

std::unique_ptr<Model> load_golden(const char* name, const char* as) {
  const auto folder = std::filesystem::path(testing::TempDir()) / (std::string("golden-") + name);
  std::filesystem::create_directories(folder);
  std::filesystem::copy_file(golden / name, folder / as,
                             std::filesystem::copy_options::overwrite_existing);
  return load_model(folder);
}

void expect_label(const TextModel& model, const std::string& text, const std::string& label,
                  double probability, double tolerance = 2e-5) {  // fastText adds 1e-5
  const auto found = model.classify(text, 2);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].label, label) << text;
  EXPECT_NEAR(found[0].probability, probability, tolerance) << text;
  EXPECT_GE(found[0].probability, found[1].probability);
}

TEST(BlazingTextGolden, ClassifierAnswersAsFastText) {
  const auto model = load_golden("softmax.bin", "model.bin");
  ASSERT_TRUE(model->text()->classifies());
  expect_label(*model->text(), "the film was good", "__label__good", 0.925516);
  expect_label(*model->text(), "awful poor plot", "__label__bad", 0.999429);
  expect_label(*model->text(), "sch\xC3\xB6n", "__label__good", 0.985333);
  expect_label(*model->text(), "unknown words only", "__label__bad", 0.636843);
  EXPECT_EQ(model->text()->classify("the film", 99).size(), 2U);
}

TEST(BlazingTextGolden, OneForEachClassifierWithPartsOfWordsAnswersAsFastText) {
  constexpr double table_step = 0.25 / 32;  // of the logistic function's in fastText
  const auto model = load_golden("one_for_each.bin", "model.bin");
  expect_label(*model->text(), "the film was good", "__label__good", 0.658428, table_step);
  expect_label(*model->text(), "awful poor plot", "__label__bad", 0.890304, table_step);
  expect_label(*model->text(), "sch\xC3\xB6n", "__label__good", 0.771854, table_step);
  expect_label(*model->text(), "unknown words only", "__label__bad", 0.52343, table_step);
}

TEST(BlazingTextGolden, VectorsAreFastTexts) {
  const auto model = load_golden("vectors.bin", "vectors.bin");
  const auto expect = [&](const char* word, const std::vector<double>& numbers) {
    const auto vector = model->text()->vector_of(word);
    ASSERT_EQ(vector.size(), numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i)
      EXPECT_NEAR(vector[i], numbers[i], 1e-4) << word;
  };
  expect("film", {-0.018133, 0.43493, -0.7235, -0.093967});
  expect("sch\xC3\xB6n", {-1.1784, -0.51964, -0.61206, 0.35936});
  expect("sch\xC3\xB6ner", {-0.76791, 0.23536, -0.55674, -0.15945});  // in no training text
  expect("zzz", {-1.5063, -0.39926, -0.31226, 0.079743});
}

TEST(BlazingTextGolden, AreWrittenAsTheyWereRead) {
  for (const char* name : {"softmax.bin", "one_for_each.bin", "vectors.bin"}) {
    const auto path = std::filesystem::path(testing::TempDir()) / "rewritten.bin";
    const auto bytes = [](const std::filesystem::path& file) {
      std::ifstream in(file, std::ios::binary);
      return std::string{std::istreambuf_iterator<char>(in), {}};
    };
    write_fasttext(path, read_fasttext(golden / name));
    const std::string ours = bytes(path);
    const std::string theirs = bytes(golden / name);
    ASSERT_EQ(ours.size(), theirs.size()) << name;
    // How often the rate is updated is not kept.
    constexpr std::size_t rate_updates = 8 + 11 * 4;
    EXPECT_EQ(ours.substr(0, rate_updates), theirs.substr(0, rate_updates)) << name;
    EXPECT_EQ(ours.substr(rate_updates + 4), theirs.substr(rate_updates + 4)) << name;
  }
}

TEST(BlazingTextGolden, HierarchicalSoftmaxIsRefused) {
  try {
    (void)load_golden("tree.bin", "model.bin");
    FAIL();
  } catch (const ModelError& error) {
    EXPECT_STREQ(error.what(),
                 "model.bin: classifiers trained with hierarchical softmax are not supported");
  }
}

Corpus read(const std::string& text) {
  const base::MemorySource source(text);
  const std::vector<table::Input> inputs = {{"a.txt", &source}};
  return read_corpus(inputs, LineEnds::are_words);
}

Corpus read_json(const std::string& text) {
  const base::MemorySource source(text);
  const std::vector<table::Input> inputs = {{"a.jsonl", &source}};
  return read_corpus(inputs, LineEnds::are_words, Lines::of_json);
}

TEST(BlazingTextJson, IsTheTextThatMeansTheSame) {
  EXPECT_EQ(sentence_of(R"({"label": 1, "source": "a\nb"})"), "__label__1 a b");
  EXPECT_EQ(sentence_of(R"({"source": "a", "label": ["x y", "__label__z", -2], "other": {}})"),
            "__label__x_y __label__z __label__-2 a");
  const Corpus json = read_json(
      "{\"source\": \"a b a\", \"label\": \"x\"}\r\n\n{\"source\": \"b\", \"label\": "
      "[\"y\", \"x\"]}");
  const Corpus text = read("__label__x a b a\n\n__label__y __label__x b");
  EXPECT_EQ(json.words, text.words);
  EXPECT_EQ(json.line_ends, text.line_ends);
}

TEST(BlazingTextJson, NamesTheWrongLine) {
  const auto complaint = [](const std::string& text) {
    try {
      (void)read_json(text);
    } catch (const ClientError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::string good = "{\"source\": \"a\", \"label\": 1}\n";
  EXPECT_EQ(complaint(good + "{\"label\": 1}"), "a.jsonl: line 2: it has no attribute source");
  EXPECT_EQ(complaint(good + "\n{\"source\": \"a\"}"),
            "a.jsonl: line 3: it has no attribute label");
  EXPECT_EQ(complaint("{\"source\": 1, \"label\": 1}"), "a.jsonl: line 1: source is no text");
  EXPECT_EQ(complaint("{\"source\": \"a\", \"label\": 1.5}"),
            "a.jsonl: line 1: label is neither a text, a whole number nor a list of such");
  EXPECT_EQ(complaint("3"), "a.jsonl: line 1: it is no JSON object");
  EXPECT_TRUE(complaint("__label__1 a").starts_with("a.jsonl: line 1: "));
}

TEST(BlazingTextCorpus, IsShuffledBySeed) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "w" + std::to_string(i) + "\n";
  const Corpus before = read(text);
  Corpus one = before;
  Corpus other = before;
  shuffle_lines(one, 3);
  shuffle_lines(other, 3);
  EXPECT_EQ(one.words, other.words);
  EXPECT_NE(one.words, before.words);
  EXPECT_EQ(one.line_ends, before.line_ends);
  std::ranges::sort(one.words);
  std::vector<std::uint32_t> words = before.words;
  std::ranges::sort(words);
  EXPECT_EQ(one.words, words);
}

TEST(BlazingTextExamples, HaveRowsOfWordsThenOfRuns) {
  const Corpus corpus = read("__label__x a b a\nno label here\n__label__y __label__x b\n");
  const Selection selection = select(corpus.lexicon, 2, Labels::apart);
  // The words are </s> three times, a and b twice.
  const Examples examples = make_examples(corpus, selection, 3, {.words = 2, .buckets = 100});
  ASSERT_EQ(examples.rows.size(), 2U);
  const auto first = examples.rows[0];
  ASSERT_EQ(first.size(), 7U);
  EXPECT_EQ(Numbers(first.begin(), first.begin() + 4), (Numbers{1, 2, 1, 0}));
  for (std::size_t i = 4; i < 7; ++i) EXPECT_GE(first[i], 3U);
  EXPECT_EQ(examples.labels[1].size(), 2U);
  EXPECT_EQ(examples.words, (Numbers{4, 2}));
}

TEST(BlazingTextExamples, OfAnotherTextAreLookedUp) {
  const Corpus corpus = read("__label__x a b\n__label__y b\n");
  const Selection selection = select(corpus.lexicon, 1, Labels::apart);
  const Corpus other = read("__label__z b c\n");
  const Selection found = look_up(other.lexicon, selection.vocabulary);
  const Examples examples = make_examples(other, found, 3, {});
  EXPECT_EQ(examples.labels[0][0], Lexicon::none);
  EXPECT_EQ(examples.rows[0].size(), 2U);
}

// Order decides: "not good" is bad.
std::string moods(int lines, std::uint64_t seed) {
  Draw draw(seed);
  std::string text;
  for (int line = 0; line < lines; ++line) {
    const bool is_good = draw.below(2) == 0;
    const bool turned = draw.below(2) == 0;
    text += is_good != turned ? "__label__good " : "__label__bad ";
    text += "w" + std::to_string(draw.below(20));
    text += turned ? " not " : " very ";
    text += is_good ? "good" : "awful";
    text += " w" + std::to_string(draw.below(20)) + "\n";
  }
  return text;
}

struct Trained {
  std::filesystem::path folder;
  std::vector<std::string> log;

  [[nodiscard]] bool says(const std::string& line) const {
    return std::ranges::find(log, line) != log.end();
  }
};

Trained run(const std::string& name, HyperparameterMap given, const std::string& text,
            const std::string& validation = "") {
  Trained trained{.folder = std::filesystem::path(testing::TempDir()) / ("supervised-" + name)};
  std::filesystem::remove_all(trained.folder);
  given.insert({{"mode", "supervised"}, {"vector_dim", "10"}, {"buckets", "1000"}});
  const base::MemorySource source(text);
  const base::MemorySource checks(validation);
  std::vector<Channel> channels = {{.name = "train", .inputs = {{"a.txt", &source}}}};
  if (!validation.empty())
    channels.push_back({.name = "validation", .inputs = {{"b.txt", &checks}}});
  const auto keep = [&](std::string_view line) { trained.log.emplace_back(line); };
  train(given, channels, {.model_folder = trained.folder, .print = keep, .info = keep});
  return trained;
}

TEST(BlazingTextSupervised, LearnsWhatRunsOfWordsSay) {
  const HyperparameterMap given = {{"epochs", "20"}, {"learning_rate", "0.5"}};
  const auto trained = run("runs", given, moods(2000, 1), moods(500, 2));
  EXPECT_TRUE(trained.says("#train_accuracy: 1.0000"));
  EXPECT_TRUE(trained.says("#validation_accuracy: 1.0000"));
  EXPECT_TRUE(trained.says("Number of train examples: 2000"));
  const auto model = load_model(trained.folder);
  const auto found = model->text()->classify("w3 not good w5", 1);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].label, "__label__bad");
  EXPECT_GT(found[0].probability, 0.9);
  const auto both = model->text()->classify("w3 not good w5", 2);
  EXPECT_NEAR(both[0].probability + both[1].probability, 1, 1e-6);
}

TEST(BlazingTextSupervised, SingleWordsDoNotTellIt) {
  const HyperparameterMap given = {
      {"epochs", "20"}, {"learning_rate", "0.5"}, {"word_ngrams", "1"}};
  const auto trained = run("words", given, moods(2000, 1));
  EXPECT_FALSE(trained.says("#train_accuracy: 1.0000"));
}

TEST(BlazingTextSupervised, TheSameSeedGivesTheSameBytes) {
  const auto bytes = [](const Trained& trained) {
    std::ifstream in(trained.folder / "model.bin", std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(in), {}};
  };
  const std::string text = "__label__a __label__b x y z x y z\n__label__b y x y x x\n";
  EXPECT_EQ(bytes(run("one", {{"min_count", "1"}}, text)),
            bytes(run("other", {{"min_count", "1"}}, text)));
}

TEST(BlazingTextSupervised, StopsEarlyAndKeepsTheBest) {
  const auto trained = run("early",
                           {{"epochs", "100"},
                            {"learning_rate", "0.5"},
                            {"early_stopping", "True"},
                            {"patience", "2"},
                            {"min_epochs", "3"}},
                           moods(2000, 1), moods(500, 2));
  EXPECT_TRUE(trained.says("Validation accuracy improved! Storing best weights..."));
  EXPECT_FALSE(trained.says("-------------- End of epoch: 100"));
  EXPECT_TRUE(trained.says("#validation_accuracy: 1.0000"));
}

std::string refusal(const HyperparameterMap& given, const std::string& text,
                    const std::string& validation = "") {
  try {
    (void)run("refused", given, text, validation);
  } catch (const ClientError& error) {
    return error.what();
  }
  return "";
}

TEST(BlazingTextSupervised, RefusesWhatItCannotLearnFrom) {
  EXPECT_EQ(refusal({}, "a b c\n"),
            "The training data has no labels: no word begins with __label__");
  EXPECT_EQ(refusal({{"word_ngrams", "1"}}, "__label__x a b\n"),
            "No line of the training data has both a label and a word that occurs min_count = 5 "
            "times");
  EXPECT_EQ(refusal({{"early_stopping", "true"}}, moods(10, 1)),
            "early_stopping needs a validation channel");
  EXPECT_EQ(refusal({}, moods(10, 1), "a b c\n"),
            "No line of the validation channel has both a label and a known word");
}

}  // namespace
}  // namespace millrace::learn::blazingtext
