#include "program/host/stop_signal_windows.hpp"

#include "program/host/stop_requests.hpp"
#include "program/host/stop_signal.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

// Imports of the three functions of USER32.dll that libcrypto refers to (crypto/cryptlib.c: it shows a fatal error in a
// window if there is neither a standard error nor an event log). The linker takes these in place of the import
// library's, so USER32.dll is not loaded with the process but at the first call of one of them: for a process that has
// loaded it, Windows calls no console handler at a shutdown, and a container would be ended without a stop request
// (learn.microsoft.com, "SetConsoleCtrlHandler", remarks). The import test checks it.
#ifdef _WIN64  // the names are decorated on 32-bit systems
namespace {

template <typename Function>
Function* user32(const char* name) {
  const HMODULE library = ::LoadLibraryExW(L"user32.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
  return library == nullptr ? nullptr
                            : reinterpret_cast<Function*>(reinterpret_cast<void*>(::GetProcAddress(library, name)));
}

HWINSTA WINAPI get_process_window_station() {
  const auto call = user32<HWINSTA WINAPI()>("GetProcessWindowStation");
  return call == nullptr ? nullptr : call();
}

BOOL WINAPI get_user_object_information(HANDLE object, int index, PVOID into, DWORD size, LPDWORD needed) {
  const auto call = user32<BOOL WINAPI(HANDLE, int, PVOID, DWORD, LPDWORD)>("GetUserObjectInformationW");
  return call == nullptr ? FALSE : call(object, index, into, size, needed);
}

int WINAPI message_box(HWND owner, LPCWSTR text, LPCWSTR caption, UINT type) {
  const auto call = user32<int WINAPI(HWND, LPCWSTR, LPCWSTR, UINT)>("MessageBoxW");
  return call == nullptr ? 0 : call(owner, text, caption, type);
}

}  // namespace

extern "C" {
extern const decltype(&get_process_window_station) __imp_GetProcessWindowStation;
extern const decltype(&get_user_object_information) __imp_GetUserObjectInformationW;
extern const decltype(&message_box) __imp_MessageBoxW;
const decltype(&get_process_window_station) __imp_GetProcessWindowStation = get_process_window_station;
const decltype(&get_user_object_information) __imp_GetUserObjectInformationW = get_user_object_information;
const decltype(&message_box) __imp_MessageBoxW = message_box;
}
#endif

namespace portico {

// Not asio::signal_set: it uses the C library's signal(), whose handler returns immediately, and the system ends the
// process as soon as the handler of a close, logoff or shutdown event returns.
struct StopSignal::State : std::enable_shared_from_this<State> {
  State(asio::io_context& context, std::function<void(int)> callback, Clock now)
      : main(context), work(context.get_executor()), on_stop(std::move(callback)), clock(std::move(now)) {}

  void request_stop() {
    asio::post(main, [state = shared_from_this()] {
      // A copy: finished() clears the member while the function runs.
      const auto call = state->on_stop;
      if (!call) return;
      if (const int nth = state->requests.add(state->clock()); nth != 0) call(nth);
    });
  }

  // Bounded, although the system ends the process much earlier: after 5 s, or the time that the registry says.
  void block_until_finished() {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::minutes(10), [this] { return finished; });
    lock.unlock();
    // Gives the process time to exit by itself, so that its exit code is the one that main returns.
    ::Sleep(2000);
  }

  asio::io_context& main;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  std::function<void(int)> on_stop;
  StopRequests requests;
  Clock clock;
  std::mutex mutex;
  std::condition_variable changed;
  bool finished = false;
};

namespace {

// Static, because the system calls a plain function without context. Guarded, because an event may arrive while a
// StopSignal is constructed or destroyed.
std::mutex current_mutex;
std::shared_ptr<StopSignal::State> current;

}  // namespace

BOOL WINAPI on_console_event(DWORD event) {
  DWORD session = 0;
  ::ProcessIdToSessionId(::GetCurrentProcessId(), &session);
  return on_console_event_of(event, session);
}

BOOL on_console_event_of(DWORD event, DWORD session) {
  std::unique_lock lock(current_mutex);
  const auto state = current;
  if (!state) return FALSE;
  if (event == CTRL_LOGOFF_EVENT && session == 0) return TRUE;
  state->request_stop();  // under the lock: once ~StopSignal has it, nothing is posted to the context any more
  lock.unlock();
  // After Ctrl-C and Ctrl-Break the process decides when to exit; for the other events, returning ends it.
  if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) state->block_until_finished();
  return TRUE;
}

StopSignal::StopSignal(asio::io_context& main, std::function<void(int nth)> on_stop, Clock clock)
    : state_(std::make_shared<State>(main, std::move(on_stop), std::move(clock))) {
  const std::lock_guard lock(current_mutex);
  current = state_;
  // Registered once and never removed: SetConsoleCtrlHandler waits while a handler runs, so removing the handler while
  // an event is held would delay the exit of the process.
  static const BOOL registered = [] {
    // A parent that has started this process in a group of its own has made it ignore Ctrl-C.
    ::SetConsoleCtrlHandler(nullptr, FALSE);
    return ::SetConsoleCtrlHandler(on_console_event, TRUE);
  }();
  static_cast<void>(registered);
}

StopSignal::~StopSignal() {
  finished();
  const std::lock_guard lock(current_mutex);
  current.reset();
}

void StopSignal::finished() {
  state_->on_stop = nullptr;
  state_->work.reset();
  const std::lock_guard lock(state_->mutex);
  state_->finished = true;
  state_->changed.notify_all();
}

}  // namespace portico
