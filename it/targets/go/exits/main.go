// Exits is a Go program whose calls end in every way that Go knows.
//
//	exits ROUNDS
//
// Prints "ready pid=P", waits for SIGUSR1. Then 4 goroutines make ROUNDS rounds each, with serial numbers of their own:
//
//	Panics(s)       panics through Middle to Recovers(s), which recovers and returns s + 1
//	Exits(s)        in a goroutine of its own: runtime.Goexit
//	Grows(s, 40)    enters itself down to 0, with large frames, so that the stack is moved; each returns s + 2
//	Moves(s)        lets other goroutines run, and sleeps; returns s + 3
//	Plain(s)        returns s + 4
//
// Prints "done calls=C wrong=W": C calls that began, W results that were wrong.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

var calls, wrong, serial int64

func began() { atomic.AddInt64(&calls, 1) }

//go:noinline
func Panics(s int64) int64 {
	began()
	if s >= 0 {
		panic(s)
	}
	return s
}

//go:noinline
func Middle(s int64) int64 {
	began()
	return Panics(s) + 1
}

//go:noinline
func Recovers(s int64) (result int64) {
	began()
	defer func() {
		if recover() == s {
			result = s + 1
		}
	}()
	return Middle(s)
}

//go:noinline
func Exits(s int64) int64 {
	began()
	if s >= 0 {
		runtime.Goexit()
	}
	return s
}

//go:noinline
func Grows(s int64, depth int) int64 {
	began()
	var pad [1000]byte
	pad[depth] = byte(s)
	if depth > 0 {
		expect(Grows(s, depth-1), s+2)
	}
	return s + 2 + int64(pad[depth]-byte(s))
}

//go:noinline
func Moves(s int64) int64 {
	began()
	runtime.Gosched()
	time.Sleep(time.Millisecond)
	return s + 3
}

//go:noinline
func Plain(s int64) int64 {
	began()
	return s + 4
}

func expect(got, wanted int64) {
	if got != wanted {
		atomic.AddInt64(&wrong, 1)
	}
}

func next() int64 { return atomic.AddInt64(&serial, 1) }

func round() {
	s := next()
	expect(Recovers(s), s+1)
	var exit sync.WaitGroup
	exit.Add(2)
	go func() { defer exit.Done(); Exits(next()) }()
	go func() { defer exit.Done(); s := next(); expect(Grows(s, 40), s+2) }()
	exit.Wait()
	s = next()
	expect(Moves(s), s+3)
	s = next()
	expect(Plain(s), s+4)
}

func main() {
	rounds, _ := strconv.Atoi(os.Args[1])
	start := make(chan os.Signal, 1)
	signal.Notify(start, syscall.SIGUSR1)
	fmt.Printf("ready pid=%d\n", os.Getpid())
	<-start
	var all sync.WaitGroup
	for g := 0; g < 4; g++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; i < rounds; i++ {
				round()
			}
		}()
	}
	all.Wait()
	fmt.Printf("done calls=%d wrong=%d\n", calls, wrong)
}
