#include "program/host/cpu_quota.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <vector>

namespace portico {

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

bool has(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// A hierarchy of cgroups as this process sees it (a line of proc_pid_mountinfo(5)).
struct Mount {
  std::string root;    // the cgroup that is visible at `folder`: "/", or a container's own
  std::string folder;  // "/sys/fs/cgroup/cpu,cpuacct"
  bool is_v2 = false;
};

// Returns the hierarchies that may limit processor time.
std::vector<Mount> mounts_from_text(const std::string& mountinfo) {
  std::vector<Mount> mounts;
  for (const std::string& line : split(mountinfo, '\n')) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    const auto before = split(line.substr(0, dash), ' ');
    const auto after = split(line.substr(dash + 3), ' ');  // type, source, options
    if (before.size() < 5 || after.size() < 3) continue;
    const bool is_v2 = after[0] == "cgroup2";
    if (is_v2 || (after[0] == "cgroup" && has(split(after[2], ','), "cpu")))
      mounts.push_back({before[3], before[4], is_v2});
  }
  return mounts;
}

// Returns the cgroup of this process in a hierarchy, from the lines "4:cpu,cpuacct:/a" and "0::/a" of
// /proc/self/cgroup.
std::optional<std::string> cgroup_in(const Mount& mount, const std::string& cgroups) {
  for (const std::string& line : split(cgroups, '\n')) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (mount.is_v2 ? controllers.empty() : has(split(controllers, ','), "cpu")) return line.substr(second + 1);
  }
  return std::nullopt;
}

std::optional<double> ratio(std::optional<double> quota, std::optional<double> period) {
  if (!quota || !period || *quota <= 0 || *period <= 0) return std::nullopt;
  return *quota / *period;
}

std::optional<double> number_from(std::istream& text) {
  double number = 0;
  if (text >> number) return number;  // fails for "max"
  return std::nullopt;
}

std::optional<double> number_in(const ReadText& read, const std::string& file) {
  std::istringstream text(read(file).value_or(""));
  return number_from(text);
}

std::optional<double> quota_at(const Mount& mount, const std::string& folder, const ReadText& read) {
  if (!mount.is_v2)
    return ratio(number_in(read, folder + "/cpu.cfs_quota_us"), number_in(read, folder + "/cpu.cfs_period_us"));
  std::istringstream text(read(folder + "/cpu.max").value_or(""));
  const auto quota = number_from(text);
  return ratio(quota, quota ? number_from(text) : std::nullopt);
}

// Returns the folder of a cgroup below its mount. One that is not below the visible root belongs to a namespace whose
// root is mounted.
std::string folder_of(const Mount& mount, const std::string& cgroup) {
  const bool is_below = mount.root != "/" && cgroup.starts_with(mount.root);
  std::string below = is_below ? cgroup.substr(mount.root.size()) : mount.root == "/" ? cgroup : std::string();
  if (below == "/") below.clear();
  return mount.folder + below;
}

}  // namespace

std::optional<double> cgroup_cpu_quota(const ReadText& read) {
  const std::string cgroups = read("/proc/self/cgroup").value_or("");
  std::optional<double> least;
  for (const Mount& mount : mounts_from_text(read("/proc/self/mountinfo").value_or(""))) {
    const auto cgroup = cgroup_in(mount, cgroups);
    if (!cgroup) continue;
    std::string folder = folder_of(mount, *cgroup);
    while (folder.size() >= mount.folder.size()) {
      if (const auto quota = quota_at(mount, folder, read)) least = std::min(least.value_or(*quota), *quota);
      folder.resize(folder.size() > mount.folder.size() ? folder.rfind('/') : 0);
    }
  }
  return least;
}

}  // namespace portico
