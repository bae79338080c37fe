#include "server/net/resolve_id.hpp"
#include "server/net/unix_socket_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <random>
#include <system_error>
#include <thread>

namespace portico {

namespace {

[[noreturn]] void fail(const char* operation) { throw std::system_error(errno, std::generic_category(), operation); }

// Returns the descriptor of a folder, closed with the last copy; null if it cannot be opened.
std::shared_ptr<const int> open_folder(const std::filesystem::path& folder, int flags) {
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), flags | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  return {new int(descriptor), [](const int* opened) {
            ::close(*opened);
            delete opened;
          }};
}

bool fits(const std::string& path) { return path.size() < sizeof(sockaddr_un::sun_path); }

}  // namespace

std::optional<FileStatus> stat_file(const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0)
    return FileStatus{S_ISSOCK(status.st_mode),
                      {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)}};
  if (errno == ENOENT) return std::nullopt;
  fail("stat");
}

void remove_file(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail("unlink");
}

bool rename_to_free_name(const std::filesystem::path& from, const std::filesystem::path& to) {
#ifdef SYS_renameat2
  constexpr unsigned no_replace = 1;  // RENAME_NOREPLACE, renameat2(2)
  if (::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), no_replace) == 0) return true;
  if (errno == EEXIST) return false;
#endif
  // Not every kernel and file system has it. Then nothing is between the look and the rename but this.
  if (stat_file(to)) return false;
  if (::rename(from.c_str(), to.c_str()) != 0) fail("rename");
  return true;
}

SocketAccess resolve_access(const UnixSocketConfig& config) {
  SocketAccess access;
  if (!config.owner.empty()) access.owner = resolve_id(config.owner, "user", ::getpwnam_r, &passwd::pw_uid);
  if (!config.group.empty()) access.group = resolve_id(config.group, "group", ::getgrnam_r, &::group::gr_gid);
  access.mode = mode_from_text(config.mode).value();
  return access;
}

void set_access(const std::filesystem::path& path, const SocketAccess& access) {
  const bool given_away = access.owner != -1 || access.group != -1;
  const auto owner = static_cast<uid_t>(access.owner);
  const auto group = static_cast<gid_t>(access.group);
  if (given_away && ::lchown(path.c_str(), owner, group) != 0) fail("chown");
  const auto mode = static_cast<mode_t>(access.mode);
  // Fails for a link, whose target can be any file of the host; without /proc, where the C library needs it, for a
  // socket too.
  if (::fchmodat(AT_FDCWD, path.c_str(), mode, AT_SYMLINK_NOFOLLOW) == 0) return;
  if (errno != EOPNOTSUPP) fail("chmod");
  const auto found = stat_file(path);
  errno = EOPNOTSUPP;
  if (!found || !found->is_socket || ::chmod(path.c_str(), mode) != 0) fail("chmod");
}

TemporaryName::TemporaryName(const std::filesystem::path& final_path) {
  const auto parent = final_path.parent_path();
  const auto suffix = fmt::format(".{:08x}", std::random_device()());
  path = parent / (final_path.filename().string() + suffix);
  if (!fits(path.string())) path = parent / suffix;
  auto name = path.string();
#ifdef __linux__
  if (!fits(name)) {
    const auto opened = open_folder(parent, O_PATH);
    if (opened) name = fmt::format("/proc/self/fd/{}/{}", *opened, suffix);
    folder = opened;
  }
#endif
  address = {name};
}

std::shared_ptr<const void> lock_folder(const std::filesystem::path& folder) {
  const auto opened = open_folder(folder, O_RDONLY);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (opened && ::flock(*opened, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    if (std::chrono::steady_clock::now() > end) break;  // it is kept for another purpose
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return opened;
}

const bool can_rename_sockets = true;

#ifdef __linux__
const bool has_abstract_names = true;
#else
const bool has_abstract_names = false;
#endif

}  // namespace portico
