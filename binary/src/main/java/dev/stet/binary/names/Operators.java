package dev.stet.binary.names;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The operators of C++ by their two letters (Itanium C++ ABI 5.1.3.3).
final class Operators {
    /// @param operands how many an expression takes
    record Operator(String code, String text, int operands) {}

    private static final Map<String, Operator> BY_CODE = new HashMap<>();

    static {
        String table =
                "aN &= 2,aS = 2,aa && 2,ad & 1,an & 2,at alignof_ 1,aw co_await_ 1,az alignof_ 1,cc const_cast 2,"
                        + "cl () 2,cm , 2,co ~ 1,dV /= 2,dX []= 3,da delete[]_ 1,dc dynamic_cast 2,de * 1,di = 2,dl delete_ 1,"
                        + "ds .* 2,dt . 2,dv / 2,dx ]= 2,eO ^= 2,eo ^ 2,eq == 2,fL ... 3,fR ... 3,fl ... 2,fr ... 2,ge >= 2,"
                        + "gs :: 1,gt > 2,ix [] 2,lS <<= 2,le <= 2,ls << 2,lt < 2,mI -= 2,mL *= 2,mi - 2,ml * 2,mm -- 1,"
                        + "na new[] 3,ne != 2,ng - 1,nt ! 1,nw new 3,nx noexcept 1,oR |= 2,oo || 2,or | 2,pL += 2,pl + 2,"
                        + "pm ->* 2,pp ++ 1,ps + 1,pt -> 2,qu ? 3,rM %= 2,rS >>= 2,rc reinterpret_cast 2,rm % 2,rs >> 2,"
                        + "sP sizeof... 1,sZ sizeof... 1,sc static_cast 2,ss <=> 2,st sizeof_ 1,sz sizeof_ 1,te typeid_ 1,"
                        + "ti typeid_ 1,tr throw 0,tw throw_ 1";
        for (String row : table.split(",(?=[a-z])", -1)) {
            String[] cells = row.split(" ", -1);
            BY_CODE.put(
                    cells[0],
                    new Operator(
                            cells[0],
                            cells[1].replace('_', ' ')
                                    .replace("co await", "co_await")
                                    .replace("dynamic cast", "dynamic_cast")
                                    .replace("const cast", "const_cast")
                                    .replace("static cast", "static_cast")
                                    .replace("reinterpret cast", "reinterpret_cast"),
                            Integer.parseInt(cells[2])));
        }
    }

    private Operators() {}

    /// Null if there is none.
    static Operator of(char first, char second) {
        return BY_CODE.get(new String(new char[] {first, second}));
    }

    /// As part of a function's name: `operator+`, `operator new`.
    static String functionName(Operator operator) {
        String text = operator.text().strip();
        return Cursor.isLower(text.charAt(0)) ? "operator " + text : "operator" + text;
    }

    /// The letters of all operators whose function has this name; empty if none has.
    static List<String> codes(String functionName) {
        List<String> codes = new ArrayList<>();
        for (Operator operator : BY_CODE.values()) {
            if (functionName(operator).equals(functionName)) {
                codes.add(operator.code());
            }
        }
        return codes;
    }
}
