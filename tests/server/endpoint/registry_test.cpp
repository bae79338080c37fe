#include <portico/registry.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace portico {
namespace {

asio::awaitable<void> nothing(Connection&) { co_return; }

struct Faulty {
  int size = 0;
  int depth = 100;

  static constexpr auto describe() {
    return options(option("size", &Faulty::size, "Its size.", between(1, 10)),
                   option("depth", &Faulty::depth, "Its depth.", between(1, 10)));
  }
};

asio::awaitable<void> faulty(Connection&, const Faulty&) { co_return; }

std::string error_of(const auto& call) {
  try {
    call();
    return {};
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

TEST(RegistryTest, AddThrowsEveryErrorOfADescription) {
  Registry handlers;
  EXPECT_EQ(error_of([&] { handlers.add<Faulty>("faulty", "Has options that no file could set.", faulty); }),
            "the handler \"faulty\": its option size: the default must be an integer from 1 to 10\n"
            "the handler \"faulty\": its option depth: the default must be an integer from 1 to 10");
  EXPECT_EQ(handlers.find("faulty"), nullptr);
}

TEST(RegistryTest, AddThrowsForANameThatIsEmptyOrTaken) {
  Registry handlers;
  handlers.add("one", "Does nothing.", nothing);
  EXPECT_EQ(error_of([&] { handlers.add("one", "Does nothing.", nothing); }), "two handlers are called \"one\"");
  EXPECT_EQ(error_of([&] { handlers.add("", "Does nothing.", nothing); }), "a handler needs a name");
}

}  // namespace
}  // namespace portico
