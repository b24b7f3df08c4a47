// A gRPC server and a client in one program: every INTERVAL milliseconds, COUNT times (0: until SIGTERM), the client asks
// for the health of "orders" (which is well), and every fifth time of "missing" (which the server does not know: NotFound).
// Every tenth round it watches for one answer, as a stream.
//
// usage: grpc -interval MILLIS -count COUNT
// prints "ready PID", and "done ROUNDS" at the end
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

func main() {
	interval := flag.Int("interval", 100, "milliseconds between rounds")
	count := flag.Int("count", 0, "rounds; 0 for no end")
	flag.Parse()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	state := health.NewServer()
	state.SetServingStatus("orders", healthpb.HealthCheckResponse_SERVING)
	healthpb.RegisterHealthServer(server, state)
	go server.Serve(listener)
	connection, err := grpc.Dial(listener.Addr().String(), grpc.WithInsecure(), grpc.WithBlock())
	if err != nil {
		log.Fatal(err)
	}
	client := healthpb.NewHealthClient(connection)

	fmt.Printf("ready %d\n", os.Getpid())
	n := 0
	for *count == 0 || n < *count {
		select {
		case <-stop:
			fmt.Printf("done %d\n", n)
			return
		case <-time.After(time.Duration(*interval) * time.Millisecond):
		}
		round(client, n)
		n++
	}
	fmt.Printf("done %d\n", n)
}

func round(client healthpb.HealthClient, n int) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if _, err := client.Check(ctx, &healthpb.HealthCheckRequest{Service: "orders"}); err != nil {
		log.Fatal(err)
	}
	if n%5 == 0 {
		if _, err := client.Check(ctx, &healthpb.HealthCheckRequest{Service: "missing"}); err == nil {
			log.Fatal("a service that is not there is well")
		}
	}
	if n%10 == 0 {
		stream, err := client.Watch(ctx, &healthpb.HealthCheckRequest{Service: "orders"})
		if err != nil {
			log.Fatal(err)
		}
		if _, err := stream.Recv(); err != nil {
			log.Fatal(err)
		}
	}
}
