package dev.stet.testkit;

import java.util.ArrayList;
import java.util.List;

/// One debugging information entry that a [DwarfBuilder] writes: a tag, attributes, entries below it
/// (DWARF 5, section 2). Tags, attributes and forms are DWARF's numbers, so that there can be any.
public final class DwarfDie {
    private final int tag;
    private final List<Attribute> attributes = new ArrayList<>();
    private final List<DwarfDie> children = new ArrayList<>();
    private int offset = -1;

    /// @param value a Long, a String, bytes (of a block or expression), or the entry that is referred to
    record Attribute(int name, int form, Object value) {}

    DwarfDie(int tag) {
        this.tag = tag;
    }

    /// Adds an entry below this one.
    public DwarfDie child(int childTag) {
        DwarfDie child = new DwarfDie(childTag);
        children.add(child);
        return child;
    }

    /// A number: of a DW_FORM_data..., an address, an index, an offset into a section.
    public DwarfDie number(int name, int form, long value) {
        attributes.add(new Attribute(name, form, value));
        return this;
    }

    /// A text: DW_FORM_string, or one that the builder puts into a section.
    public DwarfDie text(int name, int form, String value) {
        attributes.add(new Attribute(name, form, value));
        return this;
    }

    /// A DW_FORM_block1 or DW_FORM_exprloc.
    public DwarfDie block(int name, int form, Bytes value) {
        attributes.add(new Attribute(name, form, value.toArray()));
        return this;
    }

    /// A DW_FORM_ref4 to an entry of the same unit, or a DW_FORM_ref_addr to one of any.
    public DwarfDie reference(int name, int form, DwarfDie to) {
        attributes.add(new Attribute(name, form, to));
        return this;
    }

    int tag() {
        return tag;
    }

    List<Attribute> attributes() {
        return attributes;
    }

    List<DwarfDie> children() {
        return children;
    }

    /// Where it begins in `.debug_info`; -1 if it is not written yet.
    int offset() {
        return offset;
    }

    void placeAt(int place) {
        offset = place;
    }
}
