#pragma once

#include <functional>
#include <optional>
#include <string>

namespace portico {

// Returns the text of a file; nothing if it cannot be read. The host's, or that of a host that a test invents.
using ReadText = std::function<std::optional<std::string>(const std::string& file)>;

// Returns the processor time for each second that the cgroups of this process, and those above them, allow it: 0.5 is
// half a processor; nothing: no limit. Versions 1 and 2 of cgroups, also mixed (cgroups(7), the kernel's
// admin-guide/cgroup-v2.rst and scheduler/sched-bwc.rst).
std::optional<double> cgroup_cpu_quota(const ReadText& read);

}  // namespace portico
