#include "program/host/service_manager.hpp"

namespace portico {

struct ServiceManager::State {};

ServiceManager::ServiceManager(asio::io_context&) {}
ServiceManager::~ServiceManager() = default;
void ServiceManager::report_ready() {}
void ServiceManager::report_reloading() {}
void ServiceManager::report_stopping() {}
void ServiceManager::watch(std::function<void(std::function<void()>)>) {}

}  // namespace portico
