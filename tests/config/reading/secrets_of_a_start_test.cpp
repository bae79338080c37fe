#include "server/server.hpp"
#include "tests/support/secrets_fixture.hpp"

#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

namespace portico::test {
namespace {

// Returns the error of a start in this process; empty if it succeeds.
std::string start_error(const Config& config) {
  asio::io_context control(1);
  Observer observer;
  Registry registry;
  registry.add("echo", "Ends at once.", [](Connection&) -> asio::awaitable<void> { co_return; });
  Server server(control, observer);
  try {
    server.start(config, registry);
  } catch (const StartError& error) {
    return error.what();
  }
  server.stop({}, [&](Server::StopResult) { control.stop(); });
  control.run();
  return {};
}

TEST(SecretsTest, PlainValuesAndDefaultsAreShownAfterLoading) {
  const LoadResult result = load(R"({ "workers": "${env:COUNT}", "log": { "level": "${env:LEVEL:-error}" },
    "limits": { "connections": "${env:PORT}" }, "endpoints": { "e": { "listen": ":${env:PORT}", "handler": "kinds",
    "options": { "flag": "${env:YES}", "text": "${env:NONE:-plain}", "duration": "${env:COUNT}s", "size": "${env:COUNT}",
                 "byte_rate": "${env:COUNT}B/s", "address": "${env:SECRET}:80", "file": "${env:SECRET}" } } } })");
  ASSERT_TRUE(result.loaded()) << to_string(result.problems.at(0));
  for (const char* text : {"bind to 0.0.0.0:7000: Permission denied (7)", "error: it is true, plain, 7s and 7B/s"})
    EXPECT_EQ(result.shown(text), text);
  EXPECT_EQ(result.shown("error at hunter2:80 of hunter2"), "error at ${env:SECRET}:80 of ${env:SECRET}");
  const std::string doctor = said_on_a_poor_host(result);
  EXPECT_NE(doctor.find("endpoint e, :7000: refused"), std::string::npos) << doctor;
  EXPECT_NE(doctor.find("limits.connections is 7000"), std::string::npos) << doctor;
  const Json written = Json::parse(effective_configuration(result));
  EXPECT_EQ(written["log"]["level"], "${env:LEVEL:-error}");
  EXPECT_EQ(written["workers"], "${env:COUNT}");
}

TEST(SecretsTest, AFailedStartAndAHealthCheckShowNoValue) {
  const std::string mark = "s3cret-m4rk";
  const auto folder = std::filesystem::temp_directory_path() / "portico-secrets";
  std::filesystem::create_directories(folder);
  const Json listen = "unix:" + (folder / "p.sock").generic_string();
  for (const char* settings :
       {R"("unix_socket": { "owner": "${env:MARK}" })", R"("unix_socket": { "group": "${env:MARK}" })",
        R"("tls": { "certificate": "${env:MARK}", "key": "x${env:MARK}" })"}) {
    const LoadResult result = load_marked(
        R"({ "endpoints": { "e": { "handler": "echo", "listen": )" + listen.dump() + ", " + settings + " } } }", mark);
    ASSERT_TRUE(result.loaded()) << to_string(result.problems.at(0));
    const std::string error = result.shown(start_error(result.config));
    EXPECT_NE(error.find("endpoint e: "), std::string::npos) << error;
    expect_hidden(error, mark);
    asio::io_context context(1);
    for (const auto& failure : check_health(context, result.config, std::chrono::seconds(2)).failures)
      expect_hidden(result.shown(failure), mark);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace portico::test
