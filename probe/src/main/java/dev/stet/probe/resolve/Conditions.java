package dev.stet.probe.resolve;

import dev.stet.probe.Expression;
import dev.stet.probe.Expression.Sign;
import java.util.ArrayList;
import java.util.List;

/// Parts of a condition that must all hold.
final class Conditions {
    private Conditions() {}

    static List<Expression> conjuncts(Expression condition) {
        List<Expression> all = new ArrayList<>();
        collect(condition, all);
        return all;
    }

    private static void collect(Expression condition, List<Expression> into) {
        if (condition instanceof Expression.Binary(var sign, var left, var right, var ignored) && sign == Sign.AND) {
            collect(left, into);
            collect(right, into);
        } else {
            into.add(condition);
        }
    }

    /// Does it need what is known at the end of a call only?
    static boolean needsEnd(Expression expression, Scope scope) {
        return switch (expression) {
            case Expression.Name(var name, var ignored) -> scope.isOfEnd(name);
            case Expression.Number _, Expression.Text _ -> false;
            case Expression.Member(var of, var field, var ignored) -> needsEnd(of, scope);
            case Expression.Index(var of, var index, var ignored) -> needsEnd(of, scope) || needsEnd(index, scope);
            case Expression.Call call -> call.arguments().stream().anyMatch(it -> needsEnd(it.value(), scope));
            case Expression.Unary(var sign, var operand, var ignored) -> needsEnd(operand, scope);
            case Expression.Binary(var sign, var left, var right, var ignored) ->
                needsEnd(left, scope) || needsEnd(right, scope);
        };
    }
}
