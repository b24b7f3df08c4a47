package dev.stet.binary.golang;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoPrologueTest {
    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /// As Go 1.15, 1.19 and 1.22 write them, from `go tool objdump`.
    @ParameterizedTest
    @CsvSource({
        "49 3b 66 10 76 2e 48 83 ec 18 48 89, 6",
        "49 3b 66 10 0f 86 01 02 00 00 55 48 89 e5, 10",
        "4c 8d 64 24 a8 4d 3b 66 10 0f 86 d5 00 00 00 48 81 ec d8 00 00 00, 15",
        "4c 8d a4 24 58 ff ff ff 4d 3b 66 10 76 2e 48 81 ec 28 01 00 00, 14",
        "49 89 e4 49 81 ec 00 20 00 00 72 10 4d 3b 66 10 76 2e 48 81 ec 80 20 00 00, 18",
        "64 48 8b 0c 25 f8 ff ff ff 48 3b 61 10 76 3a 48 83 ec 20, 15",
        "64 48 8b 0c 25 f8 ff ff ff 48 8d 44 24 a8 48 3b 41 10 0f 86 11 22 00 00 48 81 ec d8 00 00 00, 24",
        "49 3b 66 10 76 2e 48 83 c4 80, 6",
    })
    void theCheckEndsWhereTheFrameIsMade(String code, int length) {
        assertThat(GoPrologue.length(bytes(code))).isEqualTo(length);
    }

    @ParameterizedTest
    @CsvSource({
        "48 83 ec 18 48 89 6c 24",
        "49 3b 66 10 76 2e 90 90 90 90",
        "49 3b 66 10 48 83 ec 18 00 00",
        "76 2e 48 83 ec 18 00 00 00 00",
        "49 3b 66 10 76 2e",
        "c3",
    })
    void anythingElseIsNoCheck(String code) {
        assertThat(GoPrologue.length(bytes(code))).isZero();
    }

    @Test
    void anyBytesHaveAnAnswer() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] good = bytes("49 89 e4 49 81 ec 00 20 00 00 72 10 4d 3b 66 10 76 2e 48 81 ec 80 20 00 00");
        for (int round = 0; round < 50_000; round++) {
            byte[] code = Arrays.copyOf(good, random.nextInt(good.length + 1));
            if (code.length > 0) {
                code[random.nextInt(code.length)] = (byte) random.nextInt(256);
            }
            assertThat(GoPrologue.length(code)).as("-Dstet.seed=" + seed).isBetween(0, Math.max(code.length - 1, 0));
        }
    }
}
