#pragma once

#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace portico {

// Returns a numeric user or group id as it is, or looks the name up. `look_up` is getpwnam_r(3), getgrnam_r(3) or a
// test's; `id` is the member of its entry with the number. Throws std::runtime_error if the host has no such `what`;
// and, since that is another problem, if the look-up itself fails, as when a directory server does not answer.
template <typename Entry, typename LookUp, typename Id>
Id resolve_id(const std::string& name, const std::string& what, LookUp look_up, Id Entry::*id) {
  Id number{};
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  constexpr Id unchanged = static_cast<Id>(-1);  // chown(2): leave it unchanged
  if (error == std::errc() && end == name.data() + name.size() && number != unchanged) return number;
  std::vector<char> memory(1024);
  Entry entry{};
  Entry* found = nullptr;
  int failure = 0;
  do {
    if (failure == ERANGE) memory.resize(2 * memory.size());
    failure = look_up(name.c_str(), &entry, memory.data(), memory.size(), &found);
  } while (failure == ERANGE || failure == EINTR);
  if (found != nullptr) return found->*id;
  // Errors by which some systems report a name that does not exist (getpwnam(3)).
  const bool is_unknown = failure == 0 || failure == ENOENT || failure == ESRCH || failure == EBADF || failure == EPERM;
  if (is_unknown) throw std::runtime_error("this host has no " + what + " \"" + name + "\"");
  throw std::system_error(failure, std::generic_category(), "cannot look up the " + what + " \"" + name + "\"");
}

}  // namespace portico
