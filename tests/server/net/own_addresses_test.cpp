#include "server/net/own_addresses.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace portico {
namespace {

using asio::ip::tcp;

ListenAddress entry(const char* host) { return {{host, 7000, {}}, {}, {}}; }

std::vector<tcp::endpoint> at(const char* ip, std::uint16_t port = 7000) {
  return {{asio::ip::make_address(ip), port}};
}

TEST(OwnAddressesTest, SameAddressOfTwoEntriesIsNamedWithItsOwner) {
  OwnAddresses own;
  auto both = at("::1");
  both.push_back(at("127.0.0.1")[0]);
  own.add(entry("localhost"), both, "endpoint web (localhost:7000)");
  EXPECT_EQ(own.collision(entry("127.0.0.1"), at("127.0.0.1")),
            "127.0.0.1:7000 is already used by endpoint web (localhost:7000)");
  EXPECT_EQ(own.collision(entry("::1"), at("::1")), "[::1]:7000 is already used by endpoint web (localhost:7000)");
  EXPECT_EQ(own.collision(entry("127.0.0.2"), at("127.0.0.2")), std::nullopt);
  EXPECT_EQ(own.collision(entry("127.0.0.1"), at("127.0.0.1", 7001)), std::nullopt);
}

TEST(OwnAddressesTest, WildcardIncludesEveryAddressOfItsFamily) {
  OwnAddresses own;
  own.add(entry("0.0.0.0"), at("0.0.0.0"), "a");
  EXPECT_EQ(own.collision(entry("name"), at("127.0.0.1")), "127.0.0.1:7000 is already used by a");
  EXPECT_EQ(own.collision(entry("name"), at("::1")), std::nullopt);
  EXPECT_EQ(own.collision(entry("::"), at("::")), std::nullopt);
  EXPECT_NE(own.collision(entry(""), at("::")), std::nullopt) << "all addresses of both families";
}

TEST(OwnAddressesTest, EntryWithoutAHostIncludesBothFamilies) {
  OwnAddresses own;
  own.add(entry(""), at("::"), "a");
  EXPECT_NE(own.collision(entry("127.0.0.1"), at("127.0.0.1")), std::nullopt);
  EXPECT_NE(own.collision(entry("::1"), at("::1")), std::nullopt);
}

TEST(OwnAddressesTest, InheritedSocketIsOnlyItsOwnAddress) {
  OwnAddresses own;
  ListenAddress inherited;
  inherited.descriptor = 3;
  own.add(inherited, at("127.0.0.1"), "endpoint web (fd:3)");
  EXPECT_EQ(own.collision(entry("::1"), at("::1")), std::nullopt);
  EXPECT_NE(own.collision(entry("localhost"), at("127.0.0.1")), std::nullopt);
}

TEST(OwnAddressesTest, SocketInAFolderThatDoesNotExistIsNobodys) {
  OwnAddresses own;
  own.add_unix("no/such/folder/p.sock", "a");
  EXPECT_EQ(own.unix_collision("no/such/folder/p.sock"), std::nullopt);
  EXPECT_EQ(own.unix_collision(""), std::nullopt) << "unnamed";
}

TEST(OwnAddressesTest, AbstractNameIsNoFile) {
  OwnAddresses own;
  own.add_unix("@p.sock", "endpoint web (fd:3)");
  EXPECT_EQ(own.unix_collision("@p.sock"), "the same socket is already used by endpoint web (fd:3)");
  EXPECT_EQ(own.unix_collision("p.sock"), std::nullopt);
}

TEST(OwnAddressesTest, PortThatTheSystemChoosesIsNobodysYet) {
  OwnAddresses own;
  own.add(entry("127.0.0.1"), at("127.0.0.1", 0), "a");
  EXPECT_EQ(own.collision(entry("127.0.0.1"), at("127.0.0.1", 0)), std::nullopt);
}

}  // namespace
}  // namespace portico
