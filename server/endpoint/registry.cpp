#include <portico/registry.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

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
  std::string errors;
  for (const auto& error : handler.description.options.self_check()) {
    errors += "\nthe handler \"" + name + "\": its option " + error;
  }
  if (!errors.empty()) throw std::invalid_argument(errors.substr(1));
  handlers_.push_back(std::move(handler));
}

}  // namespace portico
