package dev.stet.service.config;

import java.util.Locale;

/// One thing that can be set: in the file, by an environment variable, and by an option of `stet run`.
///
/// @param name with dots as the file is nested: `api.socket`
/// @param form what it takes
/// @param many it may be given several times, and is a list in the file
/// @param usual its value if nobody sets it; empty: none
/// @param reload when a change of the file counts
/// @param what it is, for people; a sentence
public record Setting(String name, Form form, boolean many, String usual, Reload reload, String what) {
    /// When a change counts.
    public enum Reload {
        /// At once.
        LIVE,
        /// When Stet starts the next time.
        RESTART
    }

    static Setting live(String name, Form form, String usual, String what) {
        return new Setting(name, form, false, usual, Reload.LIVE, what);
    }

    static Setting fixed(String name, Form form, String usual, String what) {
        return new Setting(name, form, false, usual, Reload.RESTART, what);
    }

    Setting asList() {
        return new Setting(name, form, true, usual, reload, what);
    }

    /// `STET_API_SOCKET`.
    public String variable() {
        return "STET_" + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /// `--api-socket`.
    public String option() {
        return "--" + name.replace('.', '-');
    }
}
