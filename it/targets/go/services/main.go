// What Go programs do all day, for the packs: every INTERVAL milliseconds, COUNT times (0: until SIGTERM), one round of
//
//   - an HTTP request to itself: /orders/N?token=secret, answered with 200, or 404 where N is a multiple of 5
//   - the same over TLS: /secure/N by HTTP/1.1, /two/N by HTTP/2
//   - database/sql: a query and a statement on a driver of its own, and a prepared statement
//   - to standard error: log.Printf("round N"), and "own: own round N" by a logger of its own
//   - log/slog: Info "slow round" with n=N, Warn where N is a multiple of 5 (from Go 1.21)
//
// usage: services -interval MILLIS -count COUNT
// prints "ready PID", and "done ROUNDS" at the end
package main

import (
	"context"
	"crypto/tls"
	"database/sql"
	"flag"
	"fmt"
	"io/ioutil"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func answer(w http.ResponseWriter, r *http.Request) {
	var n int
	fmt.Sscanf(r.URL.Path, "/orders/%d", &n)
	if r.URL.Path == fmt.Sprintf("/orders/%d", n) && n%5 == 0 {
		w.WriteHeader(404)
	}
	fmt.Fprintf(w, "order %d", n)
}

func fetch(client *http.Client, url string) {
	response, err := client.Get(url)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := ioutil.ReadAll(response.Body); err != nil {
		log.Fatal(err)
	}
}

func database(db *sql.DB, statement *sql.Stmt, n int) {
	ctx := context.Background()
	rows, err := db.QueryContext(ctx, fmt.Sprintf("SELECT name FROM users WHERE id = ? -- round %d", n), n)
	if err != nil {
		log.Fatal(err)
	}
	for rows.Next() {
	}
	rows.Close()
	if _, err := db.ExecContext(ctx, "INSERT INTO visits VALUES (?)", n); err != nil {
		log.Fatal(err)
	}
	if _, err := db.Exec("FAIL please"); err == nil {
		log.Fatal("a statement that must fail did not")
	}
	if _, err := statement.Exec(n); err != nil {
		log.Fatal(err)
	}
}

func main() {
	interval := flag.Int("interval", 100, "milliseconds between rounds")
	count := flag.Int("count", 0, "rounds; 0 for no end")
	flag.Parse()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)

	plain := httptest.NewServer(http.HandlerFunc(answer))
	secure := httptest.NewUnstartedServer(http.HandlerFunc(answer))
	secure.TLS = &tls.Config{NextProtos: []string{"http/1.1"}}
	secure.StartTLS()
	second := httptest.NewUnstartedServer(http.HandlerFunc(answer))
	second.EnableHTTP2 = true
	second.StartTLS()
	sql.Register("nothing", nothing{})
	db, err := sql.Open("nothing", "")
	if err != nil {
		log.Fatal(err)
	}
	statement, err := db.Prepare("UPDATE users SET seen = ?")
	if err != nil {
		log.Fatal(err)
	}
	own := log.New(os.Stderr, "own: ", 0)

	fmt.Printf("ready %d\n", os.Getpid())
	n := 0
	for *count == 0 || n < *count {
		select {
		case <-stop:
			fmt.Printf("done %d\n", n)
			return
		case <-time.After(time.Duration(*interval) * time.Millisecond):
		}
		fetch(http.DefaultClient, fmt.Sprintf("%s/orders/%d?token=secret", plain.URL, n))
		fetch(secure.Client(), fmt.Sprintf("%s/secure/%d", secure.URL, n))
		fetch(second.Client(), fmt.Sprintf("%s/two/%d", second.URL, n))
		database(db, statement, n)
		log.Printf("round %d", n)
		own.Printf("own round %d", n)
		structured(n)
		n++
	}
	fmt.Printf("done %d\n", n)
}