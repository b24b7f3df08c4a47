package dev.stet.binary.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemanglerTest {
    /// Most take microseconds; this is for a machine that is busy with something else.
    private static final long MAX_NANOS = 2_000_000_000L;

    /// As c++filt 2.40 prints them, but for the last two blocks, which it does not know.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "_Z3foov.cold|foo() [clone .cold]",
                "_Z3foov.part.0.isra.3|foo() [clone .part.0] [clone .isra.3]",
                "_ZZ1fIiEvvENKUlvE_clEv|f<int>()::{lambda()#1}::operator()() const",
                "_Z1fIJiEJEcEvv|void f<int, char>()",
                "_Z1fILPv0EEvv|void f<(void*)0>()",
                "_Z1fILd3ff0000000000000EEvv|void f<(double)[3ff0000000000000]>()",
                "_Z1fILin5EEvv|void f<-5>()",
                "_Z1fIJidEEDTcl1gspfp_EEDpT_|decltype (g({parm#1}...)) f<int, double>(int, double)",
                "_ZN1AcvT_IiEEv|A::operator int<int>()",
                "_ZNK1AcvPFvT_EIiEEv|A::operator void (*)(int)<int>() const",
                "_Z1fM1AKFivE|f(int (A::*)() const)",
                "_Z1fRA10_i|f(int (&) [10])",
                "_Z1fPA3_A4_i|f(int (*) [3][4])",
                "_Z1fPFPFvvEvE|f(void (*(*)())())",
                "_Z1fIRiEvOT_|void f<int&>(int&)",
                "_Z1fIKcEvRKT_|void f<char const>(char const&)",
                "_Z1fIA5_cEvRKT_|void f<char [5]>(char const (&) [5])",
                "_Z1fDv4_f|f(float __vector(4))",
                "_Z1fU3AS1Pi|f(int* AS1)",
                "_Z1fPDoFvvE|f(void (*)() noexcept)",
                "_Z1fDF16_no|f(_Float16, __int128, unsigned __int128)",
                "_ZNSsC1Ev|std::basic_string<char, std::char_traits<char>, std::allocator<char> >::basic_string()",
                "_ZZN1A1fEvEd_NKUlvE_clEv|A::f()::{default arg#1}::{lambda()#1}::operator()() const",
                "_ZZ1fvEs|f()::string literal",
                "_ZTC1A8_1B|construction vtable for B-in-A",
                "_ZGVZ1fvE1x|guard variable for f()::x",
                "_ZThn16_N1A1fEv|non-virtual thunk to A::f()",
                "_ZTv0_n24_N1A1fEv|virtual thunk to A::f()",
                "_ZTch0_h16_N1A1fEv|covariant return thunk to A::f()",
                "_ZN12_GLOBAL__N_11fEv|(anonymous namespace)::f()",
                "_ZnwmSt11align_val_t|operator new(unsigned long, std::align_val_t)",
                "_Zli2_xy|operator\"\" _x(unsigned long long)",
                "_ZlsIiEvT_|void operator<< <int>(int)",
                "_ZN1ADC1a1bEE|A::[a, b]",
                "_ZNW3mod1A1fEv|A@mod::f()",
                "_ZGIW3mod|initializer for module mod",
                "_ZN1A1fB5cxx11Ev|A::f[abi:cxx11]()",
                "_Z1fIiEvN9enable_ifIXsr1AIT_E5valueEvE4typeE|void f<int>(enable_if<A<int>::value, void>::type)",
                "_Z1fIXadL_ZN1A1gEvEEEvv|void f<&A::g>()",
                "_Z1fIXgtLi1ELi2EEEvv|void f<((1)>(2))>()",
                "_Z1fIJicEE1AIXsZT_EEv|A<2> f<int, char>()",
                "_Z1fIJicEE1AIXfraaT_EEv|A<((int, char)&&...)> f<int, char>()",
                "_ZN1AUlT_E_clIiEEDaS_|auto A::{lambda(auto:1)#1}::operator()<int>(A)",
                "_ZNK3StrcvNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEv|Str::operator std::__cxx11::"
                        + "basic_string<char, std::char_traits<char>, std::allocator<char> >() const",
                "_ZN1AcvSt6vectorIT_SaIS1_EEIiEEv|A::operator std::vector<int, std::allocator<int> ><int>()",
                "_ZZ1fvENKUlTyT_T0_E_clIicEEDaii|auto f()::{lambda<typename $T0>($T0, auto:2)#1}::operator()<int, char>"
                        + "(int, int) const",
                "_ZTW1x|TLS wrapper function for x",
                "_ZTAXtl1ALi1EEE|template parameter object for A{1}",
                "_Z1fDTquLb1ELi1ELi2EE|f(decltype ((true)?(1) : (2)))",
                "_Z1fDTpp_fp_E|f(decltype (++{parm#1}))",
                "_Z1fDTcvifp_E|f(decltype ((int){parm#1}))",
                "___Z1fv_block_invoke|invocation function for block in f()",
                "_ZN1DCI11BEi|D::D(int)",
                "_RNvNtNtC4core3fmt2rt3new|core::fmt::rt::new",
                "_RNvC6_123foo3bar|123foo::bar",
                "_RINvC1a1fKj5_Kc61_Kb1_Kln5_E|a::f::<5, 'a', true, -5>",
                "_RNCNvC1a1fs0_3foo|a::f::{closure:foo#2}",
                "_RNvMC1aNtC1a1S1f|<a::S>::f",
                "_RNvXC1aNtC1a1SNtC1a1T1f|<a::S as a::T>::f",
                "_RINvC1a1fFUKCRlEuE|a::f::<unsafe extern \"C\" fn(&i32)>",
                "_RINvC1a1fDG_INtC1a1TRL0_lEEL_E|a::f::<dyn for<'a> a::T<&'a i32>>",
                "_RINvC1a1fDNtC1a1Tp1AlEL_E|a::f::<dyn a::T<A = i32>>",
                "_RINvC1a1fPlOlQlRlSlAlj3_TlETllEzE|a::f::<*const i32, *mut i32, &mut i32, &i32, [i32], [i32; 3],"
                        + " (i32,), (i32, i32), !>",
                "_RNvC1au8gdel_5qa|a::gödel",
                "_RNvC1a1f.llvm.123|a::f",
                "_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE|core::fmt::Write::write_fmt",
                "_ZN64_$LT$a..V$LT$T$GT$$u20$as$u20$core..ops..drop..Drop$u2b$Send$GT$4drop17h0123456789abcdefE|"
                        + "<a::V<T> as core::ops::drop::Drop+Send>::drop",
                "_RINvC1a1fKRe616263_E|a::f::<\"abc\">",
                "_RINvC1a1fKVNtC1a1STj1_hff_EE|a::f::<{a::S(1, 255)}>",
                "_RINvC1a1fKVNtC1a1SS1xj1_1yRe0a_EE|a::f::<{a::S { x: 1, y: \"\\n\" }}>",
                "_RINvC1a1fKAj1_j2_EE|a::f::<{[1, 2]}>",
            })
    void demangles(String mangled, String expected) {
        assertThat(Demangler.demangle(mangled)).hasValue(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "_",
                "__",
                "_Z",
                "_R",
                "main",
                "_Z1fS_",
                "_Z1fT_",
                "_ZN",
                "_Z99999999999999999999f",
                "_RB_",
                "_RNvB_1a",
                "_RNvC1aB",
                "_ZN1fE_",
                "_Z1fv\0",
                "_RINvC1a1fRL0_lE",
                "_Z1fvX",
                "____Z1fv",
                "Z1fv"
            })
    void isNoName(String text) {
        assertThat(Demangler.demangle(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "_ZN2ns5ClassIiE6methodERKi|ns::Class<int>::method|ns::Class::method",
                "_ZN2ns1fIiEEvT_|ns::f<int>|ns::f",
                "_ZTVN2ns1AE|vtable for ns::A|vtable for ns::A",
                "_Z1fv.lto_priv.0|f|f",
                "_Z1fv.cold|f [clone .cold]|f [clone .cold]",
                "_RINvMC1aINtC1a1SlE1fhE|<a::S<i32>>::f::<u8>|a::S::f",
                "_RNvXC1aNtC1a1SNtC1a1T1f|<a::S as a::T>::f|<a::S as a::T>::f",
                "_ZNK1AltIiEEvv|A::operator< <int>|A::operator<",
            })
    void shortNames(String mangled, String name, String plain) {
        assertThat(Demangler.name(mangled)).hasValue(name);
        assertThat(Demangler.plainName(mangled)).hasValue(plain);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "_ZN2ns1A1fEiPKc|_ZN2ns1A1fEiPKc",
                "_ZN2ns1A1fEiPKc|ns::A::f",
                "_ZN2ns1A1fEiPKc|ns::A::f(int, char const*)",
                "_ZN2ns1A1fEiPKc|ns::A::f(int,const char *)",
                "_ZN2ns1AIiE1fIcEEvT_|ns::A::f",
                "_ZN2ns1AIiE1fIcEEvT_|ns::A<int>::f<char>",
                "_ZN2ns1AIiE1fIcEEvT_|ns::A<int>::f<char>(char)",
                "_ZN2ns1AIiE1fIcEEvT_|void ns::A<int>::f<char>(char)",
                "_ZN1AC1Ei|A::A",
                "_ZN1AD0Ev|A::~A()",
                "_ZN1AclEi|A::operator()",
                "_ZN1AclEi|A::operator()(int)",
                "_ZNK1AltERKS_|A::operator<",
                "_ZlsIiEvT_|operator<<",
                "_ZlsIiEvT_|operator<< <int>",
                "_ZN1AnwEm|A::operator new",
                "_ZNSsC1Ev|std::basic_string::basic_string",
                "_Z1fNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE|f(std::string)",
                "_ZN1A1fB5cxx11Ev|A::f",
                "_ZN12_GLOBAL__N_11fEv|(anonymous namespace)::f",
                "_ZZ1fvENKUlvE_clEv|f()::{lambda()#1}::operator()",
                "_ZNSt3__16vectorIiE4pushEi|std::vector<int>::push",
                "_RNvMC1aNtC1a1S1f|a::S::f",
                "_RNvMC1aNtC1a1S1f|<a::S>::f",
                "_RNCNvC1a1f0|a::f::{closure#0}",
                "_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE|core::fmt::Write::write_fmt",
            })
    void meansTheFunction(String mangled, String typed) {
        assertThat(Demangler.matches(typed, mangled)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "_ZN2ns1A1fEi|f",
                "_ZN2ns1A1fEi|ns::A::f(char)",
                "_ZN2ns1A1fEi|ns::A",
                "_ZN1AclEi|A::operator[]",
                "_Z1fv.cold|f",
                "_ZTV1A|A",
                "_ZN1AIiE1fEv|A<char>::f",
                "main|f",
                "_Z1fv|",
                "_Z1fv|<",
                "_Z1fv|::",
                "_Z1fv|(",
                "_Z1fv|operator",
                "_Z1fv|f(((",
                "_Z1fv|)>}"
            })
    void meansAnother(String mangled, String typed) {
        assertThat(Demangler.matches(typed == null ? "" : typed, mangled)).isFalse();
    }

    @Test
    void looksAtBytesAmongManyNames() {
        byte[] names = "main\0_ZN1A1fEv\0_ZN1A1gEv\0".getBytes(StandardCharsets.US_ASCII);
        Wanted wanted = Wanted.of("A::f");
        assertThat(wanted.mayMatch(names, 0, 4)).isFalse();
        assertThat(wanted.mayMatch(names, 5, 9)).isTrue();
        assertThat(wanted.mayMatch(names, 15, 9)).isFalse();
    }

    /// Names that double with each part, nest without end, refer to themselves, or count to the moon.
    @Test
    void bombsEndSoon() {
        StringBuilder doubling = new StringBuilder("_Z1fPi");
        StringBuilder packs = new StringBuilder("_Z1fI1AIJEEJEE");
        StringBuilder rust = new StringBuilder("_RINvC1a1fTlE");
        for (int i = 0; i < 200; i++) {
            String last = i == 0 ? "S_" : "S" + Integer.toString(i - 1, 36).toUpperCase(java.util.Locale.ROOT) + "_";
            doubling.append('F').append(last).append(last).append('E');
            packs.append("J").append(last).append("E");
            rust.append("TB9_B9_E");
        }
        String[] bombs = {
            doubling.toString(),
            packs + "Evv",
            rust + "E",
            "_Z1f" + "P".repeat(10_000) + "i",
            "_Z1f" + "P".repeat(100_000) + "i",
            "_Z1f" + "N1A".repeat(5_000),
            "_Z" + "Z".repeat(10_000),
            "_Z1fIX" + "ng".repeat(8_000),
            "_Z1f" + "DT".repeat(8_000),
            "_Z1f" + "1AI".repeat(5_000),
            "_Z1fv" + ".a".repeat(5_000),
            "_Z1fv" + ".cold".repeat(3_000),
            "_RINvC1a1f" + "R".repeat(10_000) + "lE",
            "_RINvC1a1fB9_E",
            "_RNvB_1f",
            "_RINvC1a1fFG" + "Z".repeat(10) + "_EuE",
            "_RNvC1au1000000000a",
            "_RNvC1au400" + "z".repeat(400),
            "_ZN1A99999999999999999999E",
            "_Z1fS" + "Z".repeat(1_000) + "_",
            "_Z1fT" + "9".repeat(1_000) + "_",
            "_Z1fIS_EvPT_" + "PS1_".repeat(2_000),
            "_Z1fi" + "PS_".repeat(2_000),
            "_Z" + "cv1AIL_Z".repeat(1_500),
            "_Z" + "cvT_IL_Z".repeat(60) + "1f" + "EE".repeat(60) + "v",
            "_ZcvT_I" + "XadL_ZcvT_I".repeat(60) + "iE" + "EEE".repeat(60) + "v",
        };
        for (String bomb : bombs) {
            ask(bomb);
        }
        assertThat(Demangler.demangle(doubling.toString())).isEmpty();
        assertThat(Demangler.demangle(bombs[3])).isEmpty();
    }

    /// Identifiers hold any characters, brackets and words of C++ too.
    @Test
    void hostileIdentifiersAreCompared() {
        for (String word : new String[] {"const unsigned ", "operator<", "<(", ">::", "[abi:", "a, ", "::"}) {
            String identifier = word.repeat(10_000 / word.length()) + "f";
            String mangled = "_Z" + identifier.length() + identifier + "v";
            assertThat(Demangler.matches("f", mangled)).isFalse();
            assertThat(Demangler.matches(mangled, mangled)).isTrue();
            var _ = Demangler.matches(identifier, mangled);
            var _ = Demangler.matches(identifier + "(int)", mangled);
            var _ = Demangler.plainName(mangled);
        }
    }

    private static final String[] SOUND = {
        "_ZZNSt9once_flag18_Prepare_executionC4IZSt9call_onceIMSt6threadFvvEJPS3_EEvRS_OT_DpOT0_EUlvE_EERS8_ENUlvE_4_FUNEv",
        "_ZN4llvm10checkedAddIiEENSt9enable_ifIXsr3std9is_signedIT_EE5valueENS_8OptionalIS2_EEE4typeES2_S2_",
        "_Z1fIJidEEDTcl1gspfp_EEDpT_",
        "_ZNK1AcvPFvT_EIiEEv",
        "_RINvC1a1fDG_INtC1a1TRL0_lEEL_KVNtC1a1SS1xj1_1yRe0a_EE",
        "_RNvXs_NtC1a1bINtB4_1SlENtC1c1T1f",
        "_ZN64_$LT$a..V$LT$T$GT$$u20$as$u20$core..ops..drop..Drop$u2b$Send$GT$4drop17h0123456789abcdefE",
    };

    @Test
    void hostileNamesEnd() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        String letters = "_ZNKSTIEJXLPROFMADCUBG0123456789abcdefilmnprstvwz$.";
        try {
            for (String sound : SOUND) {
                assertThat(Demangler.demangle(sound)).isPresent();
                for (int length = 0; length < sound.length(); length++) {
                    ask(sound.substring(0, length));
                }
                for (int round = 0; round < 3_000; round++) {
                    StringBuilder text = new StringBuilder(sound);
                    for (int flips = 1 + random.nextInt(6); flips > 0; flips--) {
                        int at = 1 + random.nextInt(Math.min(text.length(), sound.length()) - 1);
                        char c = letters.charAt(random.nextInt(letters.length()));
                        switch (random.nextInt(3)) {
                            case 0 -> text.setCharAt(at, c);
                            case 1 -> text.insert(at, c);
                            default -> text.insert(at, sound, at / 4, at / 2);
                        }
                    }
                    ask(text.toString());
                }
            }
        } catch (Throwable escaped) {
            throw new AssertionError("replay: -Dstet.seed=" + seed, escaped);
        }
    }

    private static void ask(String mangled) {
        long before = System.nanoTime();
        String text = Demangler.demangle(mangled).orElse("");
        var _ = Demangler.plainName(mangled);
        var _ = Wanted.of(mangled);
        long nanos = System.nanoTime() - before;
        assertThat(text.length()).isLessThanOrEqualTo(Printer.MAX_CHARS);
        if (nanos > MAX_NANOS) {
            throw new AssertionError(nanos / 1_000_000 + " ms for " + mangled);
        }
    }
}
