package dev.stet.policy.pixie;

/// How a list is handed to Pixie.
public enum PixieFormat {
    /// The flag itself.
    FLAG,
    /// A patch of the DaemonSet, for `kubectl patch daemonset vizier-pem --patch-file`. The operator undoes it with
    /// its next update.
    DAEMONSET_PATCH,
    /// Values for the chart of Pixie's operator, which keeps them.
    HELM;

    /// The text, with the line end behind it.
    public String text(OptOutList list) {
        return switch (this) {
            case FLAG -> list.flag() + "\n";
            case DAEMONSET_PATCH -> """
                    # The list takes the place of all arguments that the container has.
                    spec:
                      template:
                        spec:
                          containers:
                            - name: pem
                              args: [%s]
                    """.formatted(json(list.flag()));
            case HELM -> """
                    # The list takes the place of all arguments that the container has.
                    patches:
                      vizier-pem: '%s'
                    """.formatted(patch(list).replace("'", "''"));
        };
    }

    private static String patch(OptOutList list) {
        return "{\"spec\": {\"template\": {\"spec\": {\"containers\": [{\"name\": \"pem\", \"args\": ["
                + json(list.flag()) + "]}]}}}}";
    }

    private static String json(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').appendCodePoint(c);
            } else if (c >= ' ' && c < 0x7f) {
                out.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    out.append("\\u%04x".formatted((int) unit));
                }
            }
        });
        return out.append('"').toString();
    }
}
