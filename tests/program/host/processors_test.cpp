// The number of workers, and the quotas of invented cgroups.

#include "program/host/processors.hpp"

#include "program/host/cpu_quota.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

namespace portico {
namespace {

TEST(WorkersForTest, SettingCountsAndAutoIsOneForEachUsableProcessor) {
  EXPECT_EQ(workers_for(3, {8, 0.5}), 3U);
  EXPECT_EQ(workers_for(0, {8, std::nullopt}), 8U);
  EXPECT_EQ(workers_for(0, {0, std::nullopt}), 1U);
}

TEST(WorkersForTest, PartOfAProcessorCountsAsOne) {
  EXPECT_EQ(workers_for(0, {8, 0.5}), 1U);
  EXPECT_EQ(workers_for(0, {8, 2.0}), 2U);
  EXPECT_EQ(workers_for(0, {8, 2.1}), 3U);
  EXPECT_EQ(workers_for(0, {2, 16.0}), 2U);
}

using Files = std::map<std::string, std::string>;

std::optional<double> quota(const Files& files) {
  return cgroup_cpu_quota([&files](const std::string& file) -> std::optional<std::string> {
    const auto found = files.find(file);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  });
}

// A host with version 2 alone, as Debian 12 and every container engine on it has.
Files version_2(Files more) {
  more.emplace("/proc/self/cgroup", "0::/system.slice/portico.service\n");
  more.emplace("/proc/self/mountinfo",
               "24 1 0:5 / /proc rw - proc proc rw\n"
               "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n");
  return more;
}

TEST(CgroupCpuQuotaTest, Version2IsTheShareOfThePeriod) {
  EXPECT_EQ(quota(version_2({{"/sys/fs/cgroup/system.slice/portico.service/cpu.max", "50000 100000\n"}})), 0.5);
  EXPECT_EQ(quota(version_2({{"/sys/fs/cgroup/system.slice/portico.service/cpu.max", "max 100000\n"}})), std::nullopt);
  EXPECT_EQ(quota(version_2({})), std::nullopt);
}

TEST(CgroupCpuQuotaTest, LimitOfACgroupAboveCounts) {
  EXPECT_EQ(quota(version_2({{"/sys/fs/cgroup/system.slice/portico.service/cpu.max", "300000 100000\n"},
                             {"/sys/fs/cgroup/system.slice/cpu.max", "150000 100000\n"},
                             {"/sys/fs/cgroup/cpu.max", "max 100000\n"}})),
            1.5);
}

TEST(CgroupCpuQuotaTest, NamespaceOfAContainerHasItsCgroupAtTheRoot) {
  EXPECT_EQ(quota({{"/proc/self/cgroup", "0::/\n"},
                   {"/proc/self/mountinfo", "9 1 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n"},
                   {"/sys/fs/cgroup/cpu.max", "200000 100000\n"}}),
            2.0);
}

TEST(CgroupCpuQuotaTest, Version1HasTwoFiles) {
  const Files host{{"/proc/self/cgroup", "5:memory:/a\n4:cpu,cpuacct:/a\n1:name=systemd:/b\n"},
                   {"/proc/self/mountinfo",
                    "31 23 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                    "32 23 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct\n"}};
  const std::string folder = "/sys/fs/cgroup/cpu,cpuacct/a";
  auto limited = host;
  limited.insert({{folder + "/cpu.cfs_quota_us", "25000\n"}, {folder + "/cpu.cfs_period_us", "100000\n"}});
  EXPECT_EQ(quota(limited), 0.25);
  auto unlimited = host;
  unlimited.insert({{folder + "/cpu.cfs_quota_us", "-1\n"}, {folder + "/cpu.cfs_period_us", "100000\n"}});
  EXPECT_EQ(quota(unlimited), std::nullopt);
}

// Docker with version 1: the container's own cgroup is mounted, and its path is the host's.
TEST(CgroupCpuQuotaTest, MountOfAContainersOwnCgroup) {
  EXPECT_EQ(quota({{"/proc/self/cgroup", "4:cpu,cpuacct:/docker/1f\n0::/docker/1f\n"},
                   {"/proc/self/mountinfo",
                    "32 23 0:29 /docker/1f /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n"},
                   {"/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150000\n"},
                   {"/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"}}),
            1.5);
}

// Both are mounted, and the processor is version 1's.
TEST(CgroupCpuQuotaTest, MixedVersionsAreBothRead) {
  EXPECT_EQ(quota({{"/proc/self/cgroup", "4:cpu:/a\n0::/a\n"},
                   {"/proc/self/mountinfo",
                    "32 23 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
                    "41 23 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"},
                   {"/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "50000\n"},
                   {"/sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n"}}),
            0.5);
}

TEST(CgroupCpuQuotaTest, NonsenseIsNoLimit) {
  EXPECT_EQ(quota({}), std::nullopt);
  EXPECT_EQ(quota({{"/proc/self/cgroup", "nonsense\n:\n"}, {"/proc/self/mountinfo", "a - b\n - \n"}}), std::nullopt);
  for (const char* text : {"", "0 100000", "50000", "50000 0", "-5 100000", "x y"})
    EXPECT_EQ(quota(version_2({{"/sys/fs/cgroup/cpu.max", text}})), std::nullopt) << text;
}

}  // namespace
}  // namespace portico
