// Command verifying queries a server as client-go does for prometheus-adapter, and net/http for most others: with CAs
// from a file and a name to verify. It prints one line for each query: "verified", or the error.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const timeout = 30 * time.Second

func main() {
	ca := flag.String("ca", "", "file with the CA certificates to trust; read before each query")
	address := flag.String("address", "", "where to connect to, whatever the URLs' hosts resolve to: host:port or a Unix socket")
	name := flag.String("server-name", "", "name to verify, if it isn't the URL's host")
	pause := flag.Duration("again", 0, "query again and again with this pause, until standard input ends")
	flag.Parse()

	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(ended)
	}()
	for {
		for _, url := range flag.Args() {
			fmt.Println(told(query(url, *address, *ca, *name)))
		}
		if *pause == 0 {
			return
		}
		select {
		case <-ended:
			return
		case <-time.After(*pause):
		}
	}
}

func told(err error) string {
	if err == nil {
		return "verified"
	}
	return strings.ReplaceAll(err.Error(), "\n", " ")
}

func query(url, address, ca, name string) error {
	pem, err := os.ReadFile(ca)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return errors.New("no certificate in " + ca)
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: name, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, host string) (net.Conn, error) {
			if address != "" {
				host = address
			}
			if strings.Contains(host, "/") {
				network = "unix"
			}
			return (&net.Dialer{}).DialContext(ctx, network, host)
		},
	}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: timeout}
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return nil
}
