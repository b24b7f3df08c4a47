package dev.stet.cli;

import dev.stet.agent.HarmReview;
import dev.stet.agent.PolicyDirectory;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.agent.suggest.Finding;
import dev.stet.agent.suggest.Reading;
import dev.stet.agent.suggest.Refusal;
import dev.stet.agent.suggest.Suggestion;
import dev.stet.agent.suggest.Suggestion.Nothing;
import dev.stet.agent.suggest.Suggestion.Propose;
import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import dev.stet.policy.ReadResult;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet suggest`
@Command(
        name = "suggest",
        mixinStandardHelpOptions = true,
        description = {
            "Read what is known of programs that ended badly - the guardian's ledger, Stet's crash journal, the kernel's"
                    + " log, core dumps, states of containers, alerts - and propose for each program that probes are the"
                    + " likely cause of the least exemption that helps. Changes nothing without --apply."
        },
        footer = {
            "",
            "Examples:",
            "  sudo ./stet suggest                                  what this machine tells by itself",
            "  kubectl get pods -A -o json | sudo ./stet suggest --pods -",
            "  sudo ./stet suggest --coredumps dumps.json --kernel-log dmesg.txt --json",
            "  sudo ./stet suggest --apply --for 90d                 write what is proposed",
            "  sudo ./stet suggest --listen 127.0.0.1:9099           what an Alertmanager posts, as it comes",
            "",
            "Exit codes: 0 answered, whether or not there is anything to propose; 64 wrong usage; 65 a policy file is"
                    + " wrong, or a source that was named cannot be used (the others were); 77 needs root."
        })
final class SuggestCommand implements Callable<Integer> {
    private static final Pattern LISTEN = Pattern.compile("(?:([0-9.]+|\\[[0-9a-fA-F:]+]|localhost)?:)?([0-9]{1,5})");
    /// Answers that are remembered, so that an alert that is posted again and again is answered once.
    private static final int MAX_TOLD = 1024;

    @Mixin
    private SuggestSources sources;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS:PORT",
            description = "Take alerts that an Alertmanager posts here, and answer them as they come, until Ctrl-C."
                    + " Without an address: 127.0.0.1.")
    private String listen;

    @Option(names = "--apply", description = "Write each proposal to a file of its own in the policy directory.")
    private boolean apply;

    @Mixin
    private EndOptions end;

    @Option(names = "--owner", paramLabel = "WHO", description = "Who answers for it (default: you, as USER@HOST).")
    private String owner;

    @Option(names = "--policy", paramLabel = "DIR", description = "The policy directory (default: /etc/stet/policy.d).")
    private Path directory = PolicyDirectory.DEFAULT;

    @Mixin
    private StateOption state;

    @Option(names = "--all", description = "Show all evidence, and every program.")
    private boolean all;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    private final Map<String, Boolean> told = new LinkedHashMap<>();

    @Override
    public Integer call() {
        Optional<InetSocketAddress> address = Optional.ofNullable(listen).map(SuggestCommand::address);
        if (address.isPresent() && (apply || sources.isNamed())) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--listen answers posts only: it takes no other source, and nobody's post is applied");
        }
        var ignored = end.expires(Instant.now()); // said now if it is wrong
        Session.requireRoot();
        if (address.isPresent()) {
            return serve(address.get());
        }
        Output output = new Output(() -> {});
        Reading reading = sources.read(Instant.now());
        answer(output, reading, true);
        return sources.isRefused() ? ExitCode.BAD_DATA : ExitCode.DONE;
    }

    private static InetSocketAddress address(String text) {
        Matcher matcher = LISTEN.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65535) {
            throw new Failure(ExitCode.USAGE, "--listen takes ADDRESS:PORT, such as 127.0.0.1:9099");
        }
        String host = matcher.group(1) == null ? "127.0.0.1" : matcher.group(1);
        return new InetSocketAddress(host, Integer.parseInt(matcher.group(2)));
    }

    private int serve(InetSocketAddress address) {
        CountDownLatch closed = new CountDownLatch(1);
        Output output = new Output(closed::countDown);
        var ignored = policy(); // a wrong one is said now, and not with the first post
        try (AlertServer server = new AlertServer(address, reading -> answer(output, reading, false))) {
            output.say("taking alerts on http:/" + server.address() + "/; Ctrl-C ends it");
            closed.await();
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "cannot listen on " + listen + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.DONE;
    }

    /// @param own with what Stet itself has to tell
    private void answer(Output output, Reading reading, boolean own) {
        Instant now = Instant.now();
        Policy policy = policy();
        HarmReview.Reviewed reviewed =
                new HarmReview(state.known(), withoutQuarantines(policy), now).review(reading.findings(), own);
        List<Suggestion> news = reviewed.suggestions().stream()
                .filter(each -> own || isNews(each))
                .toList();
        List<SuggestDraft> drafts = SuggestDraft.all(
                news.stream()
                        .filter(Propose.class::isInstance)
                        .map(Propose.class::cast)
                        .toList(),
                policy,
                owner == null ? Person.owner() : owner,
                end.expires(now),
                now);
        List<Nothing> rest = news.stream()
                .filter(Nothing.class::isInstance)
                .map(Nothing.class::cast)
                .toList();
        for (Refusal refusal : reading.plus(new Reading(List.<Finding>of(), reviewed.refusals()))
                .refusals()) {
            if (json) {
                output.line(SuggestJson.of(refusal));
            } else {
                output.say(SafeText.plain(refusal.toString()));
            }
        }
        print(output, drafts, rest);
        if (apply) {
            drafts.forEach(draft -> write(output, draft));
        } else if (!drafts.isEmpty() && own && !json) {
            output.say("%d proposed; --apply writes %s to %s"
                    .formatted(drafts.size(), drafts.size() == 1 ? "it" : "them", directory));
        } else if (drafts.isEmpty() && own && !json) {
            output.say("nothing to propose");
        }
    }

    private boolean isNews(Suggestion suggestion) {
        boolean news = told.put(suggestion.program() + "\n" + suggestion.why(), true) == null;
        if (told.size() > MAX_TOLD) {
            told.remove(told.keySet().iterator().next());
        }
        return news;
    }

    private void print(Output output, List<SuggestDraft> drafts, List<Nothing> rest) {
        if (json) {
            drafts.forEach(draft -> output.line(SuggestJson.of(draft)));
            rest.forEach(nothing -> output.line(SuggestJson.of(nothing)));
            output.flush();
        } else {
            SuggestText text = new SuggestText(output, Terminal.width(), all);
            drafts.forEach(text::propose);
            text.nothing(rest);
        }
    }

    private Policy policy() {
        return switch (new PolicyDirectory(directory, true).read(state.known())) {
            case ReadResult.Valid(var policy, var _) -> policy;
            case ReadResult.Invalid(var problems) -> {
                StringBuilder message =
                        new StringBuilder("the policy in " + directory + " is wrong, put it right first");
                problems.stream()
                        .limit(20)
                        .forEach(problem -> message.append("\n  ").append(problem));
                throw new Failure(ExitCode.BAD_DATA, message.toString());
            }
        };
    }

    private Policy withoutQuarantines(Policy policy) {
        Path quarantines = state.known().quarantines();
        List<Exemption> rules = policy.exemptions().stream()
                .filter(rule -> !Path.of(rule.file()).startsWith(quarantines))
                .toList();
        return Policy.of(rules, policy.tiers(), policy.settings());
    }

    private void write(Output output, SuggestDraft draft) {
        Path file = directory.resolve(draft.name() + ".yaml");
        PolicyDirectory policy = new PolicyDirectory(directory, true);
        new PolicyEdit(policy, state.known()).create(file, draft.text());
        Exemption written = new PolicyEdit(policy, state.known()).rule(draft.name());
        PolicyEdit.audit(state, output, "add", written, "stet suggest --apply");
        if (json) {
            StringBuilder out = new StringBuilder();
            Json.object(out)
                    .text("type", "added")
                    .text("rule", draft.name())
                    .text("file", file.toString())
                    .end();
            output.lineNow(out);
        } else {
            output.lineNow(output.green("added: ") + draft.name() + "; " + file);
        }
    }
}
