#include "server/net/resolve_id.hpp"
#include "server/net/unix_socket_file.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace portico {

namespace {

[[noreturn]] void fail(const char* operation) { throw std::system_error(errno, std::generic_category(), operation); }

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

void set_permissions(const std::filesystem::path& path, const UnixSocketConfig& config) {
  auto owner = static_cast<uid_t>(-1);
  auto group = static_cast<gid_t>(-1);
  if (!config.owner.empty()) owner = resolve_id(config.owner, "user", ::getpwnam_r, &passwd::pw_uid);
  if (!config.group.empty()) group = resolve_id(config.group, "group", ::getgrnam_r, &::group::gr_gid);
  const bool given_away = !config.owner.empty() || !config.group.empty();
  if (given_away && ::lchown(path.c_str(), owner, group) != 0) fail("chown");
  if (::chmod(path.c_str(), static_cast<mode_t>(mode_from_text(config.mode).value())) != 0) fail("chmod");
}

#ifdef __linux__
const bool has_abstract_names = true;
#else
const bool has_abstract_names = false;
#endif

}  // namespace portico
