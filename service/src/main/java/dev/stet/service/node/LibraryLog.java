package dev.stet.service.node;

import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// What libraries log goes where everything else that Stet says goes, if it is a warning at least. What
/// they say may quote what they were sent, so it is cut short.
final class LibraryLog extends Handler {
    private static final int MAX_LENGTH = 300;
    /// Kept, for loggers that nobody keeps are forgotten with what was set.
    private static final Logger ROOT = Logger.getLogger("");

    private final Consumer<String> say;

    private LibraryLog(Consumer<String> say) {
        this.say = say;
    }

    /// From here on.
    static void to(Consumer<String> say) {
        for (Handler handler : ROOT.getHandlers()) {
            ROOT.removeHandler(handler);
        }
        ROOT.setLevel(Level.WARNING);
        ROOT.addHandler(new LibraryLog(say));
    }

    @Override
    public void publish(LogRecord each) {
        if (each.getLevel().intValue() >= Level.WARNING.intValue()) {
            String name = String.valueOf(each.getLoggerName());
            String text = each.getMessage() + (each.getThrown() == null ? "" : ": " + each.getThrown());
            say.accept(name.substring(name.lastIndexOf('.') + 1) + ": "
                    + (text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text));
        }
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public void close() {
        // nothing is open
    }
}
