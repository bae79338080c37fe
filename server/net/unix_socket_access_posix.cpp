#include "server/net/resolve_id.hpp"
#include "server/net/unix_socket_access.hpp"

#include <portico/options/scalar_types.hpp>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace portico {

namespace {

// CAP_CHOWN, capabilities(7).
bool may_give_files_away() {
  std::ifstream status("/proc/self/status");
  for (std::string key; status >> key;) {
    unsigned long long effective = 0;
    if (key == "CapEff:" && status >> std::hex >> effective) return (effective & 1) != 0;
  }
  return ::geteuid() == 0;
}

bool is_member_of(gid_t group) {
  if (group == ::getegid()) return true;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  groups.resize(static_cast<std::size_t>(std::max(0, count)));
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

}  // namespace

void check_unix_socket_access(const std::filesystem::path& folder, const UnixSocketConfig& config) {
  const char* name = folder.empty() ? "." : folder.c_str();
  if (::faccessat(AT_FDCWD, name, W_OK | X_OK, AT_EACCESS) != 0)
    throw std::system_error(errno, std::generic_category(),
                            "cannot create a file in the folder " + detail::path_to_utf8(folder));
  const bool may_give_away = may_give_files_away();
  if (!config.owner.empty()) {
    const uid_t owner = resolve_id(config.owner, "user", ::getpwnam_r, &passwd::pw_uid);
    if (!may_give_away && owner != ::geteuid())
      throw std::runtime_error("this user may not give the file to the user \"" + config.owner + "\"");
  }
  if (!config.group.empty()) {
    const gid_t group = resolve_id(config.group, "group", ::getgrnam_r, &::group::gr_gid);
    if (!may_give_away && !is_member_of(group))
      throw std::runtime_error("this user may not give the file to the group \"" + config.group +
                               "\": it is not a member of it");
  }
}

}  // namespace portico
