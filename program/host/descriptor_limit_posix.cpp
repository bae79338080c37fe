#include "program/host/descriptor_limit.hpp"

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>

namespace portico {

namespace {

// Counts the open descriptors below `limit`, which is about their numbers: a higher one, from before the limit was
// lowered, takes no room. Looks at the first thousand, where the system puts them: with a higher limit, what a few more
// take does not matter.
std::size_t open_below(std::size_t limit) {
  constexpr std::size_t max_scanned = 1024;
  std::size_t open = 0;
  for (int i = 0; i < static_cast<int>(std::min(limit, max_scanned)); ++i)
    if (::fcntl(i, F_GETFD) != -1) ++open;
  return open;
}

}  // namespace

Descriptors raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  const rlim_t soft = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = soft;
  if (limit.rlim_cur == RLIM_INFINITY) return {};
  const auto most = static_cast<std::size_t>(limit.rlim_cur);
  return {most, open_below(most)};
}

}  // namespace portico
