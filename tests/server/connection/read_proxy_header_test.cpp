// The PROXY header before the session: trusted and untrusted peers, the annotations, and all ways in which it is
// missing.

#include "tests/support/proxy_fixture.hpp"

#include <asio/error.hpp>

namespace portico {
namespace {

using namespace std::chrono_literals;
using test::operator""_b;  // NOLINT(misc-unused-using-decls): it does not see the literals
using test::MemoryStream;
using test::tlv;

class RequiredProxyHeaderTest : public test::ProxyFixture {
 protected:
  RequiredProxyHeaderTest() { configure("require"); }
};

class AcceptedProxyHeaderTest : public test::ProxyFixture {
 protected:
  AcceptedProxyHeaderTest() { configure("accept"); }
};

TEST_F(RequiredProxyHeaderTest, HeaderNamesThePeerAndTheSessionReadsTheRest) {
  for (const auto& header : {v1(), test::proxied_v4()})
    for (const bool wait_brings_bytes : {true, false}) {
      prepare = [=](MemoryStream& stream) { stream.set_wait_reads(wait_brings_bytes); };
      auto& stream = connect(trusted());
      feed(stream, header + "PROXY hello");
      EXPECT_EQ(stream.written(), "192.0.2.1:56324\nPROXY hello");
      end_input(stream);
      EXPECT_EQ(last_end().reason, EndReason::finished);
      EXPECT_EQ(last_end().peer, "192.0.2.1:56324");
      EXPECT_EQ(last_end().bytes_in, 11U) << "the header does not count";
      EXPECT_EQ(last_end().annotations,
                (Annotations{{"proxy", "10.0.0.9:40000"}, {"proxy_destination", "198.51.100.7:443"}}));
    }
}

TEST_F(RequiredProxyHeaderTest, HeaderMayArriveByteByByte) {
  const std::vector<std::string> headers = {v1(), test::proxied_v4_with_crc(tlv(0x05, "id")),
                                            test::proxied_v4(tlv(0x04, std::string(3000, '\0')))};
  for (const auto& header : headers) {
    auto& stream = connect(trusted());
    for (const char byte : header) {
      EXPECT_EQ(stream.written(), "");
      feed(stream, {&byte, 1});
    }
    EXPECT_EQ(stream.written(), "192.0.2.1:56324\n") << "a session that writes first starts right after the header";
    feed(stream, "hello");
    EXPECT_EQ(stream.take_written(), "192.0.2.1:56324\nhello");
    end_input(stream);
    EXPECT_EQ(last_end().bytes_in, 5U);
  }
}

TEST_F(RequiredProxyHeaderTest, MappedAddressIsReportedAsIpv4) {
  auto& stream = connect(trusted());
  feed(stream, "PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 1 443\r\n");
  EXPECT_EQ(stream.written(), "192.0.2.1:1\n");
}

TEST_F(RequiredProxyHeaderTest, HeaderWithoutAClientKeepsThePeer) {
  const std::vector<std::string> headers = {"PROXY UNKNOWN\r\n", test::proxy_v2(test::proxy_local, 0, ""),
                                            test::proxy_v2(test::proxy_proxied, 0, "")};
  for (const auto& header : headers) {
    auto& stream = connect(trusted());
    feed(stream, header + "hello");
    EXPECT_EQ(stream.written(), "10.0.0.9:40000\nhello");
    end_input(stream);
    EXPECT_EQ(last_end().annotations, Annotations());
  }
}

TEST_F(RequiredProxyHeaderTest, OtherFieldsBecomeAnnotations) {
  const auto tls = tlv(0x21, "TLSv1.3") + tlv(0x22, "alice") + tlv(0x23, "TLS_AES_128_GCM_SHA256") +
                   tlv(0x24, "SHA256") + tlv(0x25, "RSA2048");
  const auto tlvs = tlv(0x01, "h2") + tlv(0x02, "example.org") + tlv(0x05, "request 7") + tlv(0x30, "blue");
  auto& stream = connect(trusted());
  feed(stream, test::proxied_v4(tlvs + tlv(0x20, "\3\0\0\0\0"_b + tls)));
  end_input(stream);
  EXPECT_EQ(last_end().annotations, (Annotations{{"proxy", "10.0.0.9:40000"},
                                                 {"proxy_destination", "198.51.100.7:443"},
                                                 {"proxy_unique_id", "request 7"},
                                                 {"proxy_authority", "example.org"},
                                                 {"proxy_alpn", "h2"},
                                                 {"proxy_netns", "blue"},
                                                 {"proxy_tls", "TLSv1.3, TLS_AES_128_GCM_SHA256, RSA2048, SHA256"},
                                                 {"proxy_tls_client", "alice"}}));
}

TEST_F(RequiredProxyHeaderTest, PrivateEndpointsOfCloudsBecomeAnnotations) {
  const auto annotations_of = [this](const std::string& tlvs) {
    auto& stream = connect(trusted());
    feed(stream, test::proxy_v2(test::proxy_proxied, 0, tlvs));
    end_input(stream);
    return last_end().annotations;
  };
  EXPECT_EQ(annotations_of(tlv(0xEA, "\1vpce-08d2bf15fac5001c9")),
            (Annotations{{"proxy_aws_vpc_endpoint", "vpce-08d2bf15fac5001c9"}}));
  EXPECT_EQ(annotations_of(tlv(0xEA, "\1a\nb")), (Annotations{{"proxy_aws_vpc_endpoint", "0x610a62"}}));
  EXPECT_EQ(annotations_of(tlv(0xEE, "\1\x78\x56\x34\xF2"_b)),
            (Annotations{{"proxy_azure_private_link", "4063516280"}}));
  EXPECT_EQ(annotations_of(tlv(0xE0, "\xFF\1\0\0\0\0\0\x02"_b)),
            (Annotations{{"proxy_google_private_connection", "18374967954648334338"}}));
  for (const auto& other : {tlv(0xEA, ""), tlv(0xEA, "\1"), tlv(0xEA, "\2x"), tlv(0xEE, "\1\0\0\0"_b),
                            tlv(0xEE, "\2\0\0\0\0"_b), tlv(0xE0, "1234567"), tlv(0xE0, "")})
    EXPECT_EQ(annotations_of(other), Annotations()) << "another proxy's own";
}

TEST_F(RequiredProxyHeaderTest, UnixSocketsAndNonPrintableBytesBecomeAnnotations) {
  auto& stream = connect(trusted());
  feed(stream, test::proxy_v2(test::proxy_proxied, test::unix_stream,
                              test::unix_addresses("", "/run/a.sock") + tlv(0x05, "\0\x1B\xFFz"_b)));
  end_input(stream);
  EXPECT_EQ(last_end().peer, "10.0.0.9:40000");
  EXPECT_EQ(last_end().annotations, (Annotations{{"proxy_client", "unix:"},
                                                 {"proxy_destination", "unix:/run/a.sock"},
                                                 {"proxy_unique_id", "0x001bff7a"}}));
}

TEST_F(RequiredProxyHeaderTest, AnnotationSaysWhetherTheProxyVerifiedTheClient) {
  const auto annotations_of = [this](const std::string& tls) {
    auto& stream = connect(trusted());
    feed(stream, test::proxy_v2(test::proxy_proxied, 0, tlv(0x20, tls)));
    end_input(stream);
    return last_end().annotations;
  };
  EXPECT_EQ(annotations_of("\0\0\0\0\0"_b), Annotations()) << "came without TLS";
  EXPECT_EQ(annotations_of("\1\0\0\0\0"_b), (Annotations{{"proxy_tls", "yes"}}));
  EXPECT_EQ(annotations_of("\1\0\0\0\0"_b + tlv(0x22, "bob")), (Annotations{{"proxy_tls", "yes"}}));
  EXPECT_EQ(annotations_of("\3\0\0\0\1"_b + tlv(0x21, "TLSv1.2") + tlv(0x22, "bob")),
            (Annotations{{"proxy_tls", "TLSv1.2"}, {"proxy_tls_client_unverified", "bob"}}));
}

TEST_F(RequiredProxyHeaderTest, MissingOrInvalidHeaderIsTheReason) {
  feed(connect(trusted()), "GET / HTTP/1.1\r\n\r\n");
  expect_invalid(R"(no PROXY header: it begins with "GET / HTTP/1.1\r\n")");
  feed(connect(trusted()), "\x16\x03\x01");
  expect_invalid(R"(no PROXY header: it begins with "\u0016\u0003\u0001")");
  feed(connect(trusted()), "PROXY TCP4 nobody\r\n");
  expect_invalid("PROXY header: expected two addresses and two ports, separated by single spaces");
  feed(connect(trusted()), test::proxied_v4(tlv(0x03, "\0\0\0\0"_b)));
  expect_invalid("PROXY header: the checksum is 00000000, but should be d45a11b9");
}

TEST_F(RequiredProxyHeaderTest, EndOfInputInsideTheHeaderIsAnError) {
  for (const auto& header : {v1(), test::proxied_v4()})
    for (std::size_t size = 1; size < header.size(); ++size) {
      auto& stream = connect(trusted());
      feed(stream, header.substr(0, size));
      end_input(stream);
      expect_invalid("the input ended inside the PROXY header, after " + std::to_string(size) + " bytes");
    }
}

TEST_F(RequiredProxyHeaderTest, HeaderOfAnUntrustedPeerIsAnError) {
  for (const auto& bytes : {v1(), test::proxied_v4(), "P"_b, "hello"_b}) {
    feed(connect(untrusted()), bytes);
    expect_invalid("203.0.113.5 is not in proxy_protocol.trust");
    EXPECT_EQ(last_end().peer, "203.0.113.5:40000");
  }
}

TEST_F(RequiredProxyHeaderTest, HealthProbeNeedsNoHeader) {
  for (const auto& peer : {trusted(), untrusted()}) {
    end_input(connect(peer));
    EXPECT_EQ(last_end().reason, EndReason::finished);
    EXPECT_EQ(last_end().bytes_in, 0U);
    EXPECT_EQ(close_record().reset, false);
    EXPECT_EQ(close_record().written, "");
  }
}

TEST_F(RequiredProxyHeaderTest, NetworkErrorInsideTheHeaderIsTheReason) {
  auto& stream = connect(trusted());
  feed(stream, "PROXY TCP4");
  stream.break_input(asio::error::connection_reset);
  run();
  EXPECT_EQ(last_end().reason, EndReason::peer_reset);
}

TEST_F(RequiredProxyHeaderTest, OneDeadlineAppliesToTheWholeHeader) {
  config.timeouts.proxy_header = 5s;
  for (const auto& begun : {""_b, "PROXY TCP4 192."_b, test::proxied_v4().substr(0, 20)}) {
    feed(connect(trusted()), begun);
    sweep_for(4500ms);
    EXPECT_EQ(connections.size(), 1U);
    sweep_for(1s);
    EXPECT_EQ(last_end().reason, EndReason::proxy_header_timeout) << begun;
    EXPECT_EQ(close_record().reset, true);
  }
  auto& dribbling = connect(trusted());
  for (int i = 0; i < 6 && !close_record().reset; ++i) {
    feed(dribbling, "PROXY UNKNOWN........");
    sweep_for(1s);
  }
  EXPECT_EQ(last_end().reason, EndReason::proxy_header_timeout) << "each byte extended the deadline";
}

TEST_F(RequiredProxyHeaderTest, ZeroTurnsTheDeadlineOff) {
  config.timeouts.proxy_header = 0s;
  auto& stream = connect(trusted());
  sweep_for(1h);
  feed(stream, v1());
  EXPECT_EQ(stream.written(), "192.0.2.1:56324\n");
}

TEST_F(RequiredProxyHeaderTest, FirstByteDeadlineStartsAfterTheHeader) {
  config.timeouts.first_byte = 3s;
  auto& stream = connect(trusted());
  sweep_for(4s);
  feed(stream, v1());
  sweep_for(2s);
  EXPECT_EQ(connections.size(), 1U);
  sweep_for(2s);
  EXPECT_EQ(last_end().reason, EndReason::first_byte_timeout);
}

TEST_F(RequiredProxyHeaderTest, StopEndsTheWaitForAHeader) {
  auto& silent = connect(trusted());
  auto& begun = connect(trusted());
  feed(begun, "PROXY TCP4 192.0.2.1");
  connections.drain();
  run();
  EXPECT_TRUE(silent.write_ended());
  end_input(silent);
  EXPECT_EQ(last_end().reason, EndReason::stopping);
  feed(begun, " 198.51.100.7 56324 443\r\nhello");
  EXPECT_EQ(begun.written(), "192.0.2.1:56324\nhello") << "a partial header may be completed";
}

TEST_F(AcceptedProxyHeaderTest, HeaderIsOptional) {
  auto& with = connect(trusted());
  feed(with, v1() + "hello");
  EXPECT_EQ(with.written(), "192.0.2.1:56324\nhello");
  auto& without = connect(trusted());
  feed(without, "hello");
  EXPECT_EQ(without.written(), "10.0.0.9:40000\nhello");
}

TEST_F(AcceptedProxyHeaderTest, FirstDifferentByteRulesTheHeaderOut) {
  for (const auto& begun : {"PROXY"_b, "\r\n\r\n\0\r\nQUIT"_b}) {
    auto& stream = connect(trusted());
    feed(stream, begun);
    EXPECT_EQ(stream.written(), "");
    feed(stream, "!");
    EXPECT_EQ(stream.written(), "10.0.0.9:40000\n" + begun + "!");
    end_input(stream);
    EXPECT_EQ(last_end().bytes_in, begun.size() + 1);
  }
}

TEST_F(AcceptedProxyHeaderTest, EndOfInputBeforeTheSignatureRulesTheHeaderOut) {
  for (const auto& begun : {""_b, "\r\n"_b, "PROXY"_b}) {
    auto& stream = connect(trusted());
    feed(stream, begun);
    end_input(stream);
    EXPECT_EQ(last_end().reason, EndReason::finished);
    EXPECT_EQ(close_record().written, "10.0.0.9:40000\n" + begun);
  }
}

TEST_F(AcceptedProxyHeaderTest, EndOfInputInsideTheHeaderIsAnError) {
  auto& stream = connect(trusted());
  feed(stream, "PROXY ");
  end_input(stream);
  expect_invalid("the input ended inside the PROXY header, after 6 bytes");
  feed(connect(trusted()), "PROXY TCP9\r\n");
  expect_invalid(R"(PROXY header: "TCP9" is not TCP4, TCP6 or UNKNOWN)");
}

TEST_F(AcceptedProxyHeaderTest, HeaderOfAnUntrustedPeerIsAnError) {
  for (const auto& bytes : {v1(), test::proxied_v4(), "PROXY "_b, "PROXY TCP9\r\n"_b}) {
    feed(connect(untrusted()), bytes);
    expect_invalid("a PROXY header from 203.0.113.5, which is not in proxy_protocol.trust");
  }
  for (const auto& bytes : {"hello"_b, "PROXIES"_b}) {
    auto& stream = connect(untrusted());
    feed(stream, bytes);
    EXPECT_EQ(stream.written(), "203.0.113.5:40000\n" + bytes);
  }
}

TEST_F(AcceptedProxyHeaderTest, HeaderHasADeadline) {
  for (const auto& peer : {trusted(), untrusted()}) {
    connect(peer);
    sweep_for(6s);
    EXPECT_EQ(last_end().reason, EndReason::proxy_header_timeout);
  }
}

}  // namespace
}  // namespace portico
