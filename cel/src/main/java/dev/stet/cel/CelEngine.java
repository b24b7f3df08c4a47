package dev.stet.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.stet.policy.Condition;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/// The engine, set up once: which variables there are, and how much an expression may be and do.
final class CelEngine {
    static final CelEngine INSTANCE = new CelEngine();

    /// Longest expression, in characters.
    private static final int MAX_CHARACTERS = 4096;
    /// Most parts that one may have when its macros are written out.
    private static final int MAX_NODES = 1000;
    /// Deepest nesting.
    private static final int MAX_DEPTH = 40;
    /// Most turns that all loops of one evaluation take together.
    private static final int MAX_TURNS = 20_000;
    /// Largest program of a regular expression, in instructions.
    private static final int MAX_REGEX = 1000;

    private final CelCompiler compiler;
    private final CelRuntime runtime;

    private CelEngine() {
        CelOptions options = CelOptions.current()
                .maxExpressionCodePointSize(MAX_CHARACTERS)
                .maxParseExpressionNodeCount(MAX_NODES)
                .maxParseRecursionDepth(MAX_DEPTH)
                .maxParseErrorRecoveryLimit(3)
                .comprehensionMaxIterations(MAX_TURNS)
                .maxRegexProgramSize(MAX_REGEX)
                .enableUnknownTracking(true)
                .enableHeterogeneousNumericComparisons(true)
                .build();
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(options)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setResultType(SimpleType.BOOL);
        for (Variable variable : Variable.values()) {
            builder.addVar(variable.spelling(), variable.type());
        }
        this.compiler = builder.build();
        this.runtime =
                CelRuntimeFactory.legacyCelRuntimeBuilder().setOptions(options).build();
    }

    Condition compile(String text) {
        try {
            CelAbstractSyntaxTree tree = compiler.compile(text).getAst();
            return new CelCondition(text, variables(tree), runtime.createProgram(tree));
        } catch (CelValidationException wrong) {
            throw new IllegalArgumentException(message(wrong), wrong);
        } catch (CelEvaluationException wrong) {
            throw new IllegalArgumentException(String.valueOf(wrong.getMessage()), wrong);
        } catch (StackOverflowError deep) {
            throw new IllegalArgumentException("nested too deeply", deep);
        }
    }

    /// `column 5: undeclared reference to 'ex'`, or `line 2, column 5: ...`; the first few.
    private static String message(CelValidationException wrong) {
        return wrong.getErrors().isEmpty()
                ? String.valueOf(wrong.getMessage())
                : wrong.getErrors().stream().limit(3).map(CelEngine::message).collect(Collectors.joining("; "));
    }

    private static String message(CelIssue issue) {
        int line = issue.getSourceLocation().getLine();
        int column = issue.getSourceLocation().getColumn() + 1;
        String what = issue.getMessage().replaceAll("\\s+", " ").replace(" (in container '')", "");
        String place = line > 1 ? "line " + line + ", column " + column : "column " + column;
        return column > 0 ? place + ": " + what : what;
    }

    private static Set<Variable> variables(CelAbstractSyntaxTree tree) {
        Set<String> names =
                tree.getReferenceMap().values().stream().map(CelReference::name).collect(Collectors.toSet());
        Set<Variable> variables = EnumSet.noneOf(Variable.class);
        for (Variable variable : Variable.values()) {
            if (names.contains(variable.spelling())) {
                variables.add(variable);
            }
        }
        return variables;
    }
}
