package dev.stet.binary.names;

/// Rust's newer names (RFC 2603): prints while it reads. A back-reference reads an earlier place again; the
/// printer counts the steps.
final class RustV0 {
    /// More lifetimes than any signature binds.
    private static final int MAX_BOUND = 1000;

    /// Hashes of crates go up to 64 bits and are not shown; what is counted is far less than this.
    private static final long MANY = 1L << 40;

    private static final String BASIC =
            "a i8,b bool,c char,d f64,e str,f f32,h u8,i isize,j usize,l i32,m u32,n i128,o u128,s i16,t u16,u (),"
                    + "v ...,x i64,y u64,z !,p _";
    private static final String[] BASIC_NAMES = new String[26];

    static {
        for (String row : BASIC.split(",", -1)) {
            BASIC_NAMES[row.charAt(0) - 'a'] = row.substring(2);
        }
    }

    private final Cursor in;
    private final int base;
    private final Printer out = new Printer(true);
    private int bound;

    /// More than 0 while something is read that is not shown.
    private int silent;

    private RustV0(Cursor in, int base) {
        this.in = in;
        this.base = base;
    }

    /// @param from where the `_R` begins
    static String demangle(String mangled, int from) throws Undecodable {
        Cursor in = new Cursor(mangled, from + 2, mangled.length());
        RustV0 name = new RustV0(in, from + 2);
        name.path(true);
        if (Cursor.isUpper(in.peek())) {
            name.silent++;
            name.path(false);
        }
        return name.out.add(RustLegacy.suffix(in.text(in.left()))).toString();
    }

    private RustV0 add(String text) throws Undecodable {
        if (silent == 0) {
            out.add(text);
        }
        return this;
    }

    private void path(boolean value) throws Undecodable {
        out.enter();
        char tag = in.next();
        switch (tag) {
            case 'C' -> {
                disambiguator();
                add(identifier());
            }
            case 'N' -> nested(value);
            case 'M', 'X', 'Y' -> implementation(tag);
            case 'I' -> {
                path(value);
                add(value ? "::<" : "<");
                arguments();
                add(">");
            }
            case 'B' -> backReference(() -> path(value));
            default -> throw Undecodable.name();
        }
        out.leave();
    }

    private void nested(boolean value) throws Undecodable {
        char space = in.next();
        path(value);
        long number = disambiguator();
        String name = identifier();
        if (Cursor.isUpper(space)) {
            String kind = space == 'C' ? "closure" : space == 'S' ? "shim" : Character.toString(space);
            add("::{").add(kind).add(name.isEmpty() ? "" : ":" + name).add("#" + number + "}");
        } else if (!Cursor.isLower(space)) {
            throw Undecodable.name();
        } else if (!name.isEmpty()) {
            add("::").add(name);
        }
    }

    private void implementation(char tag) throws Undecodable {
        if (tag != 'Y') {
            disambiguator();
            silent++;
            path(false);
            silent--;
        }
        add("<");
        type();
        if (tag != 'M') {
            add(" as ");
            path(false);
        }
        add(">");
    }

    private void arguments() throws Undecodable {
        for (boolean first = true; !in.take('E'); first = false) {
            add(first ? "" : ", ");
            if (in.take('L')) {
                lifetime(base62());
            } else if (in.take('K')) {
                constant(false);
            } else {
                type();
            }
        }
    }

    private interface Part {
        void read() throws Undecodable;
    }

    /// Reads a part at an earlier place. Never forward, so the chain of references ends.
    private void backReference(Part part) throws Undecodable {
        int here = in.at() - 1;
        long to = base + base62();
        if (to >= here) {
            throw Undecodable.name();
        }
        if (silent > 0) {
            return;
        }
        int back = in.at();
        in.at((int) to);
        part.read();
        in.at(back);
    }

    private void type() throws Undecodable {
        out.enter();
        char tag = in.next();
        if (Cursor.isLower(tag)) {
            String name = BASIC_NAMES[tag - 'a'];
            if (name == null) {
                throw Undecodable.name();
            }
            add(name);
        } else {
            compound(tag);
        }
        out.leave();
    }

    private void compound(char tag) throws Undecodable {
        switch (tag) {
            case 'R', 'Q' -> {
                add("&");
                if (in.take('L')) {
                    long lifetime = base62();
                    if (lifetime != 0) {
                        lifetime(lifetime);
                        add(" ");
                    }
                }
                add(tag == 'Q' ? "mut " : "");
                type();
            }
            case 'P', 'O' -> {
                add(tag == 'P' ? "*const " : "*mut ");
                type();
            }
            case 'A', 'S' -> {
                add("[");
                type();
                if (tag == 'A') {
                    add("; ");
                    constant(true);
                }
                add("]");
            }
            case 'T' -> tuple(this::type);
            case 'F' -> binder(this::function);
            case 'D' -> {
                add("dyn ");
                binder(this::traits);
                if (!in.take('L')) {
                    throw Undecodable.name();
                }
                long lifetime = base62();
                if (lifetime != 0) {
                    add(" + ");
                    lifetime(lifetime);
                }
            }
            case 'B' -> backReference(this::type);
            default -> {
                in.at(in.at() - 1);
                path(false);
            }
        }
    }

    private void tuple(Part member) throws Undecodable {
        add("(");
        int count = 0;
        for (; !in.take('E'); count++) {
            add(count == 0 ? "" : ", ");
            member.read();
        }
        add(count == 1 ? ",)" : ")");
    }

    /// `for<'a, 'b>`, then what the lifetimes are bound in.
    private void binder(Part inner) throws Undecodable {
        long count = in.take('G') ? base62() + 1 : 0;
        if (count > MAX_BOUND || bound + count > MAX_BOUND) {
            throw Undecodable.name();
        }
        if (count > 0) {
            add("for<");
            for (int i = 0; i < count; i++) {
                add(i == 0 ? "" : ", ");
                bound++;
                lifetime(1);
            }
            add("> ");
        }
        inner.read();
        bound -= (int) count;
    }

    private void function() throws Undecodable {
        add(in.take('U') ? "unsafe " : "");
        if (in.take('K')) {
            add("extern \"")
                    .add(in.take('C') ? "C" : identifier().replace('_', '-'))
                    .add("\" ");
        }
        add("fn(");
        for (boolean first = true; !in.take('E'); first = false) {
            add(first ? "" : ", ");
            type();
        }
        add(")");
        if (!in.take('u')) {
            add(" -> ");
            type();
        }
    }

    private void traits() throws Undecodable {
        for (boolean first = true; !in.take('E'); first = false) {
            add(first ? "" : " + ");
            boolean open = openTrait();
            while (in.take('p')) {
                add(open ? ", " : "<").add(identifier()).add(" = ");
                open = true;
                type();
            }
            add(open ? ">" : "");
        }
    }

    /// A trait whose `<` is still open, so that associated types can follow.
    private boolean openTrait() throws Undecodable {
        out.enter();
        boolean[] open = new boolean[1];
        if (in.take('B')) {
            backReference(() -> open[0] = openTrait());
        } else if (in.take('I')) {
            path(false);
            add("<");
            arguments();
            open[0] = true;
        } else {
            path(false);
        }
        out.leave();
        return open[0];
    }

    private void lifetime(long index) throws Undecodable {
        if (index == 0) {
            add("'_");
            return;
        }
        long depth = bound - index;
        if (depth < 0) {
            throw Undecodable.name();
        }
        add(depth < 26 ? "'" + (char) ('a' + depth) : "'_" + depth);
    }

    private void constant(boolean inValue) throws Undecodable {
        out.enter();
        char tag = in.next();
        switch (tag) {
            case 'p' -> add("_");
            case 'h', 't', 'm', 'y', 'o', 'j' -> add(integer());
            case 'a', 's', 'l', 'x', 'n', 'i' -> add(in.take('n') ? "-" : "").add(integer());
            case 'b' -> {
                String digits = hex();
                if (!digits.equals("0") && !digits.equals("1")) {
                    throw Undecodable.name();
                }
                add(digits.equals("1") ? "true" : "false");
            }
            case 'c' ->
                add("'").add(RustText.escaped(RustText.character(hex()), '\'')).add("'");
            case 'B' -> backReference(() -> constant(inValue));
            default -> braced(tag, inValue);
        }
        out.leave();
    }

    /// Values that need braces where a type could stand.
    private void braced(char tag, boolean inValue) throws Undecodable {
        if (tag == 'R' && in.take('e')) {
            text();
            return;
        }
        add(inValue ? "" : "{");
        switch (tag) {
            case 'e' -> {
                add("*");
                text();
            }
            case 'R', 'Q' -> {
                add(tag == 'R' ? "&" : "&mut ");
                constant(true);
            }
            case 'A' -> {
                add("[");
                for (boolean first = true; !in.take('E'); first = false) {
                    add(first ? "" : ", ");
                    constant(true);
                }
                add("]");
            }
            case 'T' -> tuple(() -> constant(true));
            case 'V' -> structure();
            default -> throw Undecodable.name();
        }
        add(inValue ? "" : "}");
    }

    private void structure() throws Undecodable {
        path(true);
        switch (in.next()) {
            case 'U' -> {}
            case 'T' -> {
                add("(");
                for (boolean first = true; !in.take('E'); first = false) {
                    add(first ? "" : ", ");
                    constant(true);
                }
                add(")");
            }
            case 'S' -> {
                add(" { ");
                for (boolean first = true; !in.take('E'); first = false) {
                    add(first ? "" : ", ");
                    disambiguator();
                    add(identifier()).add(": ");
                    constant(true);
                }
                add(" }");
            }
            default -> throw Undecodable.name();
        }
    }

    private void text() throws Undecodable {
        add("\"").add(RustText.escaped(RustText.utf8(hex()), '"')).add("\"");
    }

    private String integer() throws Undecodable {
        String digits = hex();
        return digits.length() > 16 ? "0x" + digits : Long.toUnsignedString(Long.parseUnsignedLong("0" + digits, 16));
    }

    /// Hexadecimal digits up to the `_`.
    private String hex() throws Undecodable {
        int from = in.at();
        while (in.atDigit() || (in.peek() >= 'a' && in.peek() <= 'f')) {
            in.skip(1);
        }
        String digits = in.since(from);
        in.expect('_');
        return digits;
    }

    private long disambiguator() throws Undecodable {
        return in.take('s') ? base62() + 1 : 0;
    }

    /// `_` is 0, `0_` is 1, `Z_` is 62.
    private long base62() throws Undecodable {
        if (in.take('_')) {
            return 0;
        }
        long value = 0;
        while (!in.take('_')) {
            char c = in.next();
            int digit = Cursor.isDigit(c)
                    ? c - '0'
                    : Cursor.isLower(c) ? c - 'a' + 10 : Cursor.isUpper(c) ? c - 'A' + 36 : -1;
            if (digit < 0) {
                throw Undecodable.name();
            }
            value = Math.min(value * 62 + digit, MANY);
        }
        return value + 1;
    }

    private String identifier() throws Undecodable {
        boolean punycode = in.take('u');
        int length = in.take('0') ? 0 : in.number();
        in.take('_');
        String text = in.text(length);
        return punycode ? Punycode.decode(text) : text;
    }
}
