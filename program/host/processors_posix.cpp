#include "program/host/cpu_quota.hpp"
#include "program/host/processors.hpp"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

namespace portico {

namespace {

std::optional<std::string> read_text(const std::string& file) {
  std::ifstream input(file);
  if (!input) return std::nullopt;
  std::ostringstream text;
  text << input.rdbuf();
  return text.str();
}

std::size_t usable_processors() {
#ifdef __linux__
  // A set with room for more processors than any machine has: a smaller one would be refused with EINVAL.
  constexpr std::size_t max_processors = 16 * 1024;
  if (cpu_set_t* set = CPU_ALLOC(max_processors)) {
    const std::size_t size = CPU_ALLOC_SIZE(max_processors);
    const int failed = ::sched_getaffinity(0, size, set);
    const int count = failed == 0 ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (count > 0) return static_cast<std::size_t>(count);
  }
#endif
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

Processors read_processors() { return {usable_processors(), cgroup_cpu_quota(read_text)}; }

}  // namespace portico
