package dev.stet.agent.audit;

import java.util.Optional;

/// Who did it.
///
/// @param uid the real user ID of the process; -1 if it is not known
/// @param user its name
/// @param sudoUser who ran sudo, as sudo says; empty if nobody did
/// @param pid of the process
/// @param command what it was told to do: `stet run --state /var/lib/stet`
public record Who(int uid, String user, Optional<String> sudoUser, long pid, String command) {
    JsonText json() {
        return new JsonText()
                .number("uid", uid)
                .text("user", user)
                .text("sudoUser", sudoUser)
                .number("pid", pid)
                .text("command", command);
    }

    static Who of(JsonValue.Fields fields) {
        return new Who(
                fields.number("uid").map(Math::toIntExact).orElse(-1),
                fields.text("user").orElse(""),
                fields.text("sudoUser"),
                fields.number("pid").orElse(0L),
                fields.text("command").orElse(""));
    }

    /// `alice (as root)`, `root`.
    @Override
    public String toString() {
        String name = user.isEmpty() ? "uid " + uid : user;
        return sudoUser.map(real -> real + " (as " + name + ")").orElse(name);
    }
}
