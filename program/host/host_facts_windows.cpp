#include "program/host/host_facts.hpp"

#include <winsock2.h>

#include <algorithm>
#include <array>
#include <cwchar>

namespace portico {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds unset = std::chrono::seconds(5);  // what Windows takes for a value that is not there

// How long the service that starts processes in a container waits for them: a number, in seconds.
milliseconds wait_for_container() {
  DWORD seconds = 0;
  DWORD size = sizeof seconds;
  if (::RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Services\\cexecsvc",
                     L"ProcessShutdownTimeoutSeconds", RRF_RT_REG_DWORD, nullptr, &seconds, &size) != ERROR_SUCCESS)
    return unset;
  return std::chrono::seconds(seconds);
}

// How long a shutdown of the system waits for services: a text, in milliseconds.
milliseconds wait_for_services() {
  std::array<wchar_t, 32> text{};
  auto size = static_cast<DWORD>(sizeof text);
  if (::RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Control", L"WaitToKillServiceTimeout",
                     RRF_RT_REG_SZ, nullptr, text.data(), &size) != ERROR_SUCCESS)
    return unset;
  const long value = std::wcstol(text.data(), nullptr, 10);
  return value > 0 ? milliseconds(value) : unset;
}

// A socket that is never bound.
HostFacts::Ipv6 ipv6_here() {
  WSADATA data{};
  if (::WSAStartup(MAKEWORD(2, 2), &data) != 0) return HostFacts::Ipv6::none;
  const SOCKET socket = ::socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
  if (socket != INVALID_SOCKET) ::closesocket(socket);
  ::WSACleanup();
  return socket != INVALID_SOCKET ? HostFacts::Ipv6::available : HostFacts::Ipv6::none;
}

}  // namespace

HostFacts read_host_facts() {
  HostFacts facts;
  facts.ipv6 = ipv6_here();
  facts.stop_wait = std::min<milliseconds>(wait_for_container(), wait_for_services());
  return facts;
}

}  // namespace portico
