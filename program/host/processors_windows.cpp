#include "program/host/processors.hpp"

#include <windows.h>

#include <algorithm>
#include <bitset>
#include <thread>

namespace portico {

namespace {

std::size_t all_processors() {
  const DWORD count = ::GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
  return count != 0 ? count : std::max(1U, std::thread::hardware_concurrency());
}

// The affinity, of the process or of its job. The system reports none for a process whose threads may run in several
// groups of 64 processors.
std::size_t usable_processors() {
  DWORD_PTR own = 0;
  DWORD_PTR system = 0;
  const bool is_known = ::GetProcessAffinityMask(::GetCurrentProcess(), &own, &system) != 0 && own != 0;
  if (!is_known || own == system) return all_processors();
  return std::bitset<8 * sizeof own>(own).count();
}

// The rate of the job that this process is in; a container is one. It counts all processors of the machine as 10,000
// (learn.microsoft.com, JOBOBJECT_CPU_RATE_CONTROL_INFORMATION).
std::optional<double> job_quota() {
  // JOB_OBJECT_CPU_RATE_CONTROL_MIN_MAX_RATE, which mingw-w64 does not have: MaxRate is then the upper half of CpuRate.
  constexpr DWORD min_max_rate = 0x10;
  JOBOBJECT_CPU_RATE_CONTROL_INFORMATION rate{};
  if (::QueryInformationJobObject(nullptr, JobObjectCpuRateControlInformation, &rate, sizeof rate, nullptr) == 0)
    return std::nullopt;
  if ((rate.ControlFlags & JOB_OBJECT_CPU_RATE_CONTROL_ENABLE) == 0) return std::nullopt;
  const auto share = [](DWORD parts) {
    return static_cast<double>(parts) / 10'000 * static_cast<double>(all_processors());
  };
  if ((rate.ControlFlags & min_max_rate) != 0) return share(rate.CpuRate >> 16);
  if ((rate.ControlFlags & JOB_OBJECT_CPU_RATE_CONTROL_HARD_CAP) != 0) return share(rate.CpuRate);
  return std::nullopt;  // weights and rates without a cap give way to idle processors
}

}  // namespace

Processors read_processors() { return {usable_processors(), job_quota()}; }

}  // namespace portico
