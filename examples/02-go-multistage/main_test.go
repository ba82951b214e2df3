package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealth(t *testing.T) {
	server := httptest.NewServer(handler())
	defer server.Close()
	if code := healthcheck(server.URL + "/health"); code != 0 {
		t.Fatalf("healthcheck of a service that is well: exit code %d", code)
	}
	if code := healthcheck(server.URL + "/nowhere"); code == 0 {
		t.Fatal("healthcheck of a path that does not exist: exit code 0")
	}
}

func TestCount(t *testing.T) {
	recorder := httptest.NewRecorder()
	handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/count", strings.NewReader("one two\nthree")))
	if got := strings.TrimSpace(recorder.Body.String()); got != `{"bytes":13,"words":3}` {
		t.Fatal(got)
	}
}

func TestCountRefusesTooMuch(t *testing.T) {
	recorder := httptest.NewRecorder()
	body := strings.NewReader(strings.Repeat("x", largestBody+1))
	handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/count", body))
	if recorder.Code != http.StatusRequestEntityTooLarge {
		t.Fatal(recorder.Code)
	}
}
