package dev.stet.probe.redact;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The words that a name is made of, in lower case: `userPassword2`, `USER_PASSWORD` and `user-password` are
/// all `user password`. What is neither letter nor digit parts words, and so do digits.
final class Words {
    /// Of a longer name only the end is looked at, where the noun is.
    static final int MAX_NAME = 256;

    private Words() {}

    static List<String> of(String whole) {
        String name = whole.substring(Math.max(whole.length() - MAX_NAME, 0));
        List<String> words = new ArrayList<>(4);
        int from = 0;
        for (int at = 0; at <= name.length(); at++) {
            if (at == name.length() || !Character.isLetter(name.charAt(at)) || begins(name, from, at)) {
                if (at > from) {
                    words.add(name.substring(from, at).toLowerCase(Locale.ROOT));
                }
                from = at == name.length() || Character.isLetter(name.charAt(at)) ? at : at + 1;
            }
        }
        return words;
    }

    /// Does a word begin at this letter, though a letter is before it? `apiKey`, `APIKey`.
    private static boolean begins(String name, int from, int at) {
        if (at == from || !Character.isUpperCase(name.charAt(at))) {
            return false;
        }
        return !Character.isUpperCase(name.charAt(at - 1))
                || (at + 1 < name.length() && Character.isLowerCase(name.charAt(at + 1)));
    }
}
