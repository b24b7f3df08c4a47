// Blocker calls functions that block: the goroutine is put aside in the middle of the call and goes on later, on whatever
// thread is free.
//
//	blocker -goroutines G -calls N
//
// After printing "ready pid=P" it waits for SIGUSR1; then each of G goroutines calls N times each
//
//	Nap(id, micros)   sleeps; = 2 * id; ids are goroutine * 1000000 + call
//	Yield(id, n)      lets the others run, n times; = id + n
//	Twice(id)         = Nap(id, 200) + Nap(id + 1, 100), so nested calls of what is traced; = 4 * id + 2
//	Half(id)          = id when it is even; panics when it is odd, which its caller recovers from
//
// and it prints {"nap":N,"yield":N,"twice":N,"half":N,"panicked":P,"moved":M,"wrong":W}: calls that were made, nested ones included; M of Nap's
// and Yield's calls ended on another thread than they began on. It ends with 0 if W, the wrong results, is 0.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type counts struct {
	Nap      int64 `json:"nap"`
	Yield    int64 `json:"yield"`
	Twice    int64 `json:"twice"`
	Half     int64 `json:"half"`
	Panicked int64 `json:"panicked"`
	Moved    int64 `json:"moved"`
	Wrong    int64 `json:"wrong"`
}

var called counts

func movedFrom(thread int) {
	if syscall.Gettid() != thread {
		atomic.AddInt64(&called.Moved, 1)
	}
}

//go:noinline
func Nap(id int, micros int) int {
	atomic.AddInt64(&called.Nap, 1)
	thread := syscall.Gettid()
	time.Sleep(time.Duration(micros) * time.Microsecond)
	movedFrom(thread)
	return 2 * id
}

//go:noinline
func Yield(id int, n int) int {
	atomic.AddInt64(&called.Yield, 1)
	thread := syscall.Gettid()
	for i := 0; i < n; i++ {
		runtime.Gosched()
	}
	movedFrom(thread)
	return id + n
}

//go:noinline
func Twice(id int) int {
	atomic.AddInt64(&called.Twice, 1)
	return Nap(id, 200) + Nap(id+1, 100)
}

//go:noinline
func Half(id int) int {
	atomic.AddInt64(&called.Half, 1)
	if id%2 != 0 {
		panic(id)
	}
	return id
}

func half(id int) {
	defer func() {
		if recovered := recover(); recovered != nil {
			atomic.AddInt64(&called.Panicked, 1)
			expect(recovered.(int), id)
		}
	}()
	expect(Half(id), id&^1)
}

func expect(got, wanted int) {
	if got != wanted {
		atomic.AddInt64(&called.Wrong, 1)
	}
}

func main() {
	goroutines := flag.Int("goroutines", 8, "how many")
	calls := flag.Int("calls", 100, "of each function by each goroutine")
	flag.Parse()
	start := make(chan os.Signal, 1)
	signal.Notify(start, syscall.SIGUSR1, syscall.SIGTERM)
	fmt.Printf("ready pid=%d\n", os.Getpid())
	if <-start == syscall.SIGTERM {
		return
	}
	var all sync.WaitGroup
	for g := 0; g < *goroutines; g++ {
		all.Add(1)
		go func(g int) {
			defer all.Done()
			for i := 0; i < *calls; i++ {
				id := g*1000000 + i
				micros := 500 + i%7*300
				expect(Nap(id, micros), 2*id)
				expect(Yield(id, 1+i%5), id+1+i%5)
				expect(Twice(id), 4*id+2)
				half(id)
			}
		}(g)
	}
	all.Wait()
	text, _ := json.Marshal(called)
	fmt.Println(string(text))
	if called.Wrong != 0 {
		os.Exit(1)
	}
}
