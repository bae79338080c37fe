// What the start would meet, over real sockets and files.

#include "server/net/try_listening.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace portico {
namespace {

using asio::ip::tcp;
namespace fs = std::filesystem;

class ListeningTrialTest : public testing::Test {
 protected:
  void TearDown() override { fs::remove_all(folder); }

  // Returns the error, or an empty string.
  std::string error_of(const ListenAddress& address, const std::string& owner = "another") {
    return trial.try_entry(endpoint, address, owner).error.value_or("");
  }

  static ListenAddress at(const char* host, std::uint16_t port) { return {{host, port, {}}, {}, {}}; }
  static ListenAddress unix_path(const fs::path& path) { return {{"", 0, path.string()}, {}, {}}; }

  fs::path make_folder() {
    folder = fs::temp_directory_path() /
             ("portico_try_listening_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()));
    fs::remove_all(folder);
    fs::create_directory(folder);
    return folder;
  }

  // Returns a port that is free now.
  std::uint16_t free_port() {
    const tcp::acceptor free(context, {asio::ip::address_v4::loopback(), 0});
    return free.local_endpoint().port();
  }

  asio::io_context context;
  EndpointConfig endpoint;
  ListeningTrial trial;
  fs::path folder;
};

TEST_F(ListeningTrialTest, PortInUseIsTheErrorOfTheStart) {
  const tcp::acceptor taken(context, {asio::ip::address_v4::loopback(), 0}, /*reuse_addr=*/false);
  const auto port = taken.local_endpoint().port();
  const std::string expected = "bind to 127.0.0.1:" + std::to_string(port) + ": ";
  EXPECT_EQ(error_of(at("127.0.0.1", port)).substr(0, expected.size()), expected);
}

TEST_F(ListeningTrialTest, AddressThatTheHostLacksIsNamed) {
  const std::string expected = "bind to 192.0.2.1:7000: ";
  EXPECT_EQ(error_of(at("192.0.2.1", 7000)).substr(0, expected.size()), expected);
}

TEST_F(ListeningTrialTest, TwoOwnEntriesOnOneAddressAreToldApartFromAStranger) {
  const auto port = free_port();
  EXPECT_EQ(error_of(at("localhost", port), "endpoint web (localhost)"), "");
  EXPECT_EQ(error_of(at("127.0.0.1", port)),
            "127.0.0.1:" + std::to_string(port) + " is already used by endpoint web (localhost)");
}

TEST_F(ListeningTrialTest, NoClientCanConnect) {
  const auto port = free_port();
  EXPECT_EQ(error_of(at("127.0.0.1", port)), "");
  tcp::socket client(context);
  std::error_code error;
  client.connect({asio::ip::address_v4::loopback(), port}, error);
  EXPECT_EQ(error, asio::error::connection_refused);
}

TEST_F(ListeningTrialTest, UnixSocketNeedsItsFolderAndNoFileOfAnotherKind) {
  const auto path = make_folder() / "p.sock";
  EXPECT_EQ(error_of(unix_path(path)), "");
  EXPECT_FALSE(fs::exists(path)) << "nothing is created";
  EXPECT_EQ(error_of(unix_path(folder / "missing" / "p.sock")),
            "the folder " + (folder / "missing").string() + " does not exist");
  std::ofstream(path) << "text";
  EXPECT_EQ(error_of(unix_path(path)), "a file that is not a socket exists; it was left unchanged");
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(ListeningTrialTest, OnePathOfTwoEntriesNamesTheOwnOtherEndpoint) {
  const auto path = make_folder() / "p.sock";
  fs::create_directory(folder / "other");
  EXPECT_EQ(error_of(unix_path(path), "endpoint web (unix:p.sock)"), "");
  const std::string expected = "the same socket is already used by endpoint web (unix:p.sock)";
  EXPECT_EQ(error_of(unix_path(folder / "." / "p.sock")), expected);
  EXPECT_EQ(error_of(unix_path(folder / "other" / ".." / "p.sock")), expected);
  EXPECT_EQ(error_of(unix_path(folder / "other" / "p.sock")), "");
  EXPECT_EQ(error_of(unix_path(folder / "q.sock")), "");
}

TEST_F(ListeningTrialTest, InheritedSocketThatWasNotPassedIsTheErrorOfTheStart) {
  ListenAddress inherited;
  inherited.descriptor = 3;
  InheritedSockets none;
  try {
    open_listening_sockets(context, inherited, endpoint, none);
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error_of(inherited), error.what());
  }
}

}  // namespace
}  // namespace portico
