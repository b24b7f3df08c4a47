/// A small reader of YAML that remembers where everything stood, for documents that people write: exemptions
/// and probe packs. Nothing here throws on any text; whatever is wrong goes to
/// [dev.stet.policy.yaml.Problems], all of it at once.
///
/// Read documents, say with a [dev.stet.policy.yaml.Shape] which fields a mapping may have, and ask for
/// values:
///
/// ```java
/// private static final Shape TOP = Shape.of("kind", "spec");
/// private static final Shape SPEC = Shape.of("function", "when", "capture", "limit").notYet("sample");
///
/// for (YamlNode document : YamlDocuments.read(source, problems)) {
///     YamlNode top = document.fields(TOP);                        // unknown fields are reported here
///     YamlNode spec = top.required("spec").fields(SPEC);          // so is a missing one
///     Optional<Glob> function = spec.required("function").parsed("a function's name", Glob::name);
///     Optional<When> when = spec.optional("when").choice(Map.of("entry", ENTRY, "return", RETURN));
///     long limit = spec.optional("limit").number(1, 1000).orElse(100L);
///     spec.optional("capture").entries().forEach((name, value) -> {
///         if (!isName(name)) {
///             value.reportKey("not a name: " + Quoted.of(name));
///         }
///         value.text().ifPresent(text -> captures.put(name, text));
///     });
/// }
/// return problems.isEmpty() ? valid(...) : invalid(problems.list());
/// ```
///
/// A field that is missing, or is of the wrong kind, was reported when it was asked for and is an absent
/// node from then on: asking it for more gives empty answers and no second report. So a binder runs to its
/// end with `orElse` values and throws its result away if there were problems.
package dev.stet.policy.yaml;
