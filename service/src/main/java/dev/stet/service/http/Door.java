package dev.stet.service.http;

import java.util.Map;
import org.eclipse.jetty.server.Request;

/// Who may come in by one of the ways to the API.
interface Door {
    /// Who is it, and may he?
    Entry enter(Request request);

    /// What comes of it.
    sealed interface Entry {
        /// He may ask.
        record Admitted(Caller caller) implements Entry {}

        /// He may not.
        ///
        /// @param headers of the answer
        record Refused(Answer answer, Map<String, String> headers) implements Entry {}
    }
}
