// A client of TLS servers with Go's crypto/tls: both versions, resumption, a client certificate, ALPN, and megabytes
// with a half-close. Exits with 1 and the reason if anything is not as expected.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

type tlsInfo struct {
	Version       string `json:"version"`
	ServerName    string `json:"server_name"`
	Alpn          string `json:"alpn"`
	ClientSubject string `json:"client_subject"`
	Resumed       bool   `json:"resumed"`
}

func check(err error) {
	if err != nil {
		expect(false, "%v", err)
	}
}

func expect(right bool, format string, arguments ...any) {
	if !right {
		fmt.Fprintf(os.Stderr, format+"\n", arguments...)
		os.Exit(1)
	}
}

func dial(address string, config *tls.Config) *tls.Conn {
	connection, err := tls.Dial("tcp", address, config)
	check(err)
	check(connection.SetDeadline(time.Now().Add(30 * time.Second)))
	return connection
}

// Connects twice to a `whoami` endpoint; the second handshake is a resumption.
func whoami(address string, config *tls.Config, version string) {
	for _, resumed := range []bool{false, true} {
		connection := dial(address, config)
		line, err := io.ReadAll(connection) // io.EOF only after close_notify
		check(err)
		connection.Close()
		var said struct {
			Tls tlsInfo `json:"tls"`
		}
		check(json.Unmarshal(line, &said))
		wanted := tlsInfo{version, config.ServerName, config.NextProtos[0], "CN=client one", resumed}
		expect(said.Tls == wanted, "whoami says %+v, expected %+v", said.Tls, wanted)
		expect(connection.ConnectionState().DidResume == resumed, "resumed is not %v", resumed)
	}
}

// Sends megabytes to an `echo` endpoint, half-closes, and reads the rest.
func echo(address string, config *tls.Config) {
	connection := dial(address, config)
	sent := bytes.Repeat([]byte("0123456789abcdef"), 1<<17)
	go func() {
		_, err := connection.Write(sent)
		check(err)
		check(connection.CloseWrite())
	}()
	received, err := io.ReadAll(connection)
	check(err)
	expect(bytes.Equal(sent, received), "%d of %d bytes came back, or not the same", len(received), len(sent))
	connection.Close()
}

func main() {
	ca := flag.String("ca", "", "the CA: a PEM file")
	name := flag.String("name", "", "the server's name")
	certificate := flag.String("certificate", "", "the client's certificate: a PEM file")
	key := flag.String("key", "", "its key: a PEM file")
	whoamiAddress := flag.String("whoami", "", "address of a `whoami` endpoint")
	echoAddress := flag.String("echo", "", "address of an `echo` endpoint")
	flag.Parse()

	text, err := os.ReadFile(*ca)
	check(err)
	pool := x509.NewCertPool()
	expect(pool.AppendCertsFromPEM(text), "no certificate in %s", *ca)
	own, err := tls.LoadX509KeyPair(*certificate, *key)
	check(err)
	versions := map[string]uint16{"TLSv1.2": tls.VersionTLS12, "TLSv1.3": tls.VersionTLS13}
	for text, version := range versions {
		config := &tls.Config{
			RootCAs: pool, ServerName: *name, Certificates: []tls.Certificate{own}, NextProtos: []string{"shout/1"},
			MinVersion: version, MaxVersion: version, ClientSessionCache: tls.NewLRUClientSessionCache(0),
		}
		whoami(*whoamiAddress, config, text)
		echo(*echoAddress, config)
	}
}
