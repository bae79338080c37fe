#include <portico/registry.hpp>

#include <algorithm>
#include <stdexcept>

namespace portico {

const Handler* Registry::find(std::string_view name) const {
  const auto found = std::find_if(handlers_.begin(), handlers_.end(),
                                  [&](const Handler& handler) { return handler.description.name == name; });
  return found == handlers_.end() ? nullptr : &*found;
}

std::vector<HandlerDescription> Registry::descriptions() const {
  std::vector<HandlerDescription> all;
  for (const auto& handler : handlers_) all.push_back(handler.description);
  return all;
}

void Registry::insert(Handler handler) {
  const auto& name = handler.description.name;
  if (name.empty()) throw std::invalid_argument("a handler needs a name");
  if (find(name)) throw std::invalid_argument("two handlers are called \"" + name + "\"");
  handlers_.push_back(std::move(handler));
}

}  // namespace portico
