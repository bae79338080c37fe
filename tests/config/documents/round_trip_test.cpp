#include "config/documents/documents.hpp"
#include "config/reading/load.hpp"
#include "tests/support/config_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace portico {
namespace {

// Fills objects with random values, by their rows.
class RandomValues {
 public:
  explicit RandomValues(unsigned seed) : engine_(seed) {}

  std::int64_t number(std::int64_t min, std::int64_t max) { return std::uniform_int_distribution(min, max)(engine_); }

  // Values that a struct's check() refuses are replaced.
  void fill(const OptionType& type, void* object) {
    for (const OptionRow& row : type.rows) fill(row.type, row.at(object));
    if (type.check != nullptr && !type.check(object).empty()) fill(type, object);
    if (type.children != nullptr) return fill_children(type, object);
    if (type.store != nullptr) type.store(object, value(type));
  }

 private:
  void fill_children(const OptionType& type, void* object) {
    type.clear(object);
    const auto min_size = static_cast<std::int64_t>(type.limits.min_size.value_or(0));
    const auto max_size = std::min<std::int64_t>(3, static_cast<std::int64_t>(type.limits.max_size.value_or(3)));
    std::int64_t count = number(min_size, std::max(min_size, max_size));
    if (type.kind == OptionKind::optional) count = std::min<std::int64_t>(count, 1);
    if (type.kind == OptionKind::one_of) count = 1;
    for (std::int64_t i = 0; i < count; ++i) {
      const auto alternative =
          type.kind == OptionKind::one_of ? number(0, static_cast<std::int64_t>(type.element_types.size()) - 1) : 0;
      const auto index = static_cast<std::size_t>(alternative);
      fill(type.element_types[index], type.add(object, "host" + std::to_string(i) + ".example", index));
    }
  }

  OptionValue value(const OptionType& type) {
    const OptionLimits& limits = type.limits;
    if (!limits.named_values.empty() && (type.kind == OptionKind::choice || number(0, 3) == 0)) {
      return limits
          .named_values[static_cast<std::size_t>(number(0, static_cast<std::int64_t>(limits.named_values.size()) - 1))]
          .second;
    }
    const std::int64_t integer = number(limits.min.value_or(0), limits.max.value_or(1 << 20));
    const std::chrono::milliseconds times[] = {std::chrono::seconds(1), std::chrono::minutes(1), std::chrono::hours(1)};
    const std::chrono::milliseconds per = times[number(0, 2)];
    switch (type.kind) {
      case OptionKind::boolean:
        return number(0, 1) == 1;
      case OptionKind::number:
        return std::uniform_real_distribution(limits.min_number.value_or(0), limits.max_number.value_or(1))(engine_);
      case OptionKind::rate:
        return Rate{integer, per};
      case OptionKind::byte_rate:
        return ByteRate{integer, per};
      case OptionKind::address:
        return address();
      case OptionKind::listen_address:
        return listen_address();
      case OptionKind::network:
        return network();
      case OptionKind::string:
        return text(limits);
      case OptionKind::path:
        return "folder ${x}/file" + std::to_string(number(0, 99));
      case OptionKind::pem:
        return number(0, 1) == 0 ? "key.pem" : std::string("-----BEGIN \"KEY\"\n${env:A}");
      default:
        return integer;
    }
  }

  SocketAddress address() {
    const char* hosts[] = {"192.0.2.1", "2001:db8::1", "fe80::1%1", "localhost", ""};
    if (number(0, 5) == 0)
      return {"", 0, (number(0, 1) == 0 ? "/run/a b" : "@a b") + std::to_string(number(0, 1 << 30))};
    return {hosts[number(0, 4)], static_cast<std::uint16_t>(number(0, 65535)), ""};
  }

  ListenAddress listen_address() {
    ListenAddress listen;
    const std::int64_t which = number(0, 3);
    if (which == 0)
      listen.descriptor = static_cast<int>(number(0, 999'999));
    else if (which == 1)
      listen.inherited_name = "web-" + std::to_string(number(0, 99)) + ".socket";
    else
      static_cast<SocketAddress&>(listen) = address();
    return listen;
  }

  Network network() {
    Network network;
    network.v6 = number(0, 1) == 1;
    network.prefix = static_cast<std::uint8_t>(number(0, network.v6 ? 16 : 4) * 8);
    for (unsigned i = 0; i < network.prefix / 8u; ++i) network.bytes[i] = static_cast<std::uint8_t>(number(0, 255));
    return network;
  }

  std::string text(const OptionLimits& limits) {
    if (limits.form != nullptr) return "0640";  // the only form: the mode of a file
    const std::string parts[] = {"a", "\"",      "\\", "${", "$", "$${", "}", "\n", "\xC3\xBC", "\xF0\x9F\x98\x80",
                                 "/", "${env:A}"};
    std::string text(std::max<std::size_t>(limits.min_size.value_or(0), 1), 'x');
    for (std::int64_t i = number(0, 8); i > 0; --i) {
      const std::string& part = parts[number(0, 11)];
      if (text.size() + part.size() <= limits.max_size.value_or(200)) text += part;
    }
    return text;
  }

  std::mt19937 engine_;
};

LoadResult random_configuration(unsigned seed, const std::vector<HandlerDescription>& handlers) {
  RandomValues random(seed);
  LoadResult result;
  result.outcome = LoadResult::Outcome::loaded;
  random.fill(OptionSet::of<Config>().type(), &result.config);
  for (int i = 0; i < 3; ++i) {
    EndpointConfig& endpoint = result.config.endpoints.emplace_back();
    random.fill(OptionSet::of<EndpointConfig>().type(), &endpoint);
    endpoint.name = "endpoint" + std::to_string(i);
    endpoint.listen = {{{"", static_cast<std::uint16_t>(7000 + i), ""}}};  // random ones could overlap
    const auto& handler =
        handlers[static_cast<std::size_t>(random.number(0, static_cast<std::int64_t>(handlers.size()) - 1))];
    endpoint.handler = handler.name;
    const auto options = handler.options.make();
    random.fill(handler.options.type(), options.get());
    endpoint.options = HandlerOptions(options, handler.options);
  }
  return result;
}

TEST(ConfigRoundTripTest, APrintedConfigurationLoadsToAnEqualOne) {
  const auto handlers = test::handlers();
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const LoadResult generated = random_configuration(seed, handlers);
    const std::string written = effective_configuration(generated);
    const LoadResult loaded = test::load(written);
    ASSERT_TRUE(loaded.loaded()) << to_string(loaded.problems.at(0)) << "\n" << written;
    ASSERT_TRUE(loaded.config == generated.config) << written;
    ASSERT_EQ(effective_configuration(loaded), written);
  }
}

// The generated configurations have every form of the rules: plain, and as an object with and without `observe`.
TEST(ConfigRoundTripTest, EveryFormOfARuleIsGenerated) {
  const auto handlers = test::handlers();
  std::set<std::pair<std::size_t, bool>> rates, denials, limits;
  for (unsigned seed = 0; seed < 100; ++seed) {
    for (const EndpointConfig& endpoint : random_configuration(seed, handlers).config.endpoints) {
      denials.emplace(endpoint.accept.deny.index(), is_observed(endpoint.accept.deny));
      if (const auto& rate = endpoint.accept.rate) rates.emplace(rate->index(), is_observed(*rate));
      if (const auto& limit = endpoint.limits.connections) limits.emplace(limit->index(), is_observed(*limit));
    }
  }
  const std::set<std::pair<std::size_t, bool>> forms{{0, false}, {1, false}, {1, true}};
  EXPECT_EQ(rates, forms);
  EXPECT_EQ(denials, forms);
  EXPECT_EQ(limits, forms);
}

TEST(ConfigRoundTripTest, ADifferentOptionMakesADifferentConfiguration) {
  const LoadResult one = test::load(R"({ "endpoints": { "a": { "listen": ":7", "handler": "shout" } } })");
  const LoadResult same =
      test::load(R"({ "endpoints": { "a": { "listen": ":7", "handler": "shout", "options": {} } } })");
  const LoadResult other =
      test::load(R"({ "endpoints": { "a": { "listen": ":7", "handler": "shout", "options": { "prefix": "x" } } } })");
  EXPECT_TRUE(one.config == same.config);
  EXPECT_FALSE(one.config == other.config);
}

TEST(ConfigRoundTripTest, ASecretIsPrintedAsTheFileSpellsIt) {
  const LoadResult result = test::load(R"({ "endpoint_defaults": { "timeouts": { "idle": "${env:COUNT}m" } },
    "endpoints": { "a": { "listen": ":${env:PORT}", "handler": "shout", "options": { "prefix": "${env:SECRET}!" } },
                   "b": { "listen": ":1", "handler": "echo", "timeouts": { "idle": "7m" } } } })");
  ASSERT_TRUE(result.loaded());
  const std::string written = effective_configuration(result);
  EXPECT_EQ(written.find("hunter2"), std::string::npos);
  EXPECT_NE(written.find("\"${env:SECRET}!\""), std::string::npos);
  EXPECT_NE(written.find("\":${env:PORT}\""), std::string::npos);
  EXPECT_NE(written.find("\"idle\": \"${env:COUNT}m\""), std::string::npos);  // of a, from endpoint_defaults
  EXPECT_NE(written.find("\"idle\": \"7m\""), std::string::npos);             // of b, its own
  EXPECT_TRUE(test::load(written).config == result.config);
}

TEST(ConfigRoundTripTest, TheDefaultConfigurationLoads) {
  std::vector<HandlerDescription> handlers = test::handlers();
  const LoadResult result = test::load(default_configuration(handlers));
  EXPECT_TRUE(result.loaded()) << to_string(result.problems.at(0));
  EXPECT_EQ(result.config.endpoints.size(), handlers.size());
}

TEST(ConfigRoundTripTest, RequiredOptionsHaveAnExampleInEveryDocument) {
  const std::vector<HandlerDescription> handlers = test::handlers();
  const std::string defaults = default_configuration(handlers);
  for (const char* line : {R"("address": "backend.example:9000",)", R"("folder": "example.txt",)",
                           R"("text": "examp",)", R"("choice": "one",)", R"("integer": -3,)", R"("size": "16B",)"})
    EXPECT_NE(defaults.find(line), std::string::npos) << line << "\n" << defaults;
  EXPECT_NE(reference_page(handlers).find(R"(required, such as `["127.0.0.1:9000","127.0.0.1:9000"]`)"),
            std::string::npos);
  EXPECT_NE(json_schema(handlers).find("\"examples\""), std::string::npos);
}

}  // namespace
}  // namespace portico
