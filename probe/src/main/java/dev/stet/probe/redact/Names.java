package dev.stet.probe.redact;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Which names say that a value is private. Safe for several threads.
public final class Names {
    /// Names that are remembered. Captures and fields are a few hundred; only keys in texts can be more, and then
    /// all are forgotten, which costs time and nothing else.
    private static final int MAX_REMEMBERED = 4096;

    /// A word, or two words in a row written as one, and what to call it.
    private static final Map<String, String> PRIVATE = table(
            "password", "password passwd passphrase passcode pwd pass pw",
            "secret", "secret secrets",
            "token", "token tokens jwt bearer",
            "cookie", "cookie cookies",
            "authorization", "authorization authheader proxyauth",
            "api key", "apikey apikeys accesskey authkey",
            "credential", "credential credentials cred creds",
            "private key", "privatekey privkey signingkey encryptionkey masterkey secretkey sessionkey",
            "session", "session sessionid sessid",
            "card number", "cardnumber creditcard cardno",
            "cvv", "cvv cvc securitycode",
            "pin", "pin pincode pinnumber",
            "one-time code", "otp totp");

    /// A word that has this in it is private, whatever is before and after.
    private static final List<String> INFIXES = List.of("password", "passwd", "passphrase");

    /// A word that ends so is private: `clientsecret`, `authtoken`, `userpwd`.
    private static final List<String> SUFFIXES =
            List.of("secret", "token", "cookie", "apikey", "pwd", "credential", "credentials");

    /// A name that begins so is about a private thing, and is none: `has_password`, `max_tokens`.
    private static final Set<String> ABOUT_FIRST = Set.of(
            "has", "is", "no", "not", "num", "n", "max", "min", "count", "total", "use", "with", "without", "enable",
            "disable", "allow", "require", "need");

    /// A name that ends so is about a private thing, and is none: `password_len`, `cookiePath`.
    private static final Set<String> ABOUT_LAST = Set.of(
            "len",
            "length",
            "count",
            "size",
            "cap",
            "limit",
            "index",
            "idx",
            "offset",
            "type",
            "kind",
            "url",
            "uri",
            "endpoint",
            "path",
            "file",
            "filename",
            "dir",
            "domain",
            "name",
            "names",
            "expiry",
            "expires",
            "expiration",
            "ttl",
            "timeout",
            "age",
            "lifetime",
            "policy",
            "enabled",
            "required",
            "valid",
            "state",
            "status",
            "error",
            "err",
            "flags",
            "version",
            "at",
            "prompt",
            "callback",
            "cb",
            "usage",
            "budget",
            "reset",
            "changed",
            "attempts",
            "strength");

    /// Words of a type's name that make its values private.
    private static final Set<String> TYPES = Set.of(
            "password",
            "passwd",
            "passphrase",
            "secret",
            "credential",
            "credentials",
            "privatekey",
            "apikey",
            "cookie");

    /// Words that may follow those: `SecretString`, `Secret<str>`.
    private static final Set<String> HOLDERS = Set.of(
            "string", "str", "text", "bytes", "buf", "buffer", "value", "key", "data", "box", "vec", "char", "u", "t");

    /// Letters that a private name has, as [#letters], for each word by which it may be one.
    private final int[] letters;

    private final List<List<String>> more;
    private final Set<List<String>> except;
    private final Map<String, Optional<String>> byName = new ConcurrentHashMap<>();
    private final Map<String, Optional<String>> byType = new ConcurrentHashMap<>();

    /// @param more names that are private as well, alone or as part of a longer name
    /// @param except whole names that are not
    public Names(List<String> more, List<String> except) {
        this.more =
                more.stream().map(Words::of).filter(words -> !words.isEmpty()).toList();
        this.except = Set.copyOf(except.stream().map(Words::of).toList());
        Stream<String> words = this.more.stream().map(asked -> String.join("", asked));
        letters = Stream.of(PRIVATE.keySet().stream(), INFIXES.stream(), SUFFIXES.stream(), words)
                .flatMap(each -> each)
                .mapToInt(word -> letters(word, 0, word.length()))
                .distinct()
                .toArray();
    }

    /// A bit for each letter of ASCII that occurs, in whatever case.
    private static int letters(CharSequence text, int from, int to) {
        int letters = 0;
        for (int at = from; at < to; at++) {
            char c = text.charAt(at);
            letters |= Scan.isLetter(c) ? 1 << (c & 0x1f) : 0;
        }
        return letters;
    }

    /// Could [#ofName] find anything in this part of a text? A quick answer that is no for nearly all keys.
    boolean mayBePrivate(CharSequence text, int from, int to) {
        int there = letters(text, from, to);
        for (int needed : letters) {
            if ((there & needed) == needed) {
                return from < to;
            }
        }
        return false;
    }

    private static Map<String, String> table(String... labelsAndWords) {
        Map<String, String> table = new TreeMap<>();
        for (int i = 0; i < labelsAndWords.length; i += 2) {
            for (String word : labelsAndWords[i + 1].split(" ", -1)) {
                table.put(word, labelsAndWords[i]);
            }
        }
        return Map.copyOf(table);
    }

    /// What is private about a value of this name; empty if nothing is.
    public Optional<String> ofName(String name) {
        return remembered(byName, name, this::judgeName);
    }

    /// What is private about a value of this type; empty if nothing is.
    public Optional<String> ofType(String type) {
        return type.isEmpty() ? Optional.empty() : remembered(byType, type, this::judgeType);
    }

    private static Optional<String> remembered(
            Map<String, Optional<String>> known,
            String name,
            java.util.function.Function<String, Optional<String>> judge) {
        Optional<String> answer = known.get(name);
        if (answer != null) {
            return answer;
        }
        if (known.size() >= MAX_REMEMBERED) {
            known.clear();
        }
        Optional<String> judged = judge.apply(name);
        if (name.length() <= Words.MAX_NAME) {
            known.put(name, judged);
        }
        return judged;
    }

    private Optional<String> judgeName(String name) {
        List<String> words = Words.of(name);
        if (words.isEmpty() || except.contains(words)) {
            return Optional.empty();
        }
        for (List<String> asked : more) {
            if (java.util.Collections.indexOfSubList(words, asked) >= 0) {
                return Optional.of(String.join(" ", asked));
            }
        }
        if (words.size() > 1 && (ABOUT_FIRST.contains(words.getFirst()) || ABOUT_LAST.contains(words.getLast()))) {
            return Optional.empty();
        }
        return firstPrivate(words);
    }

    private static Optional<String> firstPrivate(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            Optional<String> both = i + 1 < words.size()
                    ? Optional.ofNullable(PRIVATE.get(words.get(i) + words.get(i + 1)))
                    : Optional.empty();
            Optional<String> label = both.isPresent() ? both : ofWord(words, i);
            if (label.isPresent()) {
                return label;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ofWord(List<String> words, int i) {
        String word = words.get(i);
        String exact = PRIVATE.get(word);
        if (exact != null) {
            // In `render_pass` and `pin_mode` they are other words.
            boolean other = (word.equals("pass") && words.size() > 1) || (word.equals("pin") && i + 1 < words.size());
            return other ? Optional.empty() : Optional.of(exact);
        }
        if (INFIXES.stream().anyMatch(word::contains)) {
            return Optional.of("password");
        }
        return SUFFIXES.stream().filter(word::endsWith).findFirst().map(PRIVATE::get);
    }

    private Optional<String> judgeType(String type) {
        List<String> words = Words.of(type);
        if (except.contains(words)) {
            return Optional.empty();
        }
        for (int i = 0; i < words.size(); i++) {
            String pair = i + 1 < words.size() ? words.get(i) + words.get(i + 1) : "";
            int next = TYPES.contains(pair) ? i + 2 : i + 1;
            boolean is = next == i + 2 || TYPES.contains(words.get(i));
            if (is && (next >= words.size() || HOLDERS.contains(words.get(next)))) {
                return Optional.ofNullable(PRIVATE.get(next == i + 2 ? pair : words.get(i)));
            }
        }
        return Optional.empty();
    }
}
