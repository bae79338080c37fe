#include <portico/options.hpp>

#include <optional>
#include <string>
#include <vector>

// Must not compile: describe() leaves out the member number LEFT_OUT.
struct Forgetful {
  int first = 1;
  std::optional<std::string> second;
  std::vector<int> third;
  int fourth = 4;

  static constexpr auto describe() {
    using portico::option;
    constexpr auto a = option("first", &Forgetful::first, "The first.");
    constexpr auto b = option("second", &Forgetful::second, "The second.");
    constexpr auto c = option("third", &Forgetful::third, "The third.");
    constexpr auto d = option("fourth", &Forgetful::fourth, "The fourth.");
#if LEFT_OUT == 1
    return (void)a, portico::options(b, c, d);
#elif LEFT_OUT == 2
    return (void)b, portico::options(a, c, d);
#elif LEFT_OUT == 3
    return (void)c, portico::options(a, b, d);
#else
    return (void)d, portico::options(a, b, c);
#endif
  }
};

portico::OptionSet forgetful() { return portico::OptionSet::of<Forgetful>(); }
