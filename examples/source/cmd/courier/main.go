// Command courier delivers spooled webhooks until it is told to stop.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"example.org/courier/internal/config"
	"example.org/courier/internal/delivery"
	"example.org/courier/internal/spool"
)

// idle is how long a worker rests when the spool is empty. Files arrive by rename,
// so polling is cheap: one directory listing.
const idle = 250 * time.Millisecond

func main() {
	path := flag.String("config", "config/courier.conf", "settings file")
	flag.Parse()

	settings, err := config.Read(*path)
	if err != nil {
		log.Fatalf("courier: %v", err)
	}
	queue, err := spool.Open(settings.SpoolDir)
	if err != nil {
		log.Fatalf("courier: %v", err)
	}
	recovered, err := queue.Recover()
	if err != nil {
		log.Fatalf("courier: %v", err)
	}
	if recovered > 0 {
		log.Printf("courier: %d events were in flight when the last process died; queued again", recovered)
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	sender := delivery.NewSender(settings.Secret, settings.Timeout)
	var workers sync.WaitGroup
	for range make([]struct{}, settings.Workers) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			work(ctx, queue, sender)
		}()
	}
	workers.Wait()
}

func work(ctx context.Context, queue *spool.Spool, sender *delivery.Sender) {
	for ctx.Err() == nil {
		event, err := queue.Claim(time.Now())
		if err != nil {
			log.Printf("courier: claim: %v", err)
		}
		if event == nil {
			select {
			case <-ctx.Done():
			case <-time.After(idle):
			}
			continue
		}
		// Not ctx: a delivery that has begun is finished, or it would be sent twice.
		deliver(context.Background(), queue, sender, event)
	}
}

func deliver(ctx context.Context, queue *spool.Spool, sender *delivery.Sender, event *spool.Event) {
	outcome := sender.Send(ctx, event)
	var err error
	switch next, again := delivery.Next(event.Attempt, outcome); {
	case outcome.Delivered:
		err = queue.Done(event)
	case again:
		err = queue.Retry(event, time.Now().Add(next))
	default:
		log.Printf("courier: %s is dead after %d attempts: %s", event.ID, event.Attempt, outcome.Reason)
		err = queue.Bury(event)
	}
	if err != nil {
		log.Printf("courier: %s: %v", event.ID, err)
	}
}
