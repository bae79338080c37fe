// The parts of admission: networks, a rate, and the clients of an address.

#include "server/admission/address_counts.hpp"
#include "server/admission/network_set.hpp"
#include "server/admission/rate_limit.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace portico {
namespace {

using namespace std::chrono_literals;

Network network(const char* text, unsigned prefix) {
  const auto ip = asio::ip::make_address(text);
  return {leading_bits(ip, 128), ip.is_v6(), static_cast<std::uint8_t>(prefix)};
}

TEST(NetworkSetTest, AddressesMatchByTheirLeadingBits) {
  const NetworkSet set({network("10.0.0.0", 8), network("192.0.2.7", 32), network("2001:db8::", 32)});
  for (const auto* inside : {"10.0.0.0", "10.255.1.2", "192.0.2.7", "2001:db8:ffff::1"})
    EXPECT_TRUE(set.contains(asio::ip::make_address(inside))) << inside;
  for (const auto* outside : {"11.0.0.0", "9.255.255.255", "192.0.2.6", "2001:db9::", "::", "::ffff:10.0.0.1"})
    EXPECT_FALSE(set.contains(asio::ip::make_address(outside))) << outside;
  EXPECT_TRUE(NetworkSet({network("0.0.0.0", 0)}).contains(asio::ip::make_address("203.0.113.9")));
  EXPECT_FALSE(NetworkSet({network("0.0.0.0", 0)}).contains(asio::ip::make_address("2001:db8::1")));
  EXPECT_FALSE(NetworkSet({network("10.1.2.3", 31)}).contains(asio::ip::make_address("10.1.2.1")));
  EXPECT_TRUE(NetworkSet({network("10.1.2.3", 31)}).contains(asio::ip::make_address("10.1.2.2")))
      << "bits beyond count";
}

TEST(RateLimitTest, BurstIsFollowedByTheConfiguredRate) {
  RateLimit limit({10, 1s});
  RateLimit::TimePoint now(100h);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(limit.delay(now), 0s);
    limit.consume(now);
  }
  EXPECT_EQ(limit.delay(now), 100ms);
  EXPECT_EQ(limit.delay(now + 99ms), 1ms);
  EXPECT_EQ(limit.delay(now + 100ms), 0ms);
  limit.consume(now);  // consumed early, so the next one waits longer
  EXPECT_EQ(limit.delay(now), 200ms);
  EXPECT_EQ(limit.delay(now + 1h), 0ms) << "full again, but no fuller";
}

TEST(AddressCountsTest, Ipv6ClientsAreCountedByNetwork) {
  AddressCounts counts(2, 64);
  const auto ip = [](const char* text) { return asio::ip::make_address(text); };
  EXPECT_TRUE(counts.add(ip("2001:db8::1"), false));
  EXPECT_TRUE(counts.add(ip("2001:db8::2"), false));
  EXPECT_FALSE(counts.add(ip("2001:db8::3"), false));
  EXPECT_TRUE(counts.add(ip("2001:db8:0:1::3"), false));
  EXPECT_TRUE(counts.add(ip("192.0.2.1"), false));
  EXPECT_TRUE(counts.add(ip("192.0.2.2"), false)) << "IPv4 clients are counted one by one";
  counts.remove(ip("2001:db8::1"));
  EXPECT_TRUE(counts.add(ip("2001:db8::3"), false));
  for (const auto* counted : {"2001:db8::2", "2001:db8::3", "2001:db8:0:1::3", "192.0.2.1", "192.0.2.2"})
    counts.remove(ip(counted));
}

}  // namespace
}  // namespace portico
