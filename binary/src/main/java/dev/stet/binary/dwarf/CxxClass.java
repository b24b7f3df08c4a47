package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import java.util.Optional;
import java.util.Set;

/// May the bytes of a C++ class be copied? If not, values are passed by address (Itanium C++ ABI section 1.1,
/// "non-trivial for the purposes of calls"). Clang says so; for GCC it is told by what the class declares.
final class CxxClass {
    private static final int DW_CC_PASS_BY_REFERENCE = 4;
    private static final int DW_CC_PASS_BY_VALUE = 5;

    /// DW_LANG_C_plus_plus of 1998, 2003, 2011, 2014, 2017 and 2020
    private static final Set<Integer> CXX = Set.of(0x04, 0x1a, 0x21, 0x2a, 0x2b);

    private static final int DW_AT_DEFAULTED = 0x8b;
    private static final int DW_DEFAULTED_IN_CLASS = 1;

    private CxxClass() {}

    /// For reasons of its own: those of its members and bases are theirs.
    static boolean isPassedByReference(Die type) throws BinaryException {
        int said = (int) type.raw(At.CALLING_CONVENTION);
        if (said == DW_CC_PASS_BY_REFERENCE || said == DW_CC_PASS_BY_VALUE) {
            return said == DW_CC_PASS_BY_REFERENCE;
        }
        if (!CXX.contains(type.unit.language())) {
            return false;
        }
        String name = type.name();
        int argument = name.indexOf('<');
        String constructor = argument < 0 ? name : name.substring(0, argument);
        DieWalk walk = type.children();
        while (walk.nextSibling()) {
            boolean virtual = walk.tag() == Tag.MEMBER && walk.die().name().startsWith("_vptr");
            if (virtual || (walk.tag() == Tag.SUBPROGRAM && isOwnCopy(type, walk.die(), constructor))) {
                return true;
            }
        }
        return false;
    }

    /// Is it a destructor, or a constructor from the same class, that somebody wrote?
    private static boolean isOwnCopy(Die type, Die method, String constructor) throws BinaryException {
        if (method.raw(DW_AT_DEFAULTED) == DW_DEFAULTED_IN_CLASS || method.flag(At.ARTIFICIAL)) {
            return false;
        }
        String name = method.name();
        if (name.startsWith("~")) {
            return true;
        }
        if (!name.equals(constructor)) {
            return false;
        }
        int count = 0;
        boolean same = false;
        DieWalk walk = method.children();
        while (walk.nextSibling()) {
            if (walk.tag() == Tag.FORMAL_PARAMETER && !walk.die().flag(At.ARTIFICIAL)) {
                count++;
                same = isReferenceTo(type, walk.die());
            }
        }
        return count == 1 && same;
    }

    private static boolean isReferenceTo(Die type, Die parameter) throws BinaryException {
        Optional<Die> reference = parameter.reference(At.TYPE);
        if (reference.isEmpty()
                || (reference.get().tag() != Tag.REFERENCE_TYPE
                        && reference.get().tag() != Tag.RVALUE_REFERENCE_TYPE)) {
            return false;
        }
        Optional<Die> target = reference.get().reference(At.TYPE);
        if (target.isPresent() && target.get().tag() == Tag.CONST_TYPE) {
            target = target.get().reference(At.TYPE);
        }
        return target.isPresent() && target.get().isSame(type);
    }
}
