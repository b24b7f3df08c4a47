// Values is a Go program with values of every kind, one call of each function.
//
//	values
//
// Prints "ready pid=P", waits for SIGUSR1, makes the calls once, prints "done".
package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

type Level int

type User struct {
	Name string
	Age  int
	Tags []string
	Next *User
}

type Shape interface{ Area() int }

type Square struct{ Side int }

func (s *Square) Area() int { return s.Side * s.Side }

var sink int

//go:noinline
func Strings(s, t string, n int) string {
	sink += len(s) + len(t) + n
	return s + t
}

//go:noinline
func Slices(numbers []int, bytes []byte, words []string) int {
	return len(numbers) + len(bytes) + len(words)
}

//go:noinline
func Maps(m map[string]int, c chan int) int { return len(m) + cap(c) }

//go:noinline
func Interfaces(any interface{}, shape Shape) bool { return any == nil && shape == nil }

//go:noinline
func Errors(err error) error { return err }

//go:noinline
func Wait(d time.Duration, level Level, ok bool) time.Duration { return d * 2 }

//go:noinline
func Split(s string, at int) (head string, tail string, err error) {
	if at > len(s) {
		return "", "", errors.New("too short")
	}
	return s[:at], s[at:], nil
}

//go:noinline
func (u *User) Greet(other User, loud bool) string { return u.Name + " greets " + other.Name }

//go:noinline
func Many(a int8, b uint16, c float64, d [3]int32, e uint8, f string, g, h, i, j, k, l int) int {
	return int(a) + int(b) + int(d[2]) + int(e) + len(f) + g + h + i + j + k + l
}

func main() {
	start := make(chan os.Signal, 1)
	signal.Notify(start, syscall.SIGUSR1)
	fmt.Printf("ready pid=%d\n", os.Getpid())
	<-start
	Strings("one", "", 1)
	Strings(fmt.Sprintf("%0200d", 7), "zwei\n", 2)
	Slices([]int{1, -2, 3}, []byte("hi\x00"), []string{"a", "bc"})
	Slices(nil, nil, nil)
	c := make(chan int, 4)
	c <- 1
	Maps(map[string]int{"x": 1, "y": 2, "z": 3}, c)
	Maps(nil, nil)
	Interfaces(42, &Square{3})
	Interfaces("text", nil)
	Interfaces(nil, nil)
	_, numError := strconv.Atoi("12x")
	_, pathError := os.Open("/no/such/file")
	for _, err := range []error{nil, errors.New("plain"), fmt.Errorf("wrapped: %w", os.ErrClosed), numError, pathError} {
		Errors(err)
	}
	Wait(1500*time.Millisecond, 3, true)
	Split("hello", 2)
	Split("hi", 5)
	u := &User{"ann", 30, []string{"x"}, &User{Name: "zoe"}}
	u.Greet(User{Name: "bob", Age: 5}, true)
	Many(-1, 65535, 1.5, [3]int32{1, 2, 3}, 200, "six", 7, 8, 9, 10, 11, 12)
	fmt.Println("done")
}
