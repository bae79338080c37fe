// The file of a Unix socket: which are removed, and which are left alone.

#include "server/net/unix_socket_file.hpp"

#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

namespace portico {
namespace {

namespace fs = std::filesystem;
using Unix = asio::local::stream_protocol;

class SocketFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::error_code error;
    Unix::socket(context).open({}, error);
#ifdef _WIN32
    if (error) GTEST_SKIP() << "Windows before 10 1803, and Wine 8, have no Unix sockets";
#endif
    ASSERT_FALSE(error) << error.message();
    fs::create_directory(folder);
  }
  void TearDown() override { fs::remove_all(folder); }

  // A server that listens at the path.
  std::unique_ptr<Unix::acceptor> server() {
    return std::make_unique<Unix::acceptor>(context, Unix::endpoint(path.string()));
  }

  std::string fault() const {
    try {
      remove_stale_file(path.string());
      return {};
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  }

  asio::io_context context;
  const fs::path folder =
      fs::temp_directory_path() /
      ("portico-" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count() % 1'000'000'000));
  const fs::path path = folder / "p.sock";
};

TEST_F(SocketFileTest, IsRemovedWhenNobodyListensAnyMore) {
  server().reset();
  ASSERT_TRUE(fs::exists(path));
  EXPECT_EQ(fault(), "");
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(fault(), "") << "nothing to remove";
}

TEST_F(SocketFileTest, StaysWhileSomebodyListens) {
  const auto running = server();
  EXPECT_EQ(fault(), "another server already listens there");
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(SocketFileTest, OfAnotherKindStays) {
  std::ofstream(path) << "precious";
  EXPECT_EQ(fault(), "a file that is not a socket exists; it was left unchanged");
  EXPECT_EQ(fs::file_size(path), 8u);
  fs::remove(path);
  fs::create_directory(path);
  EXPECT_NE(fault(), "");
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(SocketFileTest, GoesWithItsOwner) {
  const auto running = server();
  std::make_unique<UnixSocketFile>(path).reset();
  EXPECT_FALSE(fs::exists(path));
  std::make_unique<UnixSocketFile>(path).reset();  // nothing there
}

TEST_F(SocketFileTest, OfSomebodyElseStaysWhenTheOwnerOfThePathGoes) {
  const auto first = server();
  auto file = std::make_unique<UnixSocketFile>(path);
  fs::rename(path, folder / "first.sock");
  const auto second = server();
  file.reset();
  EXPECT_TRUE(fs::exists(path));
}

#ifndef _WIN32
TEST_F(SocketFileTest, GetsThePermissionsItShallHave) {
  const auto running = server();
  UnixSocketConfig config;
  config.mode = "0640";
  set_permissions(path, config);
  EXPECT_EQ(fs::status(path).permissions(), static_cast<fs::perms>(0640));
}

TEST_F(SocketFileTest, CannotBeGivenToNobodyKnown) {
  const auto running = server();
  UnixSocketConfig config;
  config.group = "no such group";
  EXPECT_THROW(set_permissions(path, config), std::runtime_error);
}
#endif

}  // namespace
}  // namespace portico
