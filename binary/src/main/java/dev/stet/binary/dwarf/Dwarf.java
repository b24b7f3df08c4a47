package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.DebugInfo;
import dev.stet.binary.Machine;
import dev.stet.binary.Signature;
import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import dev.stet.facts.Function;
import java.util.Optional;

/// Answers questions from debug information (DWARF 2 to 5), and decodes for each no more than it needs. Safe for
/// use by several threads, which wait for each other.
public final class Dwarf {
    /// `DW_LANG_Mips_Assembler`, which all assemblers say that they are.
    private static final int DW_LANG_ASSEMBLER = 0x8001;

    private final Machine machine;
    private final int goMinor;
    private final Budget budget = new Budget();
    private final DwarfFile file;
    private final FunctionDies functions;
    private final TypeSearch search;
    private final Types types;
    private final String where;
    private DebugInfo info;

    /// @param sections the debug information
    /// @param shared what it shares with other files (dwz), which `.gnu_debugaltlink` names
    /// @param where the sections come from, for people: `this file`
    /// @param goMinor the 22 of Go 1.22; 0 if Go did not build the program
    public Dwarf(Machine machine, DebugSections sections, Optional<DebugSections> shared, String where, int goMinor) {
        this.machine = machine;
        this.goMinor = goMinor;
        this.where = where;
        Optional<DwarfFile> supplement = shared.map(it -> new DwarfFile(it, budget, Optional.empty()));
        this.file = new DwarfFile(sections, budget, supplement);
        this.functions = new FunctionDies(file);
        this.search = new TypeSearch(file);
        this.types = new Types(search);
    }

    /// Whether there is anything to ask.
    public synchronized DebugInfo info() throws BinaryException {
        if (info == null) {
            budget.renew();
            info = InfoReader.read(file, where);
        }
        return info;
    }

    /// @return empty if no entry describes the function at that address, or, of one in assembly, not its types
    public synchronized Optional<Signature> signature(Function function) throws BinaryException {
        budget.renew();
        if (file.region("info").isEmpty()) {
            return Optional.empty();
        }
        Optional<Die> die = functions.find(function);
        return die.isEmpty() || die.get().unit.language() == DW_LANG_ASSEMBLER
                ? Optional.empty()
                : Optional.of(new SignatureReader(this, types, machine, goMinor).read(die.get(), function));
    }

    /// A struct, union, enumeration, typedef or number type by name.
    ///
    /// @param name with or without the namespaces that it is in: `ns::conn`
    public synchronized Optional<TypeRef> type(String name) throws BinaryException {
        budget.renew();
        if (file.region("info").isEmpty() || name.isEmpty()) {
            return Optional.empty();
        }
        return search.find(name).map(die -> TypeRefs.to(this, die));
    }

    /// Gives the copies of a function that are in others.
    public synchronized void inlined(String name, Copies copies) throws BinaryException {
        budget.renew();
        if (file.region("info").isPresent() && !name.isEmpty()) {
            new InlineSearch(file).visit(name, copies::copy);
        }
    }

    /// Is given copies one by one.
    @FunctionalInterface
    public interface Copies {
        /// @param into address of the function that it is in
        /// @param at address of its first instruction
        void copy(long into, long at) throws BinaryException;
    }

    synchronized Type type(Unit unit, long offset, int part) throws BinaryException {
        budget.renew();
        return new TypeDecoder(this, types, search).decode(Die.at(unit, offset), part);
    }
}
