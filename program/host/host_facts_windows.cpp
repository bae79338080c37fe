#include "program/host/host_facts.hpp"

#include <winsock2.h>

#include <algorithm>
#include <array>
#include <cwchar>

namespace portico {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds unset = std::chrono::seconds(5);  // the default of Windows for a missing value

// Time that the service which starts processes in a container waits for them: a number, in seconds.
milliseconds container_shutdown_timeout() {
  DWORD seconds = 0;
  DWORD size = sizeof seconds;
  if (::RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Services\\cexecsvc",
                     L"ProcessShutdownTimeoutSeconds", RRF_RT_REG_DWORD, nullptr, &seconds, &size) != ERROR_SUCCESS)
    return unset;
  return std::chrono::seconds(seconds);
}

// Time that a shutdown of the system waits for services: a string, in milliseconds.
milliseconds service_shutdown_timeout() {
  std::array<wchar_t, 32> text{};
  auto size = static_cast<DWORD>(sizeof text);
  if (::RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Control", L"WaitToKillServiceTimeout",
                     RRF_RT_REG_SZ, nullptr, text.data(), &size) != ERROR_SUCCESS)
    return unset;
  const long value = std::wcstol(text.data(), nullptr, 10);
  return value > 0 ? milliseconds(value) : unset;
}

// Creates an IPv6 socket and never binds it.
HostFacts::Ipv6 detect_ipv6() {
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
  facts.processors = read_processors();
  facts.ipv6 = detect_ipv6();
  facts.shutdown_timeout = std::min<milliseconds>(container_shutdown_timeout(), service_shutdown_timeout());
  return facts;
}

}  // namespace portico
