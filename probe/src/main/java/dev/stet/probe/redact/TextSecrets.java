package dev.stet.probe.redact;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds what is private within a text, by patterns.
///
/// One pass: most characters are looked at once. A few begin a closer look, which goes back no further than
/// a fixed number of characters, and forward only over characters that no other look of its kind goes over; what
/// was found is not looked at again. So the time is in proportion to the text, whatever the text is.
public final class TextSecrets {
    private static final boolean[] ANCHORS = anchors();

    private final KeyValues keyValues;

    /// @param names which keys are private
    public TextSecrets(Names names) {
        keyValues = new KeyValues(names);
    }

    private static boolean[] anchors() {
        boolean[] anchors = new boolean[128];
        for (char c : "0123456789:=@BbJA_-'\"".toCharArray()) {
            anchors[c] = true;
        }
        return anchors;
    }

    /// Where they are, in order; they do not overlap.
    public List<Secret> in(CharSequence text) {
        List<Secret> found = List.of();
        int floor = 0;
        int at = 0;
        char[] characters = text.toString().toCharArray();
        while (at < characters.length) {
            char c = characters[at];
            if (c < ANCHORS.length && ANCHORS[c]) {
                Optional<Secret> secret = look(text, c, at, floor);
                if (secret.isPresent()) {
                    found = found.isEmpty() ? new ArrayList<>(2) : found;
                    found.add(secret.get());
                    floor = secret.get().to();
                    at = Math.max(floor, at + 1);
                    continue;
                }
            }
            at++;
        }
        return found;
    }

    private Optional<Secret> look(CharSequence text, char c, int at, int floor) {
        return switch (c) {
            case ':' -> {
                Optional<Secret> address = Addresses.withScheme(text, at);
                yield address.isPresent() ? address : keyValues.at(text, at, floor);
            }
            case '=' -> keyValues.at(text, at, floor);
            case '@' -> Addresses.withProtocol(text, at, floor);
            case 'B' -> {
                Optional<Secret> key = Keys.privateKey(text, at, floor);
                yield key.isPresent() ? key : Keys.scheme(text, at);
            }
            case 'b' -> Keys.scheme(text, at);
            case 'J' -> Keys.jsonWebToken(text, at, floor);
            case 'A', '_', '-' -> Keys.issued(text, at, floor);
            case '\'', '"' -> SqlSecrets.at(text, at, floor);
            default -> Scan.isDigit(Scan.at(text, at - 1)) ? Optional.empty() : CardNumbers.at(text, at);
        };
    }
}
