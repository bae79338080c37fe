// The files of Unix sockets: removal of stale ones, and safety of all others.

#include "server/net/unix_socket_file.hpp"

#include "server/net/resolve_id.hpp"

#ifndef _WIN32
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#endif

#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>

namespace portico {
namespace {

namespace fs = std::filesystem;
using Unix = asio::local::stream_protocol;

class UnixSocketFileTest : public testing::Test {
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

  // Starts a server at the path.
  std::unique_ptr<Unix::acceptor> server() {
    return std::make_unique<Unix::acceptor>(context, Unix::endpoint(path.string()));
  }

  std::string stale_file_error() const {
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

TEST_F(UnixSocketFileTest, StaleFileIsRemoved) {
  server().reset();
  ASSERT_TRUE(fs::exists(path));
  EXPECT_EQ(stale_file_error(), "");
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(stale_file_error(), "") << "nothing to remove";
}

TEST_F(UnixSocketFileTest, FileOfARunningServerIsKept) {
  const auto running = server();
  EXPECT_EQ(stale_file_error(), "another server already listens there");
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(UnixSocketFileTest, FilesThatAreNotSocketsAreKept) {
  std::ofstream(path) << "precious";
  EXPECT_EQ(stale_file_error(), "a file that is not a socket exists; it was left unchanged");
  EXPECT_EQ(fs::file_size(path), 8u);
  fs::remove(path);
  fs::create_directory(path);
  EXPECT_NE(stale_file_error(), "");
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(UnixSocketFileTest, DestructorRemovesTheFile) {
  const auto running = server();
  std::make_unique<UnixSocketFile>(path).reset();
  EXPECT_FALSE(fs::exists(path));
  std::make_unique<UnixSocketFile>(path).reset();  // nothing there
}

TEST_F(UnixSocketFileTest, DestructorKeepsAFileThatTookItsPlace) {
  const auto first = server();
  auto file = std::make_unique<UnixSocketFile>(path);
  fs::rename(path, folder / "first.sock");
  const auto second = server();
  file.reset();
  EXPECT_TRUE(fs::exists(path));
}

#ifndef _WIN32
TEST_F(UnixSocketFileTest, PermissionsAreSet) {
  const auto running = server();
  UnixSocketConfig config;
  config.mode = "0640";
  set_access(path, resolve_access(config));
  EXPECT_EQ(fs::status(path).permissions(), static_cast<fs::perms>(0640));
}

TEST_F(UnixSocketFileTest, PermissionsOfALinksTargetAreKept) {
  const auto target = folder / "target";
  std::ofstream(target) << "precious";
  fs::permissions(target, static_cast<fs::perms>(0600));
  fs::create_symlink(target, path);
  EXPECT_THROW(set_access(path, resolve_access({})), std::system_error);
  EXPECT_EQ(fs::status(target).permissions(), static_cast<fs::perms>(0600));
}

TEST_F(UnixSocketFileTest, UnknownGroupIsRejected) {
  UnixSocketConfig config;
  config.group = "no such group";
  EXPECT_THROW(resolve_access(config), std::runtime_error);
}

// A server that listens under a temporary name.
struct Starting {
  Starting(asio::io_context& context, const fs::path& path) : name(path), socket(context, name.address) {}
  TemporaryName name;
  Unix::acceptor socket;
  UnixSocketFile file{name.path};
};

TEST_F(UnixSocketFileTest, OfServersThatStartTogetherTheFirstHasTheName) {
  server().reset();  // a file that both may replace
  Starting first(context, path);
  Starting second(context, path);
  first.file.publish(path);
  EXPECT_THROW(second.file.publish(path), std::runtime_error);
  Unix::socket client(context);
  client.connect(path.string());
  std::error_code error;
  second.socket.non_blocking(true);
  second.socket.accept(error);
  EXPECT_EQ(error, asio::error::would_block) << "the client came to the second";
}

#ifndef _WIN32
TEST_F(UnixSocketFileTest, OneAtATimeLocksTheFolder) {
  const int other = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_GE(other, 0);
  {
    const auto lock = lock_folder(folder);
    EXPECT_NE(::flock(other, LOCK_EX | LOCK_NB), 0);
    EXPECT_EQ(errno, EWOULDBLOCK);
  }
  EXPECT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);
  ::close(other);
}
#endif

TEST_F(UnixSocketFileTest, NothingIsReplacedByARename) {
  Starting starting(context, path);
  const auto running = server();
  EXPECT_FALSE(rename_to_free_name(starting.name.path, path));
  EXPECT_TRUE(fs::exists(starting.name.path));
}

TEST_F(UnixSocketFileTest, TheLongestPathHasRoomForTheTemporaryName) {
  const auto longest = sizeof(sockaddr_un::sun_path) - 1;
  const auto deep = folder / std::string(longest - folder.string().size() - 4, 'd');
  fs::create_directory(deep);
  const auto long_path = deep / "p";
  Starting starting(context, long_path);
  starting.file.publish(long_path);
  Unix::socket(context).connect(long_path.string());
  EXPECT_FALSE(fs::exists(starting.name.path));
}
#endif

struct FakeEntry {
  unsigned id = 0;
};

// Resolves "www" with a look-up that fails with each of `failures`, and then finds the id 33. Returns the id or the
// error.
std::string resolved(std::deque<int> failures) {
  const auto look_up = [&failures](const char*, FakeEntry* entry, char*, std::size_t, FakeEntry** found) {
    *found = nullptr;
    if (!failures.empty()) {
      const int failure = failures.front();
      failures.pop_front();
      return failure;
    }
    entry->id = 33;
    *found = entry;
    return 0;
  };
  try {
    return std::to_string(resolve_id("www", "user", look_up, &FakeEntry::id));
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

TEST(ResolveIdTest, InterruptedLookUpIsRepeated) { EXPECT_EQ(resolved({EINTR, ERANGE, EINTR}), "33"); }

TEST(ResolveIdTest, FailedLookUpIsNotAMissingUser) {
  for (const int failure : {EIO, EMFILE, ENOMEM})
    EXPECT_EQ(resolved({failure}).find("cannot look up the user \"www\": "), 0U) << resolved({failure});
  for (const int failure : {0, ENOENT, ESRCH, EBADF, EPERM})
    EXPECT_EQ(resolved({failure}), "this host has no user \"www\"") << failure;
}

}  // namespace
}  // namespace portico
