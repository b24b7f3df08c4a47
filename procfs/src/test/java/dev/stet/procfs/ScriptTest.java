package dev.stet.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Fact;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptTest {
    /// An empty last column: the interpreter runs no file.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /usr/bin/node        | node app.js -x                                     | app.js
            /usr/bin/node        | node --require X app.js                            | app.js
            /usr/bin/node        | node -r X --max-old-space-size=4096 /srv/app.js y  | /srv/app.js
            /usr/bin/node        | node --import=X --inspect app.js                   | app.js
            /usr/bin/node        | node --env-file .env --enable-source-maps app.mjs  | app.mjs
            /usr/bin/node        | node -C dev -- app.js                              | app.js
            /usr/bin/node        | node inspect app.js                                | app.js
            /usr/bin/node        | node inspect inspect                               | inspect
            /usr/bin/node        | node -e code app.js                                |
            /usr/bin/node        | node -pe code                                      |
            /usr/bin/node        | node                                               |
            /usr/bin/node        | node -                                             |
            /usr/bin/node        | node --require                                     |
            /opt/nodejs          | nodejs --title T x.js                              | x.js
            /usr/bin/deno        | deno run -A --config c.json main.ts                | main.ts
            /usr/bin/deno        | deno main.ts                                       | main.ts
            /usr/bin/deno        | deno test main.ts                                  |
            /usr/bin/deno        | deno run task                                      | task
            /usr/bin/bun         | bun --cwd /x run server.ts                         | server.ts
            /usr/bin/bun         | bun index.ts                                       | index.ts
            /usr/bin/bun         | bun install                                        |
            /usr/bin/python3.11  | python3 -u -W ignore x.py                          | x.py
            /usr/bin/python3.11  | python3 -Wignore -X dev -OO x.py -m                | x.py
            /usr/bin/python3.11  | python3 -uWignore x.py                             | x.py
            /usr/bin/python3     | python -m http.server 80                           |
            /usr/bin/python3     | python -um http.server                             |
            /usr/bin/python3     | python3 -Bc code                                   |
            /usr/bin/python3     | python3 --check-hash-based-pycs always x.py        | x.py
            /usr/bin/pypy3       | pypy3 --jit off x.py                               | x.py
            /usr/bin/ruby3.1     | ruby -Ilib -r json -W0 app.rb                      | app.rb
            /usr/bin/ruby        | ruby -I lib -E utf-8 --encoding utf-8 app.rb       | app.rb
            /usr/bin/ruby        | ruby -ne code x                                    |
            /usr/bin/perl        | perl -w -I lib -MFoo=bar x.pl                      | x.pl
            /usr/bin/perl        | perl -lne code file                                |
            /usr/bin/perl        | perl -0777 -i.bak -pe code file                    |
            /usr/bin/perl5.36.0  | perl -T x.pl                                       | x.pl
            /usr/bin/php8.2      | php -d a=b -c /etc x.php                           | x.php
            /usr/bin/php8.2      | php -f x.php -- -a                                 | x.php
            /usr/bin/php         | php -S 0:80 -t /srv router.php                     | router.php
            /usr/bin/php         | php -r code                                        |
            /usr/bin/bash        | bash -eo pipefail run.sh a                         | run.sh
            /usr/bin/bash        | bash +x --rcfile f run.sh                          | run.sh
            /usr/bin/bash        | -bash                                              |
            /usr/bin/bash        | bash -c ls x                                       |
            /usr/bin/bash        | bash -lc ls                                        |
            /usr/bin/dash        | sh - run.sh                                        | run.sh
            /usr/bin/zsh         | zsh -o extendedglob run.zsh                        | run.zsh
            /bin/busybox         | sh -x /init.sh                                     | /init.sh
            /bin/busybox         | sleep 5                                            |
            /usr/bin/lua5.4      | lua -e code -l mod x.lua                           | x.lua
            /usr/bin/luajit-2.1  | luajit -O3 -joff x.lua                             | x.lua
            /jdk/bin/java        | java -cp a:b -Xmx1g -jar app.jar arg               | app.jar
            /jdk/bin/java        | java -jar -Xmx1g app.jar                           | app.jar
            /jdk/bin/java        | java --add-opens a/b=c @opts -jar app.jar          | app.jar
            /jdk/bin/java        | java -cp app.jar com.example.Main                  |
            /jdk/bin/java        | java -m a/b x.java                                 |
            /jdk/bin/java        | java --source 25 Main.java                         | Main.java
            /usr/lib/R/bin/exec/R | R --no-echo --file=x.R --args y                   | x.R
            /usr/lib/R/bin/exec/R | R --no-echo -e code                               |
            /usr/bin/Rscript     | Rscript --vanilla x.R                              | x.R
            /usr/bin/nginx       | nginx -c x.js                                      |
            /usr/bin/nodes       | nodes x.js                                         |
            """)
    void asTheInterpreterReadsIt(String exe, String line, String script) {
        assertThat(Script.of(exe, List.of(line.split(" ", -1))))
                .isEqualTo(script == null ? Fact.absent() : Fact.of(script));
    }

    @Test
    void aTitleHidesTheScript() {
        assertThat(Script.of("/usr/bin/python3", List.of("gunicorn: master [shop]")))
                .isInstanceOf(Fact.Unreadable.class);
        assertThat(Script.of("/usr/bin/node", List.of())).isInstanceOf(Fact.Unreadable.class);
        assertThat(Script.of("/usr/bin/node", List.of("node", ""))).isEqualTo(Fact.absent());
    }

    /// Any arguments give an answer, in time that grows with them.
    @Test
    void hostileArguments() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        String[] words = {"-", "--", "-jar", "--=", "-W", "-\ufffd", "+o", "@", "-e", "--file", "", "-" + "x".repeat(99)
        };
        for (int round = 0; round < 20_000; round++) {
            var args = random.ints(random.nextInt(9), 0, words.length)
                    .mapToObj(i -> words[i])
                    .toList();
            String exe = "/" + new String[] {"node", "bash", "java", "perl", "php", "R", "deno"}[random.nextInt(7)];
            try {
                assertThat(Script.of(exe, args)).isNotNull();
            } catch (RuntimeException escaped) {
                throw new AssertionError("replay: -Dstet.seed=" + seed + ", round " + round, escaped);
            }
        }
        assertThat(Script.of("/bash", java.util.Collections.nCopies(4096, "-" + "e".repeat(30))))
                .isEqualTo(Fact.absent());
    }
}
