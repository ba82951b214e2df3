// A small service: says that it is well, and counts words.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// version is set by the linker: -X main.version=…
var version = "dev"

const (
	address     = ":8080"
	largestBody = 1 << 20
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "healthcheck" {
		os.Exit(healthcheck("http://127.0.0.1" + address + "/health"))
	}
	if err := serve(); err != nil {
		log.Fatal(err)
	}
}

func serve() error {
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	server := &http.Server{
		Addr:              address,
		Handler:           handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       time.Minute,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	log.Printf("wordcount %s listens on %s", version, address)
	select {
	case err := <-failed:
		return err
	case <-stop.Done():
	}
	// Requests under way get a moment to end.
	ending, done := context.WithTimeout(context.Background(), 5*time.Second)
	defer done()
	return server.Shutdown(ending)
}

func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"status": "ok", "version": version})
	})
	mux.HandleFunc("POST /count", count)
	return mux
}

func count(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		answer(w, http.StatusRequestEntityTooLarge, map[string]any{"error": fmt.Sprintf("at most %d bytes", largestBody)})
	case err != nil:
		answer(w, http.StatusBadRequest, map[string]any{"error": "cannot read the body"})
	default:
		answer(w, http.StatusOK, map[string]any{"words": len(strings.Fields(string(text))), "bytes": len(text)})
	}
}

func answer(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Printf("cannot answer: %v", err)
	}
}

// healthcheck asks the service in the same container; its result is the process's exit code.
func healthcheck(url string) int {
	client := http.Client{Timeout: 2 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		fmt.Fprintln(os.Stderr, response.Status)
		return 1
	}
	return 0
}
