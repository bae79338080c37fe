// The lists of ciphers: which words are known.

#include "protocol/tls/tls_ciphers.hpp"

#include "protocol/tls/tls_openssl.hpp"
#include "protocol/tls/tls_unknown_word.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace portico {
namespace {

// Returns the word for which a list is refused; empty if it is not, the error if it is about no single word.
std::string refused_word(const std::string& list, bool suites = false) {
  const SslCtxOwner context(SSL_CTX_new(TLS_server_method()));
  try {
    suites ? set_cipher_suites(context.get(), list) : set_ciphers(context.get(), list);
    return "";
  } catch (const UnknownTlsWord& error) {
    EXPECT_EQ(error.option(), suites ? "cipher_suites" : "ciphers");
    EXPECT_FALSE(error.known().empty());
    EXPECT_EQ(std::count(error.known().begin(), error.known().end(), error.word()), 0) << list;
    return error.word();
  } catch (const TlsSettingsError& error) {
    return error.what();
  }
}

std::string refused_suite(const std::string& list) { return refused_word(list, /*suites=*/true); }

TEST(TlsCiphersTest, AnUnknownWordIsFoundWhereverItStands) {
  for (const char* separator : {":", " ", ",", ";", ", ", "::"}) {
    const std::string begin = std::string("ECDHE-RSA-AES128-GCM-SHA256") + separator;
    for (const char* word : {"BOGUS", "HIHG", "high", "AESGCN", "ECDHE-RSA-AES128-GCM-SHA265", "DEFAULTS", "SUITEB"}) {
      EXPECT_EQ(refused_word(begin + word), word) << separator;
      EXPECT_EQ(refused_word(begin + "!" + word + separator + "AES256-SHA"), word) << separator;
      EXPECT_EQ(refused_word(begin + "-" + word), word) << separator;
      EXPECT_EQ(refused_word(begin + "+" + word), word) << separator;
    }
  }
  EXPECT_EQ(refused_word("BOGUS"), "BOGUS");
  EXPECT_EQ(refused_word("BOGUS:HIGH"), "BOGUS");
  EXPECT_EQ(refused_word("DEFAULTBOGUS"), "BOGUS") << "OpenSSL looks only at how the list begins";
  EXPECT_EQ(refused_word("HIGH!BOGUS"), "BOGUS") << "a prefix begins a word";
  EXPECT_EQ(refused_word("HIGH:TLS_AES_128_GCM_SHA256"), "TLS_AES_128_GCM_SHA256");
}

TEST(TlsCiphersTest, EachPartOfACombinationMustBeKnown) {
  EXPECT_EQ(refused_word("HIGH:ECDHE+AESGCN"), "AESGCN");
  EXPECT_EQ(refused_word("HIGH:ECDEH+AESGCM"), "ECDEH");
  EXPECT_EQ(refused_word("HIGH:!ECDHE+BOGUS+AESGCM"), "BOGUS");
  EXPECT_EQ(refused_word("HIGH:ECDHE+"), "+");
  EXPECT_EQ(refused_word("HIGH:!"), "!");
}

TEST(TlsCiphersTest, WhatOpensslKnowsIsAccepted) {
  for (const char* list : {"HIGH",
                           "DEFAULT",
                           "ALL",
                           "DEFAULT:!aNULL",
                           "DEFAULT:@SECLEVEL=1",
                           "DEFAULT@SECLEVEL=1",
                           "COMPLEMENTOFDEFAULT",
                           "COMPLEMENTOFALL",
                           "HIGH:!aNULL:!MD5",
                           "ECDHE+AESGCM:ECDHE+CHACHA20:!aDSS",
                           "EECDH+AESGCM:EDH+AESGCM",
                           "kRSA:aRSA",
                           "HIGH:+kRSA:-AES128-SHA",
                           "ALL:@STRENGTH",
                           "HIGH !aNULL, AES128-SHA;PSK",
                           "HIGH!aNULL!PSK",
                           "SUITEB128",
                           "SUITEB192",
                           "AES128-SHA:AES256-SHA",
                           "TLSv1.2+HIGH",
                           "DHE-RSA-AES128-SHA+HIGH:",
                           ":HIGH"})
    EXPECT_EQ(refused_word(list), "") << list;
}

TEST(TlsCiphersTest, AGroupWithoutACipherHereIsAcceptedBesideOthers) {
  for (const char* list :
       {"HIGH:!aNULL:!eNULL:!EXPORT:!DES:!MD5:!PSK:!RC4", "ALL:!EXP:!LOW:!SSLv2:!kECDH:!KRB5:!IDEA:!SEED:!GOST94",
        "HIGH:MEDIUM:RC4+SHA:eNULL:SRP", "kEECDH+ECDSA:kDHr:RC2", "ECDHE+3DES:AES"})
    EXPECT_EQ(refused_word(list), "") << list;
  EXPECT_EQ(refused_word("RC2"), "no cipher match; \"openssl ciphers -tls1_2 -s\" lists the names");
}

TEST(TlsCiphersTest, AFormerCipherMayBeExcludedButNotOffered) {
  for (const char* name : {"RC4-MD5", "DES-CBC3-SHA", "ECDHE-RSA-DES-CBC3-SHA", "EDH-DSS-DES-CBC3-SHA", "EXP-RC4-MD5",
                           "KRB5-DES-CBC3-SHA", "IDEA-CBC-SHA", "ECDH-RSA-AES128-SHA256", "SEED-SHA"}) {
    EXPECT_EQ(refused_word(std::string("HIGH:!") + name), "") << name;
    EXPECT_EQ(refused_word(std::string("HIGH:-") + name), "") << name;
  }
  EXPECT_EQ(refused_word("HIGH:EXP-RC4-MD5"), "EXP-RC4-MD5");
  EXPECT_EQ(refused_word("HIGH:!EXP-RC4-MD6"), "EXP-RC4-MD6");
  EXPECT_EQ(refused_word("HIGH:!RC4-"), "RC4-");
}

TEST(TlsCiphersTest, WordsWithoutEffectAreErrorsOfTheirOwn) {
  EXPECT_EQ(refused_word("HIGH:DEFAULT"),
            "has \"DEFAULT\" after other words, where OpenSSL ignores it: it must be the first");
  EXPECT_EQ(refused_word("SUITEB128:HIGH"), "has \"SUITEB128\" among other words, which have no effect then");
}

TEST(TlsCiphersTest, CommandsAreWordsToo) {
  EXPECT_EQ(refused_word("HIGH:@STRENGHT"), "@STRENGHT");
  EXPECT_EQ(refused_word("HIGH:@SECLEVEL=9"), "@SECLEVEL=9");
  EXPECT_EQ(refused_word("HIGH:@SECLEVEL"), "@SECLEVEL");
  EXPECT_EQ(refused_word("HIGH:/"), "/");
}

TEST(TlsCiphersTest, EachCipherSuiteMustBeKnown) {
  EXPECT_EQ(refused_suite("TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384"), "");
  EXPECT_EQ(refused_suite(" TLS_AES_128_GCM_SHA256 : TLS_AES_256_GCM_SHA384 "), "");
  for (const char* word : {"BOGUS", "HIGH", "!BOGUS", "AES128-SHA", "TLS_AES_128_GCM_SHA265"})
    EXPECT_EQ(refused_suite(std::string("TLS_AES_128_GCM_SHA256:") + word), word);
  // OpenSSL divides these lists at colons only.
  EXPECT_EQ(refused_suite("TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384,BOGUS"),
            "has \"TLS_AES_256_GCM_SHA384,BOGUS\" as one name: colons must separate the names");
}

}  // namespace
}  // namespace portico
