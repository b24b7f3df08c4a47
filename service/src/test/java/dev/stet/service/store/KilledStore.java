package dev.stet.service.store;

import dev.stet.agent.AgentEvent;
import java.nio.file.Path;

/// A process that writes to a store until it is killed.
final class KilledStore {
    private KilledStore() {}

    public static void main(String[] args) throws Exception {
        try (Kept kept = new Kept(Path.of(args[0]))) {
            System.out.println("writing");
            // Killed long before; an end of its own if whoever was to do it is gone.
            for (int i = 0; i < 60_000; i++) {
                kept.store.event(new AgentEvent.Notice("kept " + i));
                Thread.sleep(1);
            }
        }
    }
}
