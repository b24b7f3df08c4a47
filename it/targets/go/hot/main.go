// Hot is a Go program that is hard on anybody who touches its stacks: its functions recurse on fresh goroutines, so stacks
// grow and are copied all the time, while the garbage collector, which walks them, never rests.
//
//	hot -listen 127.0.0.1:0 [-load CLIENTS] [-seconds S]
//	hot -self SECONDS -goroutines G
//
// With -listen it serves /handle/ID/NAME, after printing "ready pid=P addr=HOST:PORT"; -load adds clients of its own. At
// SIGTERM, or after -seconds, it prints the counts as JSON, then "served N errors E", and exits with 0.
// With -self it has no network: G goroutines call Handle and Risky until SECONDS have passed (0: until SIGTERM), then it
// prints the counts: {"work":N,"handle":N,"failed":N,"risky":N,"boom":N}. They are exact, recursive calls included:
//
//	Work(n, s)     calls itself n times; = len(s) + n
//	Handle(id, s)  calls Work(id % 64, s); = its result and nil, or -1 and errTenth when id % 10 is 9 ("failed" counts these)
//	Risky(n)       = n, or -n when n % 8 is 7: then Boom(n) panics, never returning, and Risky recovers
//
// -depth D makes Handle call Work(id % D, s). -wait makes -self wait for SIGUSR1 after "ready", before the first call.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type counts struct {
	Work   int64 `json:"work"`
	Handle int64 `json:"handle"`
	Failed int64 `json:"failed"`
	Risky  int64 `json:"risky"`
	Boom   int64 `json:"boom"`
}

var (
	called   counts
	wrong    int64
	depth    = flag.Int("depth", 64, "recursion of Work is below this")
	errTenth = errors.New("tenth")
)

//go:noinline
func Work(n int, s string) int {
	atomic.AddInt64(&called.Work, 1)
	if n <= 0 {
		return len(s)
	}
	var frame [256]byte // so that the stack must grow
	frame[n%256] = byte(n)
	below := Work(n-1, s)
	if frame[n%256] != byte(n) {
		return -1 << 30 // the stack was damaged
	}
	return below + 1
}

//go:noinline
func Handle(id int, name string) (int, error) {
	atomic.AddInt64(&called.Handle, 1)
	if id%10 == 9 {
		atomic.AddInt64(&called.Failed, 1)
		return -1, errTenth
	}
	return Work(id%*depth, name), nil
}

//go:noinline
func Boom(n int) int {
	atomic.AddInt64(&called.Boom, 1)
	panic(n)
}

//go:noinline
func Risky(n int) (result int) {
	atomic.AddInt64(&called.Risky, 1)
	defer func() {
		if recovered := recover(); recovered != nil {
			result = -recovered.(int)
		}
	}()
	if n%8 == 7 {
		return Boom(n)
	}
	return n
}

// onFreshStack runs f on a new goroutine, whose stack is small.
func onFreshStack(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

func check(id int, name string) (int, error) {
	result, err := Handle(id, name)
	if id%10 == 9 {
		if result != -1 || err != errTenth {
			atomic.AddInt64(&wrong, 1)
		}
	} else if err != nil || result != len(name)+id%*depth {
		atomic.AddInt64(&wrong, 1)
	}
	return result, err
}

func collectGarbage(stop <-chan struct{}) {
	debug.SetGCPercent(5)
	for {
		select {
		case <-stop:
			return
		default:
			runtime.GC()
		}
	}
}

func selfDrive(goroutines int, stop <-chan struct{}) {
	var all sync.WaitGroup
	for g := 0; g < goroutines; g++ {
		all.Add(1)
		go func(id int) {
			defer all.Done()
			for ; ; id++ {
				select {
				case <-stop:
					return
				default:
				}
				onFreshStack(func() {
					check(id, "name-"+strconv.Itoa(id%100))
					want := id
					if id%8 == 7 {
						want = -id
					}
					if Risky(id) != want {
						atomic.AddInt64(&wrong, 1)
					}
				})
			}
		}(g * 1000)
	}
	all.Wait()
}

// handle serves /handle/ID/NAME.
func handle(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(r.URL.Path, "/")
	id := 0
	if len(parts) == 4 {
		id, _ = strconv.Atoi(parts[2])
	}
	onFreshStack(func() {
		result, err := check(id, parts[len(parts)-1])
		fmt.Fprintf(w, "%d %v\n", result, err)
	})
	atomic.AddInt64(&served, 1)
}

var served, clientErrors int64

// Keeps its connections, so that hours of load do not use up the ports.
var connections = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1000}}

func client(base string, first int, stop <-chan struct{}) {
	for id := first; ; id++ {
		select {
		case <-stop:
			return
		default:
		}
		response, err := connections.Get(base + "/handle/" + strconv.Itoa(id) + "/client-" + strconv.Itoa(first))
		if err != nil {
			atomic.AddInt64(&clientErrors, 1)
			continue
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if response.StatusCode != 200 {
			atomic.AddInt64(&clientErrors, 1)
		}
	}
}

func serve(listen string, load int, stop <-chan struct{}) {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		fmt.Fprintln(os.Stderr, "hot:", err)
		os.Exit(1)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/handle/", handle)
	server := &http.Server{Handler: mux}
	go server.Serve(listener)
	fmt.Printf("ready pid=%d addr=%s\n", os.Getpid(), listener.Addr())
	var clients sync.WaitGroup
	for c := 0; c < load; c++ {
		clients.Add(1)
		go func(c int) {
			defer clients.Done()
			client("http://"+listener.Addr().String(), c*1000, stop)
		}(c)
	}
	<-stop
	clients.Wait()
	patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	server.Shutdown(patience)
}

func main() {
	listen := flag.String("listen", "", "serve HTTP here")
	load := flag.Int("load", 0, "clients of its own")
	seconds := flag.Int("seconds", 0, "stop serving after this")
	self := flag.Int("self", -1, "no network; drive itself for so many seconds")
	goroutines := flag.Int("goroutines", 8, "of -self")
	wait := flag.Bool("wait", false, "begin -self at SIGUSR1")
	flag.Parse()
	if (*listen == "") == (*self < 0) {
		flag.Usage()
		os.Exit(64)
	}

	stop := make(chan struct{})
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	if *wait {
		begin := make(chan os.Signal, 1)
		signal.Notify(begin, syscall.SIGUSR1)
		fmt.Printf("ready pid=%d\n", os.Getpid())
		select {
		case <-begin:
		case <-signals:
			return
		}
	}
	if *self > 0 {
		*seconds = *self
	}
	var timeout <-chan time.Time
	if *seconds > 0 {
		timeout = time.After(time.Duration(*seconds) * time.Second)
	}
	go func() {
		select {
		case <-signals:
		case <-timeout:
		}
		close(stop)
	}()
	go collectGarbage(stop)

	if *listen != "" {
		serve(*listen, *load, stop)
	} else {
		if !*wait {
			fmt.Printf("ready pid=%d\n", os.Getpid())
		}
		selfDrive(*goroutines, stop)
	}
	text, _ := json.Marshal(called)
	fmt.Println(string(text))
	if *listen != "" {
		fmt.Printf("served %d errors %d\n", served, clientErrors+wrong)
	}
	if wrong != 0 {
		fmt.Fprintf(os.Stderr, "hot: %d wrong results\n", wrong)
		os.Exit(1)
	}
}
