// IP Insights: gradients against hand-computed cases and finite differences, and what must hold for
// any data.
#include "learn/ip_insights/contract.hpp"
#include "learn/ip_insights/evaluation.hpp"
#include "learn/ip_insights/fit.hpp"
#include "learn/ip_insights/model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace millrace::learn::ip_insights {
namespace {

constexpr std::uint32_t localhost = 0x7f000001;

Channel channel_of(const base::Source& source, const std::string& type = "text/csv") {
  return {.name = "train", .content_type = type, .inputs = {{"a.csv", &source}}};
}

std::string refusal(const std::string& text, const std::string& type = "text/csv") {
  const base::MemorySource source(text);
  try {
    (void)read_events(channel_of(source, type), 10, 1);
    return "";
  } catch (const ClientError& error) {
    return error.what();
  }
}

TEST(Events, HaveAddressesOfFourOctets) {
  EXPECT_EQ(parse_address("127.0.0.1"), localhost);
  EXPECT_EQ(parse_address("255.255.255.255"), 0xffffffffU);
  for (const char* wrong : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.-4", "1.2.3.4 ",
                            "a.b.c.d", "1..2.3", "::1", "0001.2.3.4"})
    EXPECT_FALSE(parse_address(wrong)) << wrong;
}

TEST(Events, AreReadFromLines) {
  const base::MemorySource source("a, 127.0.0.1\r\n\n\"b,c\",1.2.3.4\na,0.0.0.0\n");
  const auto events = read_events(channel_of(source), 1000, 2);
  EXPECT_EQ(events, (std::vector<Event>{{slot_of("a", 1000), localhost},
                                        {slot_of("b,c", 1000), 0x01020304},
                                        {slot_of("a", 1000), 0}}));
}

TEST(Events, AreRefusedWithFileAndLine) {
  EXPECT_NE(refusal("a,1.2.3.4\nb,1.2.3\n").find("a.csv, line 2: column 2: '1.2.3' is not an IPv4"),
            std::string::npos);
  EXPECT_NE(refusal("a,1.2.3.4,5\n").find("line 1: expected 2 columns, found 3"),
            std::string::npos);
  EXPECT_NE(refusal("\"a,1.2.3.4\n").find("a double quote is not closed"), std::string::npos);
  EXPECT_EQ(refusal("\n"), "The channel 'train' has no rows");
  EXPECT_EQ(refusal("", "application/json"),
            "No iterator has been registered for ContentType ('application/json', '1.0')");
}

TEST(Events, KeepTheirNumbersInARow) {
  const std::vector<Event> events = {{249999999, 0xffffffff}, {0, 0}, {65536, 0x00010000}};
  table::Matrix rows;
  for (const Event& event : events) append_event(rows, event);
  EXPECT_EQ(events_of(rows), events);
}

TEST(Events, SpreadOverTheSlots) {
  std::vector<std::size_t> counts(10);
  for (int i = 0; i < 10000; ++i) ++counts[slot_of("user" + std::to_string(i), 10)];
  EXPECT_GT(*std::ranges::min_element(counts), 850U);
  EXPECT_LT(*std::ranges::max_element(counts), 1150U);
}

// Without layers the score is the entity's vector times the sum of four octet vectors.
Network by_hand() {
  const Shape shape{.slots = 2, .dimensions = 4, .layers = 0};
  Network network{
      .shape = shape, .entities = {1, 0, 0, 0, 0, 2, 0, 0}, .encoder = zero_encoder(shape)};
  network.encoder.octets[0 * 256 * shape.width() + 127 * shape.width() + 1] = 0.5F;
  network.encoder.octets[3 * 256 * shape.width() + 1 * shape.width() + 1] = 0.25F;
  return network;
}

TEST(Network, ScoresByTheProductOfItsVectors) {
  Parallel parallel(1);
  const std::vector<Event> events = {{0, localhost}, {1, localhost}, {1, 0}};
  EXPECT_EQ(scores(by_hand(), events, parallel), (std::vector<float>{0, 1.5F, 0}));
}

TEST(Network, HasTheGradientsOfTheLogLoss) {
  const Network network = by_hand();
  const std::vector<std::uint32_t> slots = {1};
  const std::vector<std::uint32_t> addresses = {localhost, 0};
  Scratch scratch;
  Encoder gradient = zero_encoder(network.shape);
  std::vector<float> rows(4);
  const Loss loss = add_gradients(network, {slots, addresses, 2}, 1, scratch, gradient, rows);
  const double p = 1 / (1 + std::exp(-1.5));
  EXPECT_NEAR(loss.cross_entropy, -std::log(p) - std::log(0.5), 1e-6);
  EXPECT_EQ(loss.right, 1U);
  // d/dv = (p - 1) f(a) of the observed pair; the made-up one's address has the vector 0.
  EXPECT_NEAR(rows[1], (p - 1) * 0.75, 1e-6);
  EXPECT_EQ(rows[0], 0);
  const std::size_t width = network.shape.width();
  EXPECT_NEAR(gradient.octets[127 * width + 1], (p - 1) * 2, 1e-6);
  EXPECT_NEAR(gradient.octets[(3 * 256 + 1) * width + 1], (p - 1) * 2, 1e-6);
  // Octets 2 and 3 are 0 in both addresses.
  EXPECT_NEAR(gradient.octets[256 * width + 1], (p - 1) * 2 + 0.5 * 2, 1e-6);
  EXPECT_NEAR(gradient.octets[0 * width + 1], 0.5 * 2, 1e-6);
}

double loss_of(const Network& network, const Pairs& pairs) {
  Scratch scratch;
  Encoder gradient = zero_encoder(network.shape);
  std::vector<float> rows(pairs.slots.size() * network.shape.dimensions);
  return add_gradients(network, pairs, 1, scratch, gradient, rows).cross_entropy;
}

TEST(Network, HasTheGradientsThatFiniteDifferencesShow) {
  for (const std::size_t layers : {1, 2}) {
    Draw draw(layers);
    Network network = make_network({.slots = 3, .dimensions = 5, .layers = layers}, draw);
    for (float& value : network.entities) value *= 5;
    const std::vector<std::uint32_t> slots = {2, 0};
    const std::vector<std::uint32_t> addresses = {localhost, 0x01020304, 0xfe010101, 0x01000001};
    const Pairs pairs{slots, addresses, 2};
    Scratch scratch;
    Encoder gradient = zero_encoder(network.shape);
    std::vector<float> rows(10);
    (void)add_gradients(network, pairs, 1, scratch, gradient, rows);
    const std::size_t width = network.shape.width();
    const auto expect = [&](float& place, float slope) {
      constexpr float step = 0.002F;
      const float before = place;
      place = before + step;
      const double above = loss_of(network, pairs);
      place = before - step;
      const double below = loss_of(network, pairs);
      place = before;
      EXPECT_NEAR((above - below) / (2 * static_cast<double>(step)), slope, 0.01);
    };
    for (std::size_t i = 0; i < 5; ++i) {
      expect(network.entities[2 * 5 + i], rows[i]);
      expect(network.encoder.octets[127 * width + i], gradient.octets[127 * width + i]);
      for (std::size_t l = 0; l < layers; ++l) {
        expect(network.encoder.layers[l].bias[i], gradient.layers[l].bias[i]);
        const std::size_t weight = 2 * width + i;
        expect(network.encoder.layers[l].weights[weight], gradient.layers[l].weights[weight]);
      }
    }
  }
}

// Of two weights after `steps` equal gradients.
std::vector<float> moved(const Settings& settings, std::vector<float> gradient, std::size_t steps) {
  std::vector<float> weights = {1, -2};
  std::vector<float> means(2);
  std::vector<float> squares(2);
  for (std::size_t step = 1; step <= steps; ++step)
    kernels().adam_step(adam_step(settings, step), {.gradient = gradient.data(),
                                                    .weights = weights.data(),
                                                    .means = means.data(),
                                                    .squares = squares.data(),
                                                    .count = 2});
  return weights;
}

// Equal gradients move by the learning rate at every step, whatever their size.
TEST(Adam, StepsByTheRate) {
  const Settings settings{.learning_rate = 0.1, .weight_decay = 0};
  EXPECT_NEAR(moved(settings, {0.5F, -4}, 1)[0], 0.9, 1e-4);
  EXPECT_NEAR(moved(settings, {0.5F, -4}, 1)[1], -1.9, 1e-4);
  EXPECT_NEAR(moved(settings, {0.5F, -4}, 3)[0], 0.7, 1e-3);
  EXPECT_EQ(moved(settings, {0, 0}, 3), (std::vector<float>{1, -2}));
}

TEST(Adam, DrawsToZeroByTheDecay) {
  const Settings settings{.learning_rate = 0.1, .weight_decay = 0.01};
  EXPECT_NEAR(moved(settings, {0, 0}, 1)[0], 0.9, 1e-4);
  EXPECT_NEAR(moved(settings, {0, 0}, 1)[1], -1.9, 1e-4);
}

TEST(Evaluation, CountsHowManyMadeUpScoresLieBelow) {
  EXPECT_EQ(area_under_curve(std::vector<float>{1, 2}, std::vector<float>{0, -1}), 1);
  EXPECT_EQ(area_under_curve(std::vector<float>{0}, std::vector<float>{1, 2}), 0);
  EXPECT_EQ(area_under_curve(std::vector<float>{1, 3}, std::vector<float>{2, 1}), (0.5 + 2) / 4);
}

TEST(Evaluation, MakesUpTwoEventsForEach) {
  const std::vector<Event> events = {{1, 10}, {2, 20}, {3, 30}};
  const auto made = make_up(events, 1);
  ASSERT_EQ(made.size(), 6U);
  std::vector<std::uint32_t> shuffled;
  for (std::size_t i = 3; i < 6; ++i) shuffled.push_back(made[i].address);
  std::ranges::sort(shuffled);
  EXPECT_EQ(shuffled, (std::vector<std::uint32_t>{10, 20, 30}));
  EXPECT_EQ(made, make_up(events, 1));
}

// Each of the entities stays within one of a few networks of 2^16 addresses.
std::vector<Event> homely(std::size_t count, std::uint64_t seed) {
  Draw draw(seed);
  std::vector<Event> events;
  for (std::size_t i = 0; i < count; ++i) {
    const auto slot = static_cast<std::uint32_t>(draw.below(40));
    const std::uint32_t home = (slot % 8 * 29 + 3) << 24 | (slot % 5 * 41 + 7) << 16;
    events.push_back({slot, home | static_cast<std::uint32_t>(draw.next() >> 48)});
  }
  return events;
}

Settings small(std::size_t layers) {
  return {.shape = Shape{.slots = 40, .dimensions = 8, .layers = layers},
          .epochs = 20,
          .mini_batch_size = 200,
          .learning_rate = 0.01,
          .seed = 3};
}

Network fitted(const Settings& settings, int threads, std::vector<std::string>* log = nullptr) {
  Parallel parallel(threads);
  const Training training{.threads = threads,
                          .print = [](std::string_view) {},
                          .info =
                              [&](std::string_view line) {
                                if (log) log->emplace_back(line);
                              }};
  return fit(homely(4000, 1), settings, training, parallel, [](std::size_t, const Network&) {});
}

TEST(Fit, LearnsWhereEntitiesAreAtHome) {
  for (const std::size_t layers : {0, 1, 2}) {
    const Network network = fitted(small(layers), 1);
    Parallel parallel(1);
    const auto events = homely(1000, 2);
    const double area = area_under_curve(scores(network, events, parallel),
                                         scores(network, make_up(events, 5), parallel));
    EXPECT_GT(area, 0.93) << layers;
  }
}

TEST(Fit, TellsOfEpochsAndMiniBatches) {
  Settings settings = small(1);
  settings.epochs = 2;
  settings.publish_interval = 15;
  std::vector<std::string> log;
  (void)fitted(settings, 1, &log);
  const auto has = [&](const std::string& start) {
    return std::ranges::any_of(log,
                               [&](const std::string& line) { return line.starts_with(start); });
  };
  const std::string metric = "#quality_metric: host=algo-1, epoch=1, ";
  EXPECT_TRUE(has(metric + "batch=15 train binary_classification_accuracy <score>=0."));
  EXPECT_TRUE(has(metric + "train binary_classification_cross_entropy <loss>=0."));
  EXPECT_TRUE(has("#progress_metric: host=algo-1, completed 50.0 %"));
}

TEST(Fit, IsTheSameFromTheSameSeedWithAnyNumberOfThreads) {
  Settings settings = small(1);
  settings.epochs = 2;
  const auto one = to_arrays(fitted(settings, 1));
  EXPECT_EQ(one, to_arrays(fitted(settings, 3)));
  settings.seed = 4;
  EXPECT_NE(one, to_arrays(fitted(settings, 1)));
}

TEST(Model, KeepsTheNetwork) {
  Settings settings = small(2);
  settings.epochs = 1;
  const Network network = fitted(settings, 1);
  const Network read = from_arrays(to_arrays(network));
  Parallel parallel(1);
  const auto events = homely(50, 7);
  EXPECT_EQ(scores(network, events, parallel), scores(read, events, parallel));
}

TEST(Model, RefusesNetworksWithPartsMissing) {
  Draw draw(1);
  const auto whole = to_arrays(make_network({.slots = 3, .dimensions = 4, .layers = 1}, draw));
  for (std::size_t array = 0; array < whole.size(); ++array) {
    auto damaged = whole;
    damaged[array].name += "x";
    EXPECT_THROW((void)from_arrays(damaged), ModelError);
    damaged = whole;
    damaged[array].values.pop_back();
    EXPECT_THROW((void)from_arrays(damaged), ModelError);
  }
}

std::string violation(HyperparameterMap given) {
  given.try_emplace("num_entity_vectors", "20");
  given.try_emplace("vector_dim", "8");
  return check_hyperparameters(contract(), given).value_or("");
}

TEST(Hyperparameters, OfIpInsightsAreChecked) {
  EXPECT_EQ(violation({{"mini_batch_size", "500000"}, {"num_ip_encoder_layers", "0"}}), "");
  EXPECT_EQ(violation({{"random_negative_sampling_rate", "0"}}), "");
  EXPECT_NE(
      violation({{"random_negative_sampling_rate", "0"}, {"shuffled_negative_sampling_rate", "0"}}),
      "");
  EXPECT_NE(violation({{"random_negative_sampling_rate", "500"}}), "");
  EXPECT_NE(violation({{"vector_dim", "3"}}), "");
  EXPECT_NE(violation({{"learning_rate", "11"}}), "");
}

}  // namespace
}  // namespace millrace::learn::ip_insights
