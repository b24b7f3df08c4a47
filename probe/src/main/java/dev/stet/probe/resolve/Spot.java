package dev.stet.probe.resolve;

import dev.stet.probe.ExpressionException;

/// A place in an expression's text, for messages.
///
/// @param text the whole text
/// @param at in characters from 0
record Spot(String text, int at) {
    ExpressionException error(String problem) {
        return new ExpressionException(text, at, problem);
    }
}
