#include "server/net/unix_socket_file.hpp"

#include <portico/options/scalar_types.hpp>

#include <windows.h>

#include <stdexcept>
#include <system_error>

namespace portico {

namespace {

constexpr DWORD socket_tag = 0x80000023;  // IO_REPARSE_TAG_AF_UNIX, which not every SDK defines

[[noreturn]] void fail(DWORD error, const char* operation) {
  throw std::system_error(static_cast<int>(error), std::system_category(), operation);
}

bool is_socket_file(const std::filesystem::path& path) {
  WIN32_FIND_DATAW data{};
  const HANDLE search = ::FindFirstFileW(path.c_str(), &data);
  if (search == INVALID_HANDLE_VALUE) fail(::GetLastError(), "FindFirstFile");
  ::FindClose(search);
  return (data.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 && data.dwReserved0 == socket_tag;
}

}  // namespace

std::optional<FileStatus> stat_file(const std::filesystem::path& path) {
  const HANDLE file = ::CreateFileW(path.c_str(), 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                    OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, nullptr);
  if (file == INVALID_HANDLE_VALUE) {
    const DWORD error = ::GetLastError();
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) return std::nullopt;
    fail(error, "CreateFile");
  }
  BY_HANDLE_FILE_INFORMATION information{};
  const BOOL known = ::GetFileInformationByHandle(file, &information);
  const DWORD error = ::GetLastError();
  ::CloseHandle(file);
  if (known == 0) fail(error, "GetFileInformationByHandle");
  const auto number = (std::uint64_t{information.nFileIndexHigh} << 32) | information.nFileIndexLow;
  return FileStatus{is_socket_file(path), {information.dwVolumeSerialNumber, number}};
}

void remove_file(const std::filesystem::path& path) {
  if (::DeleteFileW(path.c_str()) != 0) return;
  if (const DWORD error = ::GetLastError(); error != ERROR_FILE_NOT_FOUND) fail(error, "DeleteFile");
}

bool rename_to_free_name(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::MoveFileExW(from.c_str(), to.c_str(), 0) != 0) return true;
  const DWORD error = ::GetLastError();
  if (error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS) return false;
  fail(error, "MoveFileEx");
}

SocketAccess resolve_access(const UnixSocketConfig& config) {
  if (config == UnixSocketConfig{}) return {};
  throw std::runtime_error(
      "Windows has no mode, owner or group for sockets; remove \"unix_socket\" and protect the folder of the socket");
}

void set_access(const std::filesystem::path&, const SocketAccess&) {}

TemporaryName::TemporaryName(const std::filesystem::path& final_path)
    : path(final_path), address(detail::path_to_utf8(final_path)) {}

std::shared_ptr<const void> lock_folder(const std::filesystem::path&) { return nullptr; }

// Its documentation does not say that a client finds the server under the new name.
const bool can_rename_sockets = false;
const bool has_abstract_names = false;

}  // namespace portico
