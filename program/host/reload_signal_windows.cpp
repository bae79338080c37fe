#include "program/host/reload_signal.hpp"

namespace portico {

struct ReloadSignal::State {};

ReloadSignal::ReloadSignal(asio::io_context&, std::function<void()>) {}
ReloadSignal::~ReloadSignal() = default;

}  // namespace portico
