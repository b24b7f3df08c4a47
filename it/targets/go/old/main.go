// Old is a Go program for compilers from before 1.17, whose functions take their arguments on the stack.
//
//	old GOROUTINES
//
// Each goroutine calls Handle(id, "n-ID") with ids of its own, for ever. Handle grows its stack, lets others run, and
// sleeps 5 ms if the id is a multiple of 3. Prints "ready pid=P"; SIGTERM ends it with 0 and "done".
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

//go:noinline
func Handle(id int, name string) int {
	if id%3 == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	runtime.Gosched()
	return deep(20) + len(name)
}

//go:noinline
func deep(n int) int {
	var pad [300]byte
	pad[n] = 1
	if n == 0 {
		return int(pad[1])
	}
	return deep(n-1) + int(pad[n])
}

func main() {
	goroutines, _ := strconv.Atoi(os.Args[1])
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	for g := 0; g < goroutines; g++ {
		go func(g int) {
			for i := 0; ; i++ {
				id := g*1000 + i%1000
				done := make(chan int)
				go func() { done <- Handle(id, fmt.Sprint("n-", id)) }()
				<-done
				time.Sleep(2 * time.Millisecond)
			}
		}(g)
	}
	fmt.Printf("ready pid=%d\n", os.Getpid())
	<-stop
	fmt.Println("done")
}
