package dev.stet.service.http;

import dev.stet.service.StreamRequest;
import java.io.IOException;

/// What can be asked. Called by several threads; must not take long.
public interface Routes {
    /// What comes of a request.
    sealed interface Reply {
        /// An answer, in whole.
        record Whole(Answer answer) implements Reply {}

        /// Calls and events, from now on.
        record Stream(StreamRequest wanted) implements Reply {}
    }

    /// Answers.
    ///
    /// @throws IOException if the agent cannot tell
    Reply reply(Asked asked) throws IOException;

    /// What a request takes.
    Scope needed(Asked asked);
}
